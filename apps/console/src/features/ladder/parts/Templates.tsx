import { Button } from '@mantine/core'
import { ProblemNote } from '../../../ui/form/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import { wishText } from '../rung-text.ts'
import { useDeleteTemplate, useTemplates } from '../use-ladder.ts'
import styles from './RungLine.module.css'

/** The workspace's own templates, for all of its channels; nothing while there are none. */
export function Templates() {
  const { data: templates = [] } = useTemplates()
  const remove = useDeleteTemplate()
  const own = templates.filter(({ isShipped }) => !isShipped)
  if (own.length === 0) return null
  return (
    <Panel title="Templates of this workspace">
      <ul className={styles.list} aria-label="Templates">
        {own.map((template) => (
          <li key={template.id} className={styles.line}>
            <b>{template.name}</b>
            <span className={styles.about}>{wishText(template)}</span>
            <Button
              size="xs"
              variant="subtle"
              color="red"
              loading={remove.isPending && remove.variables === template.id}
              onClick={() => remove.mutate(template.id)}
              aria-label={`Delete the template ${template.name}`}
            >
              Delete
            </Button>
          </li>
        ))}
      </ul>
      <ProblemNote error={remove.error} />
    </Panel>
  )
}
