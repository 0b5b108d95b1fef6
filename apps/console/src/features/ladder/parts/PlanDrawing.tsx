import type { ChannelPlan, PlanOutput } from '@sluice/contract/api'
import { encodeText, formatPercent, sourceText } from '../rung-text.ts'
import styles from './PlanDrawing.module.css'

/** The source, what is encoded of it, and the outputs behind each. */
export function PlanDrawing({ plan }: { plan: ChannelPlan }) {
  const { load } = plan
  const outputsOf = (rung: string): PlanOutput[] => plan.outputs.filter((output) => output.rung === rung)
  const untouched = outputsOf('source')
  return (
    <div className={styles.plan}>
      {plan.warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          {warning}
        </p>
      ))}
      <p className={styles.source}>
        <b>Source</b> <span>{sourceText(plan)}</span>
      </p>
      <ul className={styles.branches} aria-label="Encodes">
        {untouched.length > 0 && (
          <li className={styles.branch}>
            <p className={styles.head}>
              <b>Untouched</b>
            </p>
            <Outputs outputs={untouched} />
          </li>
        )}
        {plan.rungs.map((rung) => (
          <li key={rung.id} className={styles.branch}>
            <p className={styles.head}>
              <b>{rung.name}</b> <span>{encodeText(rung.spec)}</span>
              <span className={styles.cost}>
                {formatPercent(rung.cost.cpuPercent)} of a core
                {rung.cost.measuredPercent !== null && `, ${formatPercent(rung.cost.measuredPercent)} now`}
              </span>
            </p>
            <Outputs outputs={outputsOf(rung.id)} />
          </li>
        ))}
      </ul>
      <p className={styles.load}>
        <meter
          aria-label="Share of the CPU that encoding takes"
          min={0}
          max={Math.max(1, load.budgetPercent)}
          value={load.channelPercent + load.othersPercent}
        />
        <span>
          Encoding takes {formatPercent(load.channelPercent)} of a core
          {load.othersPercent > 0 && `, other channels ${formatPercent(load.othersPercent)}`}; this machine gives{' '}
          {formatPercent(load.budgetPercent)}
          {!load.isCalibrated && plan.rungs.length > 0 && '. These are the prices of a usual machine until this one is measured'}.
        </span>
      </p>
    </div>
  )
}

function Outputs({ outputs }: { outputs: readonly PlanOutput[] }) {
  return (
    <ul className={styles.outputs}>
      {outputs.map(({ outputId, name, reason, warning }) => (
        <li key={outputId}>
          <b>{name}</b> <span data-troubled={warning !== null}>{warning ?? reason}</span>
        </li>
      ))}
    </ul>
  )
}
