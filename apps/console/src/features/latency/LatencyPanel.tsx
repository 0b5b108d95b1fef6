import type { Channel, LatencyLedger } from '@sluice/contract/api'
import { ProblemNote } from '../../ui/form/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import styles from './LatencyPanel.module.css'
import { formatMs } from './latency-bar.ts'
import { LatencyBar } from './parts/LatencyBar.tsx'
import { OutputLatencies } from './parts/OutputLatencies.tsx'
import { StageLine } from './parts/StageLine.tsx'
import { useLatency } from './use-latency.ts'

/** What each stage from lens to viewer takes: one bar of all, each against its budget, and what every output adds. */
export function LatencyPanel({ channel }: { channel: Channel }) {
  const { data: ledger, error } = useLatency(channel.id)
  return (
    <Panel title="Latency" aside={ledger && <OwnDelay ledger={ledger} />}>
      <ProblemNote error={error} />
      {ledger && (
        <div className={styles.ledger}>
          <LatencyBar ledger={ledger} />
          <ul className={styles.stages} aria-label="Stages">
            {ledger.stages.map((entry) => (
              <StageLine key={entry.stage} entry={entry} />
            ))}
          </ul>
          {ledger.outputs.length > 0 && <OutputLatencies outputs={ledger.outputs} />}
        </div>
      )}
    </Panel>
  )
}

function OwnDelay({ ledger: { ownMs, drift } }: { ledger: LatencyLedger }) {
  if (ownMs === null) return null
  const slope = Math.round(drift.msPerMinute ?? 0)
  return (
    <span className={styles.own} data-troubled={drift.isDrifting}>
      Sluice adds <b>{formatMs(ownMs)}</b>
      {drift.isDrifting && `, and ${slope} ms more every minute`}
    </span>
  )
}
