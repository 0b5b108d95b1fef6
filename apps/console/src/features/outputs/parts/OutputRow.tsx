import { ActionIcon } from '@mantine/core'
import type { Channel, Output } from '@sluice/contract/api'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useBitrate, useCan, useHistory, useNow, useOutputStats } from '../../../live/index.ts'
import { elapsedMs, formatBitrate, formatClock } from '../../../ui/format/index.ts'
import { Sparkline } from '../../../ui/graph/index.ts'
import { ClassBadge, PlatformLogo } from '../../../ui/platform/index.ts'
import { PolicyMarks } from '../../../ui/policy/index.ts'
import { onAirInput, outputLook, StateBadge } from '../../../ui/state/index.ts'
import { figuresSentence, outputSentence } from '../output-sentence.ts'
import { OutputActions } from './OutputActions.tsx'
import { OutputDetails } from './OutputDetails.tsx'
import styles from './OutputRow.module.css'
import { SwitchNow } from './SwitchNow.tsx'

const windowMs = 60_000

/** One output: identity, state, figures and actions in fixed columns, and below them one honest sentence. */
export function OutputRow({ channel, output }: { channel: Channel; output: Output }) {
  const nowMs = useNow()
  const stats = useOutputStats(channel.id, output.id)
  const history = useHistory(output.id)
  const bitrateBps = useBitrate(channel.id, output.id)
  const sourceHistory = useHistory(onAirInput(channel)?.id ?? '')
  const canWrite = useCan('output:write')
  const [isOpen, setOpen] = useState(false)
  const look = outputLook(output)
  const isLive = output.actual?.state === 'live' && output.staleSince === null
  const { text, firstTry } = outputSentence(output, stats, nowMs)
  const isWaitingBeside = isLive && (output.actual?.handover?.state === 'backoff' || output.actual?.handover?.state === 'failed')
  const shortfall = isLive ? figuresSentence(stats) : null
  const points = history.map((sample) => ({ atMs: sample.atMs, value: sample.bitrateBps }))
  const top = Math.max(...sourceHistory.slice(-60).map((sample) => sample.bitrateBps), ...points.map((point) => point.value), 1)
  return (
    <li
      className={styles.item}
      id={`output-${output.id}`}
      tabIndex={-1}
      data-tone={isWaitingBeside ? 'warn' : look.tone}
      aria-label={`${output.name}, ${look.word}`}
    >
      <div className={styles.row}>
        <div className={styles.who}>
          <PlatformLogo platform={output.platform} name={output.name} />
          <span>
            <span className={styles.name}>{output.name}</span>
            <ClassBadge outputClass={output.class} />
            {output.guest !== null && <span className={styles.guest}>Guest {output.guest}</span>}
          </span>
        </div>
        <div className={styles.state}>
          <StateBadge {...look} />
        </div>
        <div className={styles.rate} data-live={isLive}>
          <Sparkline
            points={points}
            endMs={nowMs}
            windowMs={windowMs}
            max={top * 1.15}
            isTroubled={look.tone === 'warn' || shortfall !== null}
          />
          <span className={styles.number}>{bitrateBps !== undefined && isLive ? formatBitrate(bitrateBps) : '–'}</span>
        </div>
        <div className={styles.actions}>
          {canWrite && <OutputActions output={output} />}
          <ActionIcon
            variant="subtle"
            size={34}
            aria-expanded={isOpen}
            aria-label={`${isOpen ? 'Hide' : 'Show'} details of ${output.name}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <IconChevronUp size={19} /> : <IconChevronDown size={19} />}
          </ActionIcon>
        </div>
      </div>
      <div className={styles.below}>
        <p className={styles.sentence}>
          {text}
          {shortfall && <b> {shortfall}</b>}
          {output.actual?.leavesOut !== undefined && ` Not sent here: ${output.actual.leavesOut.join('; ')}.`}
          {firstTry && (
            <>
              {' '}
              <b>Try first:</b> {firstTry}
            </>
          )}
        </p>
        {canWrite && isWaitingBeside && <SwitchNow output={output} />}
        <dl className={styles.figures}>
          <Figure
            label="Uptime"
            value={isLive && output.actual?.liveSince ? formatClock(elapsedMs(output.actual.liveSince, nowMs)) : '–'}
          />
          <Figure label="Reconnects" value={stats ? String(stats.reconnectsTotal) : '–'} />
          <Figure
            label="Dropped"
            value={stats ? String(stats.framesDroppedTotal) : '–'}
            isTroubled={(stats?.framesDroppedTotal ?? 0) > 0}
          />
        </dl>
      </div>
      {output.overrides.length + output.violations.length > 0 && (
        <div className={styles.marks}>
          <PolicyMarks overrides={output.overrides} violations={output.violations} />
        </div>
      )}
      {isOpen && <OutputDetails output={output} stats={stats} history={history} points={points} nowMs={nowMs} />}
    </li>
  )
}

function Figure({ label, value, isTroubled = false }: { label: string; value: string; isTroubled?: boolean }) {
  return (
    <div className={styles.figure} data-troubled={isTroubled}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  )
}
