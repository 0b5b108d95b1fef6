import { ActionIcon } from '@mantine/core'
import { paths, type Recording } from '@sluice/contract/api'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconDownload,
  IconMovie,
  IconPin,
  IconPinnedFilled,
  IconPlayerRecordFilled,
  IconRefresh,
  IconScissors,
  IconTrash,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { RowFact, RowTitle } from '../../../ui/rows/index.ts'
import { type Look, StateBadge } from '../../../ui/state/index.ts'
import { keptWords, recordingFacts } from '../recording-words.ts'
import { deleteRecording, patchRecording, useRecordingAct } from '../use-recordings.ts'
import styles from './RecordingRow.module.css'
import { TrimDialog } from './TrimDialog.tsx'

const looks: Readonly<Record<Recording['state'], Look>> = {
  recording: { tone: 'bad', word: 'Recording', Icon: IconPlayerRecordFilled },
  finishing: { tone: 'busy', word: 'Checking', Icon: IconRefresh },
  ready: { tone: 'ok', word: 'Ready', Icon: IconCircleCheck },
  partial: { tone: 'warn', word: 'Not whole', Icon: IconAlertTriangle },
  failed: { tone: 'bad', word: 'Failed', Icon: IconAlertTriangle },
}

export function RecordingRow({ recording }: { recording: Recording }) {
  const { id, channelId, name, state, pinned } = recording
  const canWrite = useCan('channel:write')
  const [open, setOpen] = useState<'trim' | 'delete' | null>(null)
  const patch = useRecordingAct(channelId, patchRecording)
  const remove = useRecordingAct(channelId, deleteRecording)
  const canRead = state === 'ready' || state === 'partial'
  const isOver = state !== 'recording' && state !== 'finishing'
  return (
    <li>
      <IconMovie size={26} stroke={1.6} aria-hidden />
      <RowTitle name={name}>{recordingFacts(recording)}</RowTitle>
      <span className={styles.state}>
        <StateBadge {...(state === 'recording' && recording.problem !== null ? { ...looks.partial, word: 'Interrupted' } : looks[state])} />
      </span>
      <RowFact>{keptWords(recording)}</RowFact>
      <span className={styles.acts}>
        {canRead && (
          <>
            <ActionIcon
              component="a"
              href={paths.recordingDownload(id)}
              download
              variant="subtle"
              size={34}
              aria-label={`Download ${name}`}
            >
              <IconDownload size={19} />
            </ActionIcon>
            <ActionIcon variant="subtle" size={34} aria-label={`Cut a part out of ${name}`} onClick={() => setOpen('trim')}>
              <IconScissors size={19} />
            </ActionIcon>
          </>
        )}
        {canWrite && (
          <ActionIcon
            variant="subtle"
            size={34}
            aria-label={pinned ? `Unpin ${name}` : `Pin ${name}`}
            aria-pressed={pinned}
            loading={patch.isPending}
            onClick={() => patch.mutate({ id, pinned: !pinned })}
          >
            {pinned ? <IconPinnedFilled size={19} /> : <IconPin size={19} />}
          </ActionIcon>
        )}
        {canWrite && isOver && (
          <ActionIcon
            variant="subtle"
            color="red"
            size={34}
            disabled={pinned}
            title={pinned ? 'Unpin it first' : undefined}
            aria-label={`Delete ${name}`}
            onClick={() => setOpen('delete')}
          >
            <IconTrash size={19} />
          </ActionIcon>
        )}
      </span>
      {open === 'trim' && <TrimDialog recording={recording} onClose={() => setOpen(null)} />}
      <ConfirmDialog
        isOpen={open === 'delete'}
        title={`Delete ${name}?`}
        action="Delete recording"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(id, { onSuccess: () => setOpen(null) })}
        onClose={() => setOpen(null)}
      >
        Sluice deletes its files from the disk. Nothing brings them back.
      </ConfirmDialog>
    </li>
  )
}
