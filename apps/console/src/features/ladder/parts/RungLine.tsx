import { Button } from '@mantine/core'
import type { Rung } from '@sluice/contract/api'
import { ProblemNote } from '../../../ui/form/index.ts'
import { wishText } from '../rung-text.ts'
import { useCreateTemplate, useDeleteRung } from '../use-ladder.ts'
import styles from './RungLine.module.css'

/** One rung that somebody made. It can't be deleted while an output names it. */
export function RungLine({ rung, onEdit }: { rung: Rung; onEdit(): void }) {
  const remove = useDeleteRung(rung)
  const keep = useCreateTemplate()
  const { length } = rung.outputs
  return (
    <li>
      <div className={styles.line}>
        <b>{rung.name}</b>
        <span className={styles.about}>
          {wishText(rung)}
          {length > 0 && `, ${length} ${length === 1 ? 'output' : 'outputs'}`}
        </span>
        <Button
          size="xs"
          variant="subtle"
          disabled={keep.isSuccess}
          loading={keep.isPending}
          onClick={() => keep.mutate({ name: rung.name, video: rung.video, audio: rung.audio })}
          aria-label={`Save ${rung.name} as a template`}
        >
          {keep.isSuccess ? 'Template saved' : 'Save as template'}
        </Button>
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
      <ProblemNote error={remove.error ?? keep.error} />
    </li>
  )
}
