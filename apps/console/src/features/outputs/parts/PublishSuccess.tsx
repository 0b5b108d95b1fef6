import { isAimMet, publishAim } from '@sluice/contract/link'
import { useStats } from '../../../live/index.ts'
import { formatShare } from '../../../ui/format/index.ts'
import styles from './PublishSuccess.module.css'

/** How well the present broadcast was published, or the last one was, over all outputs. */
export function PublishSuccess({ channelId }: { channelId: string }) {
  const broadcast = useStats(channelId)?.broadcast
  if (broadcast === undefined || broadcast.share === null) return null
  const title = `Time that outputs were live, as a share of the time that they should have been. The goal is above ${formatShare(publishAim)}.`
  return (
    <span className={styles.success} data-troubled={isAimMet(broadcast.share) === false} title={title}>
      {broadcast.endedAt === null ? 'Publish success' : 'Last broadcast'} <b>{formatShare(broadcast.share)}</b>
    </span>
  )
}
