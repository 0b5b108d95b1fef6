import type { Channel } from '@sluice/contract/api'
import { IconAlertTriangle, IconPlayerRecordFilled } from '@tabler/icons-react'
import { elapsedMs, formatClock } from '../../../ui/format/index.ts'
import styles from './ChannelHeader.module.css'

/** That the show is recorded, since when, and where it goes; nothing where it is not. */
export function RecordingMark({ channel, nowMs }: { channel: Channel; nowMs: number }) {
  const { now } = channel.recording
  if (now === null) return null
  const isWritten = now.state === 'recording'
  const Mark = isWritten ? IconPlayerRecordFilled : IconAlertTriangle
  return (
    <span
      className={styles.recording}
      data-tone={isWritten ? 'recording' : 'warn'}
      role="img"
      aria-label={isWritten ? 'Recording' : 'Recording is interrupted'}
      title={now.problem?.message ?? 'Recorded on the disk of this Sluice'}
    >
      <Mark size={14} aria-hidden />
      <span aria-hidden>{isWritten ? formatClock(elapsedMs(now.startedAt, nowMs)) : 'Not recording'}</span>
    </span>
  )
}
