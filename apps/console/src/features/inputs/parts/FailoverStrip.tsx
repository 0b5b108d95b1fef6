import type { Channel } from '@sluice/contract/api'
import { holdLine } from '../failover-lines.ts'
import styles from './FailoverStrip.module.css'
import { LastSwitches } from './LastSwitches.tsx'

/** How the inputs stand to each other: who returns when, and what the last switches were like. */
export function FailoverStrip({ channel }: { channel: Channel }) {
  const hold = holdLine(channel)
  return (
    <section className={styles.strip} aria-label="Failover">
      {hold !== null && <p className={styles.line}>{hold}</p>}
      <LastSwitches channel={channel} />
    </section>
  )
}
