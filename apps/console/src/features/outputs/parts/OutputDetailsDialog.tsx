import { Modal } from '@mantine/core'
import type { ChannelStats, Output } from '@sluice/contract/api'
import { isAimMet } from '@sluice/contract/link'
import { type Sample, useNow, useTimeline } from '../../../live/index.ts'
import { formatBitrate, formatBytes, formatClock, formatShare } from '../../../ui/format/index.ts'
import { BitrateGraph, eventMarks, type Point } from '../../../ui/graph/index.ts'
import { Facts } from '../../../ui/layout/index.ts'
import { ClassBadge } from '../../../ui/platform/index.ts'
import { PolicyMarks } from '../../../ui/policy/index.ts'
import { SrtPanel } from '../../../ui/srt/index.ts'
import { outputSentence } from '../output-sentence.ts'
import styles from './OutputDetailsDialog.module.css'

const windowMs = 15 * 60_000

type Props = {
  output: Output
  stats: ChannelStats['outputs'][number] | undefined
  history: readonly Sample[]
  points: readonly Point[]
  onClose(): void
}

/** The figures behind an output's state, its class, and what stands outside of it. */
export function OutputDetailsDialog({ output, stats, history, points, onClose }: Props) {
  const nowMs = useNow()
  const { text, firstTry } = outputSentence(output, stats, nowMs)
  const { data: events = [] } = useTimeline(output.channelId)
  const isOwn = output.limits.maxVideoKbps !== undefined
  return (
    <Modal opened onClose={onClose} title={output.name} size={820}>
      <div className={styles.details}>
        <p className={styles.said}>
          <ClassBadge outputClass={output.class} />
          {output.guest !== null && <span>Guest {output.guest}</span>}
          <span>
            {text}{' '}
            {firstTry !== null && (
              <>
                <b>Try first:</b> {firstTry}
              </>
            )}
          </span>
        </p>
        <BitrateGraph
          points={points}
          endMs={nowMs}
          windowMs={windowMs}
          marks={eventMarks(events, output.id)}
          label={`Bitrate to ${output.name} over the last 15 minutes`}
        />
        <Facts
          facts={[
            { label: 'Uptime', value: output.actual?.liveSince == null ? '–' : formatClock(nowMs - Date.parse(output.actual.liveSince)) },
            { label: 'Reconnects', value: stats?.reconnectsTotal ?? '–' },
            { label: 'Dropped frames', value: stats?.framesDroppedTotal ?? '–', isTroubled: (stats?.framesDroppedTotal ?? 0) > 0 },
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
            { label: 'Encoding', value: encodingText(output.rung) },
            { label: 'Stream key', value: output.hasKey ? 'saved, encrypted' : 'none' },
          ]}
        />
        {stats && stats.line !== null && <SrtPanel samples={history} endMs={nowMs} advice={stats.lineAdvice} />}
        <PolicyMarks overrides={output.overrides} violations={output.violations} />
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
    </Modal>
  )
}

/** Of the present broadcast, or of the last one. */
function publishOf(stats: Props['stats']): string {
  const share = stats?.publish?.share
  return share === undefined || share === null ? '–' : formatShare(share)
}

const encodingText = (rung: string): string =>
  rung === 'source' ? 'same as source' : rung === 'auto' ? 'automatic: see the tab Encodes' : 'a rung: see the tab Encodes'
