import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { Clip, paths, type Recording } from '@sluice/contract/api'
import { useState } from 'react'
import { call, useCan } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { formatClock } from '../../../ui/format/index.ts'
import styles from '../RecordingsPanel.module.css'
import { readPositionMs } from '../recording-words.ts'
import { useRecordingAct } from '../use-recordings.ts'

/** A part of a recording: as a file, or into the clip library. */
export function TrimDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const { id, channelId, name, durationMs } = recording
  const [from, setFrom] = useState('0:00')
  const [to, setTo] = useState(formatClock(durationMs))
  const [isExact, setExact] = useState(false)
  const [fromMs, toMs] = [readPositionMs(from), readPositionMs(to)]
  const isGood = fromMs !== null && toMs !== null && fromMs < toMs && fromMs < durationMs
  const clip = useRecordingAct(channelId, () =>
    call('POST', paths.recordingClip(id), Clip, { name: `${name} ${from}`.slice(0, 80), fromMs, toMs }),
  )
  const query = new URLSearchParams({ fromMs: String(fromMs), toMs: String(toMs), ...(isExact ? { exact: 'true' } : {}) })
  const canWrite = useCan('channel:write')
  return (
    <Modal opened onClose={onClose} title={`Cut a part out of ${name}`}>
      <div className={styles.wish}>
        <TextInput label="From" w={120} value={from} error={fromMs === null} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput label="Until" w={120} value={to} error={toMs === null} onChange={(event) => setTo(event.currentTarget.value)} />
        <Checkbox label="Begin at this very frame" checked={isExact} onChange={(event) => setExact(event.currentTarget.checked)} />
      </div>
      <p className={styles.note}>
        {isExact
          ? 'Players begin at this frame; a few hide the frames before it less well.'
          : 'It begins at the key frame before, up to a keyframe interval earlier: every player and editor reads that.'}
      </p>
      <ProblemNote error={clip.error} />
      <div className={styles.actions}>
        {canWrite && (
          <Button
            variant="default"
            mr={8}
            disabled={!isGood}
            loading={clip.isPending}
            onClick={() => clip.mutate(undefined, { onSuccess: onClose })}
          >
            Put into clips
          </Button>
        )}
        <Button component="a" href={`${paths.recordingDownload(id)}?${query}`} download disabled={!isGood} onClick={onClose}>
          Download
        </Button>
      </div>
    </Modal>
  )
}
