import { Button } from '@mantine/core'
import type { Rung } from '@sluice/contract/api'
import { ProblemNote } from '../../../ui/form/index.ts'
import { wishText } from '../rung-text.ts'
import { useDeleteRung } from '../use-ladder.ts'
import styles from './RungLine.module.css'

/** One rung that somebody made. It can't be deleted while an output names it. */
export function RungLine({ rung, onEdit }: { rung: Rung; onEdit(): void }) {
  const remove = useDeleteRung(rung)
  const { length } = rung.outputs
  return (
    <li>
      <div className={styles.line}>
        <b>{rung.name}</b>
        <span className={styles.about}>
          {wishText(rung)}
          {length > 0 && `, ${length} ${length === 1 ? 'output' : 'outputs'}`}
        </span>
        <Button size="xs" variant="subtle" onClick={onEdit} aria-label={`Edit ${rung.name}`}>
          Edit
        </Button>
        <Button
          size="xs"
          variant="subtle"
          color="red"
          disabled={length > 0}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
          aria-label={`Delete ${rung.name}`}
        >
          Delete
        </Button>
      </div>
      <ProblemNote error={remove.error} />
    </li>
  )
}
