import type { ChannelStats } from '@sluice/contract/api'
import type { CSSProperties, ReactNode } from 'react'
import { type Line, LinesGraph } from '../graph/index.ts'
import styles from './SrtPanel.module.css'
import { type SrtLines, type SrtSample, srtLines } from './srt-lines.ts'

const windowMs = 2 * 60_000
/** As long as the advice looks back. */
const recentReadings = 20

export type SrtAdvice = NonNullable<ChannelStats['inputs'][number]['lineAdvice']>

type Named = Line & { readonly name: string; readonly unit: 'ms' | '%' }

/** How an SRT connection does: one sentence, and behind it two minutes of what the line did and what SRT made of it. */
export function SrtPanel(props: { samples: readonly SrtSample[]; endMs: number; advice: SrtAdvice | undefined; action?: ReactNode }) {
  const lines = srtLines(props.samples)
  const times: Named[] = [
    { name: 'Round trip', unit: 'ms', points: lines.rttMs, colour: '--water-fill' },
    { name: 'Buffer', unit: 'ms', points: lines.bufferMs, colour: '--ink-3' },
    { name: 'Latency', unit: 'ms', points: lines.latencyMs, colour: '--line-strong', look: 'dashed' },
  ]
  const shares: Named[] = [
    { name: 'Packet loss', unit: '%', points: lines.lost, colour: '--warn-solid' },
    { name: 'Retransmitted', unit: '%', points: lines.repeated, colour: '--water-fill' },
    { name: 'Not recovered', unit: '%', points: lines.dropped, colour: '--bad-solid', look: 'filled' },
  ]
  return (
    <div className={styles.panel}>
      <p className={styles.advice} data-tone={isTroubled(lines, props.advice) ? 'warn' : 'quiet'} aria-live="polite">
        <span>
          <b>SRT:</b> {props.advice?.sentence ?? 'measuring the connection'}
        </span>
        {props.action}
      </p>
      <div className={styles.graphs}>
        <Graph lines={times} endMs={props.endMs} minTop={100} />
        <Graph lines={shares} endMs={props.endMs} minTop={2} />
      </div>
    </div>
  )
}

function Graph({ lines, endMs, minTop }: { lines: readonly Named[]; endMs: number; minTop: number }) {
  const now = lines.map(({ name, unit, points }) => `${name} ${formatValue(points.at(-1)?.value, unit)}`)
  return (
    <figure>
      <ul className={styles.legend} aria-hidden>
        {lines.map(({ name, unit, points, colour, look }) => (
          <li key={name}>
            <span className={styles.swatch} data-look={look} style={{ '--swatch': `var(${colour})` } as CSSProperties} />
            {name} <b>{formatValue(points.at(-1)?.value, unit)}</b>
          </li>
        ))}
      </ul>
      <LinesGraph
        lines={lines}
        endMs={endMs}
        windowMs={windowMs}
        minTop={minTop}
        size="small"
        label={`Last two minutes; now ${now.join(', ')}`}
      />
    </figure>
  )
}

/** A latency that is too small is a problem, and so is unrecovered loss; a latency that could be smaller is not. */
function isTroubled({ latencyMs, dropped }: SrtLines, advice: SrtAdvice | undefined): boolean {
  const isTooSmall = (advice?.suggestedLatencyMs ?? 0) > (latencyMs.at(-1)?.value ?? 0)
  return isTooSmall || dropped.slice(-recentReadings).some((point) => point.value > 0)
}

function formatValue(value: number | undefined, unit: 'ms' | '%'): string {
  if (value === undefined) return '–'
  return unit === 'ms' ? `${value < 10 ? value.toFixed(1) : Math.round(value)} ms` : `${value.toFixed(1)}%`
}
