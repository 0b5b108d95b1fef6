import type { Channel } from '@sluice/contract/api'
import { useCan, useNow } from '../../../live/index.ts'
import { conformityLine, holdLine, takeable } from '../failover-lines.ts'
import styles from './FailoverStrip.module.css'
import { LastSwitches } from './LastSwitches.tsx'
import { TakeInput } from './TakeInput.tsx'

/** How the two inputs stand to each other: do they match, who returns when, and what the last switches were like. */
export function FailoverStrip({ channel }: { channel: Channel }) {
  const nowMs = useNow()
  const conformity = conformityLine(channel.conformity, nowMs)
  const hold = holdLine(channel, nowMs)
  const role = takeable(channel)
  const canWrite = useCan('channel:write')
  return (
    <section className={styles.strip} aria-label="Failover">
      {conformity !== null && (
        <div data-tone={conformity.tone} className={styles.line}>
          <p>{conformity.text}</p>
          {conformity.differences.length > 0 && (
            <ul>
              {conformity.differences.map((difference) => (
                <li key={difference}>{difference}</li>
              ))}
            </ul>
          )}
        </div>
      )}
      {hold !== null && <p className={styles.line}>{hold}</p>}
      {canWrite && role !== null && <TakeInput channel={channel} role={role} />}
      <LastSwitches channel={channel} />
    </section>
  )
}
