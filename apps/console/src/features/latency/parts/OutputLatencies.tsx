import type { LatencyVerdict, OutputLatency } from '@sluice/contract/api'
import { formatMs } from '../latency-bar.ts'
import styles from './OutputLatencies.module.css'

/** What each output adds: what waits here for it, and apart from that how long its far end takes to accept. */
export function OutputLatencies({ outputs }: { outputs: readonly OutputLatency[] }) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Output</th>
            <th scope="col">Queued here</th>
            <th scope="col">Accepted after</th>
          </tr>
        </thead>
        <tbody>
          {outputs.map((output) => (
            <tr key={output.outputId}>
              <th scope="row">
                {output.name}
                {output.delayMs !== undefined && <span className={styles.delay}>, {Math.round(output.delayMs / 1000)} s late, as set</span>}
              </th>
              <Cell verdict={output.queueVerdict} text={output.queueVerdict === 'unknown' ? '–' : formatMs(output.queueMs)} />
              <Cell verdict={output.acceptanceVerdict} text={accepted(output)} title={output.how} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function accepted({ acceptanceMs, acceptanceBasis, state }: OutputLatency): string {
  if (acceptanceMs !== null) return `${formatMs(acceptanceMs)}${acceptanceBasis === 'computed' ? ' (computed)' : ''}`
  return state === 'live' ? 'not reported yet' : state
}

const Cell = ({ verdict, text, title }: { verdict: LatencyVerdict; text: string; title?: string }) => (
  <td data-over={verdict === 'over'} title={title}>
    {text}
    {verdict === 'over' && <span className={styles.over}> over budget</span>}
  </td>
)
