import type { ChannelStats, Output } from '@sluice/contract/api'
import { isAimMet } from '@sluice/contract/link'
import type { Sample } from '../../../live/index.ts'
import { formatBitrate, formatBytes, formatShare } from '../../../ui/format/index.ts'
import { BitrateGraph, type Point } from '../../../ui/graph/index.ts'
import { Facts } from '../../../ui/layout/index.ts'
import { SrtPanel } from '../../../ui/srt/index.ts'
import styles from './OutputDetails.module.css'

const windowMs = 5 * 60_000

type Props = {
  output: Output
  stats: ChannelStats['outputs'][number] | undefined
  history: readonly Sample[]
  points: readonly Point[]
  nowMs: number
}

/** The figures behind an output's state. */
export function OutputDetails({ output, stats, history, points, nowMs }: Props) {
  const isOwn = output.limits.maxVideoKbps !== undefined
  return (
    <div className={styles.details}>
      <BitrateGraph points={points} endMs={nowMs} windowMs={windowMs} label={`Bitrate to ${output.name} over the last five minutes`} />
      <Facts
        facts={[
          { label: 'Sent', value: stats ? formatBytes(stats.bytesTotal) : '–' },
          { label: 'Confirmed', value: stats?.ackedBytesTotal == null ? 'not reported' : formatBytes(stats.ackedBytesTotal) },
          { label: 'Queued', value: stats ? `${(stats.queueMs / 1000).toFixed(1)} s, ${formatBytes(stats.queueBytes)}` : '–' },
          { label: 'Publish success', value: publishOf(stats), isTroubled: isAimMet(stats?.publish?.share ?? null) === false },
          { label: 'Attempts', value: output.actual?.attempts ?? '–' },
          { label: 'Priority', value: output.priority },
          {
            label: 'Video limit',
            value: `${formatBitrate(output.effective.maxVideoKbps * 1000)}, ${isOwn ? 'set here' : `class ${output.class}`}`,
          },
          { label: 'Queue limit', value: `${output.effective.queueMs / 1000} s` },
          { label: 'Attempt limit', value: output.effective.retry.maxAttempts ?? 'no limit' },
          { label: 'Encoding', value: output.rung === 'source' ? 'same as source' : output.rung },
          { label: 'Stream key', value: output.hasKey ? 'saved, encrypted' : 'none' },
        ]}
      />
      {stats && stats.line !== null && <SrtPanel samples={history} endMs={nowMs} advice={stats.lineAdvice} />}
      <p className={styles.address}>
        To <code>{output.url}</code>
        {output.actual?.reason && (
          <>
            {' '}
            · code <code>{output.actual.reason.code}</code>
          </>
        )}
      </p>
    </div>
  )
}

/** Of the present broadcast, or of the last one. */
function publishOf(stats: Props['stats']): string {
  const share = stats?.publish?.share
  return share === undefined || share === null ? '–' : formatShare(share)
}
