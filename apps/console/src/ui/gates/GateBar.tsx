import type { Channel } from '@sluice/contract/api'
import styles from './GateBar.module.css'

/** The outputs of a channel as a bar of small gates, with the same said in words for whom the bar is nothing. */
export function GateBar({ outputs }: { outputs: Channel['outputs'] }) {
  const { total, live, troubled } = outputs
  const other = Math.max(0, total - live - troubled)
  const gates = [...Array(live).fill('ok'), ...Array(troubled).fill('bad'), ...Array(other).fill('quiet')] as const
  return (
    <span className={styles.bar} aria-hidden>
      {gates.map((tone, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the gates of one tone are alike
        <span key={at} className={styles.gate} data-tone={tone} />
      ))}
    </span>
  )
}
