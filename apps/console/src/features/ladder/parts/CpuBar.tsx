import type { ChannelPlan } from '@sluice/contract/api'
import { formatPercent } from '../rung-text.ts'
import styles from './CpuBar.module.css'

/** What encoding takes of this machine, part by part, against what the machine gives for it. */
export function CpuBar({ plan: { load, rungs } }: { plan: ChannelPlan }) {
  const { budgetPercent, channelPercent, decodePercent, othersPercent } = load
  const parts = [
    { key: 'others', name: 'Other channels', percent: othersPercent },
    { key: 'decode', name: 'Decoding', percent: decodePercent },
    ...rungs.map(({ id, name, cost }) => ({ key: id, name, percent: cost.cpuPercent })),
  ].filter(({ percent }) => percent > 0)
  const whole = Math.max(budgetPercent, channelPercent + othersPercent, 1)
  return (
    <div className={styles.cpu}>
      <div
        className={styles.bar}
        role="img"
        aria-label={`Encoding takes ${formatPercent(channelPercent + othersPercent)} of a core of ${formatPercent(budgetPercent)}`}
      >
        {parts.map(({ key, name, percent }, i) => (
          <span
            key={key}
            title={`${name}: ${formatPercent(percent)} of a core`}
            style={{ width: `${(percent * 100) / whole}%` }}
            data-kind={key === 'others' ? 'others' : i % 2 === 0 ? 'even' : 'odd'}
          />
        ))}
      </div>
      <p>
        This channel takes {formatPercent(channelPercent)} of a core
        {decodePercent > 0 && `, ${formatPercent(decodePercent)} of it to decode the source`}
        {othersPercent > 0 && `; other live channels ${formatPercent(othersPercent)}`}. This machine gives {formatPercent(budgetPercent)} to
        encoding, 70 % of {load.cores === 1 ? 'its core' : `its ${load.cores} cores`}.
        {!load.isCalibrated && rungs.length > 0 && ' Prices are those of a usual machine until this one is measured.'}
      </p>
    </div>
  )
}
