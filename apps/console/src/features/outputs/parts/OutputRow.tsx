import type { Channel, ChannelStats, Output } from '@sluice/contract/api'
import { IconEyeOff, IconPhoto } from '@tabler/icons-react'
import { useBitrate, useCan, useHistory, useNow, useOutputStats } from '../../../live/index.ts'
import { elapsedMs, formatBitrateParts, formatClock, formatShare } from '../../../ui/format/index.ts'
import { Gate } from '../../../ui/gates/index.ts'
import { Sparkline } from '../../../ui/graph/index.ts'
import { PlatformMark } from '../../../ui/platform/index.ts'
import { type Look, onAirInput, outputLook, StateBadge } from '../../../ui/state/index.ts'
import { levelOf } from '../gate-level.ts'
import { figuresSentence, outputSentence } from '../output-sentence.ts'
import { OutputActions } from './OutputActions.tsx'
import styles from './OutputRow.module.css'

const windowMs = 60_000

type Props = { channel: Channel; output: Output; isUrgent: boolean }

/** One output: gate, name, state, bitrate and one action in fixed columns, and below them one honest sentence. */
export function OutputRow({ channel, output, isUrgent }: Props) {
  const nowMs = useNow()
  const stats = useOutputStats(channel.id, output.id)
  const history = useHistory(output.id)
  const bitrateBps = useBitrate(channel.id, output.id)
  const sourceId = onAirInput(channel)?.id ?? ''
  const sourceBps = useBitrate(channel.id, sourceId) ?? 0
  const sourceHistory = useHistory(sourceId)
  const canWrite = useCan('output:write')
  const isLive = output.actual?.state === 'live' && output.staleSince === null
  const look = lookOf(channel, output, stats)
  const { text, firstTry } = outputSentence(output, stats, nowMs)
  const isWaitingBeside = isLive && (output.actual?.handover?.state === 'backoff' || output.actual?.handover?.state === 'failed')
  const shortfall = isLive ? figuresSentence(stats) : null
  const tone = isWaitingBeside || (shortfall !== null && look.tone === 'ok') ? 'warn' : look.tone
  const points = history.map((sample) => ({ atMs: sample.atMs, value: sample.bitrateBps }))
  const top = Math.max(...sourceHistory.slice(-60).map((sample) => sample.bitrateBps), ...points.slice(-60).map(({ value }) => value), 1)
  const rate = bitrateBps !== undefined && isLive ? formatBitrateParts(bitrateBps) : null
  const share = stats?.publish?.share ?? null
  const left = output.actual?.leavesOut
  return (
    <li className={styles.output} id={`output-${output.id}`} tabIndex={-1} data-tone={tone} aria-label={`${output.name}, ${look.word}`}>
      <Gate tone={look.tone} level={isLive && bitrateBps !== undefined ? levelOf(bitrateBps, stats?.target?.targetKbps, sourceBps) : 0}>
        <PlatformMark platform={output.platform} name={output.name} size={20} />
      </Gate>
      <span className={styles.name}>
        {output.name}
        {output.guest !== null && <small> Guest {output.guest}</small>}
      </span>
      <span className={styles.state}>
        <StateBadge {...look} isSoft />
      </span>
      <span className={styles.spark}>
        <Sparkline
          points={points}
          endMs={nowMs}
          windowMs={windowMs}
          max={top * 1.15}
          tone={tone === 'warn' || tone === 'bad' ? tone : 'water'}
        />
      </span>
      <span className={styles.rate} data-none={rate === null}>
        {rate === null ? '–' : rate.value} {rate !== null && <small>{rate.unit}</small>}
      </span>
      <p className={styles.said}>
        <span>
          {/* One sentence: what is off with the figures matters more than how much has arrived. */}
          {shortfall === null || isWaitingBeside ? text : <b>{shortfall}</b>}
          {left !== undefined && ` Not sent here: ${left.join('; ')}.`}
          {/* What to do about trouble stands in the attention row, and in the details. */}
          {firstTry && !output.isTroubled && (
            <>
              {' '}
              <b>Try first:</b> {firstTry}
            </>
          )}
        </span>
        {isLive && (
          <span className={styles.up}>
            {share !== null && <span title="Share of the broadcast in which this output was live">{formatShare(share)}, </span>}
            {output.actual?.liveSince != null && `up ${formatClock(elapsedMs(output.actual.liveSince, nowMs))}`}
          </span>
        )}
      </p>
      <span className={styles.acts}>
        <OutputActions output={output} stats={stats} history={history} points={points} isUrgent={isUrgent} canWrite={canWrite} />
      </span>
    </li>
  )
}

/** What goes out while no input is left is no programme. */
function lookOf(channel: Channel, output: Output, stats: ChannelStats['outputs'][number] | undefined): Look {
  const look = outputLook(output)
  // Confirmed by the far end, and not shown there: a dead output must not be green.
  const isUnseen = look.tone === 'ok' && stats?.verdicts?.some(({ code }) => code === 'output-unseen') === true
  if (isUnseen) return { tone: 'warn', word: 'Not seen', Icon: IconEyeOff }
  return look.tone === 'ok' && channel.source === 'slate' ? { tone: 'busy', word: 'On slate', Icon: IconPhoto } : look
}
