import type { Tone } from '../state/index.ts'
import styles from './GateBar.module.css'

/** Outputs as a bar of small gates in their order; what they say stands beside them in words. */
export function GateBar({ gates }: { gates: readonly Tone[] }) {
  return (
    <span className={styles.bar} aria-hidden>
      {gates.map((tone, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a gate is its place
        <i key={at} data-tone={tone} />
      ))}
    </span>
  )
}

/** The gates of a channel where only their counts are known. */
export function gatesOfCounts({ total, live, troubled }: { total: number; live: number; troubled: number }): Tone[] {
  const other = Math.max(0, total - live - troubled)
  return [...Array<Tone>(live).fill('ok'), ...Array<Tone>(troubled).fill('bad'), ...Array<Tone>(other).fill('quiet')]
}
