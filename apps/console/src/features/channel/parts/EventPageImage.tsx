import { Button, FileButton, Group, Text } from '@mantine/core'
import { type Channel, type PageImageKind, pageImageTypes } from '@sluice/contract/api'
import { ProblemNote } from '../../../ui/form/index.ts'
import { usePageImage } from '../use-event-page.ts'
import styles from './EventPageImage.module.css'

type Props = { channel: Channel; kind: PageImageKind; label: string; hint: string }

/** One picture of the player page, in a place of fixed size. */
export function EventPageImage({ channel, kind, label, hint }: Props) {
  const image = usePageImage(channel.id, kind)
  const shown = channel.page[kind]
  return (
    <div>
      <Group gap="md" wrap="nowrap">
        <span className={styles.frame} data-kind={kind}>
          {shown !== null && <img src={new URL(shown.url).pathname} alt={label} />}
        </span>
        <div className={styles.words}>
          <Text fw={600}>{label}</Text>
          <Text size="sm" c="dimmed">
            {shown === null ? hint : `${shown.width} x ${shown.height}`}
          </Text>
        </div>
        <FileButton accept={pageImageTypes.join(',')} onChange={(file) => file !== null && image.mutate(file)}>
          {(button) => (
            <Button variant="default" loading={image.isPending} {...button}>
              {shown === null ? `Add ${label.toLowerCase()}` : 'Replace'}
            </Button>
          )}
        </FileButton>
        {shown !== null && (
          <Button variant="subtle" disabled={image.isPending} onClick={() => image.mutate(null)}>
            Remove
          </Button>
        )}
      </Group>
      <ProblemNote error={image.error} />
    </div>
  )
}
