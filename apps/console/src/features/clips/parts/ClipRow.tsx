import { ActionIcon } from '@mantine/core'
import type { Clip } from '@sluice/contract/api'
import { IconAlertTriangle, IconCircleCheck, IconMovie, IconPhoto, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { formatBytes } from '../../../ui/format/index.ts'
import { RowAction, RowFact, RowNote, RowTitle } from '../../../ui/rows/index.ts'
import { type Look, StateBadge } from '../../../ui/state/index.ts'
import { clipFacts, clipUse } from '../clip-words.ts'
import { useDeleteClip } from '../use-clip-actions.ts'
import styles from './ClipRow.module.css'

const looks: Readonly<Record<Clip['state'], Look>> = {
  converting: { tone: 'busy', word: 'Converting', Icon: IconRefresh },
  ready: { tone: 'ok', word: 'Ready', Icon: IconCircleCheck },
  failed: { tone: 'bad', word: 'Failed', Icon: IconAlertTriangle },
}

export function ClipRow({ clip }: { clip: Clip }) {
  const canWrite = useCan('channel:write')
  const [isDeleting, setDeleting] = useState(false)
  const remove = useDeleteClip(clip.id)
  const Kind = clip.kind === 'image' ? IconPhoto : IconMovie
  const isUsed = clip.usedBy.channels + clip.usedBy.inputs > 0
  return (
    <li>
      <Kind size={26} stroke={1.6} aria-label={clip.kind === 'image' ? 'Image' : 'Video'} />
      <RowTitle name={clip.name}>
        {clip.state === 'failed' ? clip.problem?.message : clipFacts(clip) || `${formatBytes(clip.uploadBytes)} uploaded`}
      </RowTitle>
      <span className={styles.state}>
        <StateBadge {...looks[clip.state]} />
        {clip.progress !== null && clip.progress > 0 && <RowNote>{Math.floor(clip.progress * 100)}%</RowNote>}
      </span>
      <RowFact>{clipUse(clip)}</RowFact>
      {canWrite && (
        <RowAction>
          <ActionIcon
            variant="subtle"
            color="red"
            size={34}
            disabled={isUsed}
            title={isUsed ? 'Remove it from slates and inputs first' : undefined}
            aria-label={`Delete ${clip.name}`}
            onClick={() => setDeleting(true)}
          >
            <IconTrash size={19} />
          </ActionIcon>
        </RowAction>
      )}
      <ConfirmDialog
        isOpen={isDeleting}
        title={`Delete ${clip.name}?`}
        action="Delete clip"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setDeleting(false) })}
        onClose={() => setDeleting(false)}
      >
        Sluice deletes its file from the disk.
      </ConfirmDialog>
    </li>
  )
}
