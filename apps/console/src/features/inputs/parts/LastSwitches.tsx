import { roleName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { formatTimeOfDay } from '../../../ui/format/index.ts'
import { causeText, effectWords, formatActivation } from '../failover-lines.ts'
import { useSwitches } from '../use-inputs.ts'
import styles from './LastSwitches.module.css'

const shown = 5

/** The last switches as they were measured. Nothing before the first one. */
export function LastSwitches({ channel }: { channel: Channel }) {
  const { data } = useSwitches(channel)
  const items = data?.items.filter(({ figures }) => figures.from !== 'none').slice(0, shown) ?? []
  if (data === undefined || items.length === 0) return null
  const { count, p50Ms, p99Ms } = data.activation
  return (
    <div>
      <h4 className={styles.title}>Last switches</h4>
      <ol className={styles.list}>
        {items.map((one) => (
          <li key={one.figures.switchId}>
            <time dateTime={one.at}>{formatTimeOfDay(one.at)}</time>
            <span>
              {roleName(one.figures.from)} to {roleName(one.figures.to)}, {causeText(one.figures.cause)}
            </span>
            <b>{formatActivation(one.figures.activationMs)}</b>
            <span className={styles.effect}>{effectWords(one)}</span>
          </li>
        ))}
      </ol>
      {count > 1 && (
        <p className={styles.effect}>
          {count} failovers: half within {formatActivation(p50Ms)}, 99% within {formatActivation(p99Ms)}
        </p>
      )}
    </div>
  )
}
