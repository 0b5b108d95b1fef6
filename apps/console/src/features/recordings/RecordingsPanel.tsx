import { Button, NumberInput, Switch } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { IconPlayerRecordFilled, IconPlayerStopFilled } from '@tabler/icons-react'
import { useCan } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { Rows } from '../../ui/rows/index.ts'
import { RecordingRow } from './parts/RecordingRow.tsx'
import styles from './RecordingsPanel.module.css'
import { keepWords } from './recording-words.ts'
import { startRecording, stopRecording, useRecordingAct, useRecordings, useSetRecording } from './use-recordings.ts'

const usualDays = 30

/** Whether a channel is recorded, and what was: each recording can be downloaded, cut, pinned and deleted. */
export function RecordingsPanel({ channel }: { channel: Channel }) {
  const { recording } = channel
  const canOperate = useCan('output:write')
  const canWrite = useCan('channel:write')
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useRecordings(channel.id)
  const set = useSetRecording(channel.id)
  const start = useRecordingAct(channel.id, startRecording)
  const stop = useRecordingAct(channel.id, stopRecording)
  const recordings = data?.pages.flatMap(({ items }) => items) ?? []
  const { now } = recording
  return (
    <div className={styles.panel}>
      <div className={styles.wish}>
        {now === null ? (
          <Button
            leftSection={<IconPlayerRecordFilled size={16} aria-hidden />}
            disabled={!canOperate || channel.source === 'none'}
            title={channel.source === 'none' ? 'Nothing is on air' : undefined}
            loading={start.isPending}
            onClick={() => start.mutate(channel.id)}
          >
            Record
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<IconPlayerStopFilled size={16} aria-hidden />}
            disabled={!canOperate}
            loading={stop.isPending}
            onClick={() => stop.mutate(now.recordingId)}
          >
            Stop recording
          </Button>
        )}
        <Switch
          label="Record every broadcast"
          checked={recording.mode === 'always'}
          disabled={!canWrite || set.isPending}
          onChange={(event) => set.mutate({ mode: event.currentTarget.checked ? 'always' : 'off' })}
        />
        <Switch
          label="Delete old recordings"
          checked={recording.keepDays !== null}
          disabled={!canWrite || set.isPending}
          onChange={(event) => set.mutate({ keepDays: event.currentTarget.checked ? usualDays : null })}
        />
        {recording.keepDays !== null && (
          <NumberInput
            aria-label="Days that recordings are kept"
            suffix=" days"
            w={120}
            min={1}
            max={3650}
            allowDecimal={false}
            key={recording.keepDays}
            defaultValue={recording.keepDays}
            disabled={!canWrite || set.isPending}
            onBlur={(event) => {
              const days = Number.parseInt(event.currentTarget.value, 10)
              if (days >= 1 && days <= 3650 && days !== recording.keepDays) set.mutate({ keepDays: days })
            }}
          />
        )}
      </div>
      <p className={styles.note}>{keepWords(recording)}</p>
      <ProblemNote error={start.error ?? stop.error ?? set.error ?? error} />
      {data !== undefined && recordings.length === 0 && (
        <p className={styles.none}>No recording so far. Each one is listed here, to download, cut, pin and delete.</p>
      )}
      {recordings.length > 0 && (
        <Rows columns="auto minmax(0, 1fr) 116px 168px 140px" size="large">
          {recordings.map((one) => (
            <RecordingRow key={one.id} recording={one} />
          ))}
        </Rows>
      )}
      {hasNextPage && (
        <Button variant="default" size="compact-md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier recordings
        </Button>
      )}
    </div>
  )
}
