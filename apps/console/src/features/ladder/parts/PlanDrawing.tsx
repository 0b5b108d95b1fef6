import type { ChannelPlan, PlanRung } from '@sluice/contract/api'
import { channelWarnings, encodeText, formatPercent, nobodyText, sourceText, stateText, type Taker, takersOf } from '../rung-text.ts'
import { CpuBar } from './CpuBar.tsx'
import styles from './PlanDrawing.module.css'

/** The source, what is encoded of it, and who takes each: outputs and the player. */
export function PlanDrawing({ plan }: { plan: ChannelPlan }) {
  const warnings = channelWarnings(plan)
  return (
    <div className={styles.plan}>
      {warnings.length > 0 && (
        <ul className={styles.warnings} aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <div className={styles.drawing}>
        <div className={styles.source}>
          <b>Source</b>
          <span>{sourceText(plan)}</span>
        </div>
        <ul className={styles.branches} aria-label="Encodes">
          <li className={styles.branch}>
            <div className={styles.encode}>
              <b>Untouched</b>
              <span>passes through, takes no CPU</span>
            </div>
            <Takers takers={takersOf(plan, 'source')} nobody={nobodyText(null)} />
          </li>
          {plan.rungs.map((rung) => (
            <li key={rung.id} className={styles.branch}>
              <Encode rung={rung} />
              <Takers takers={takersOf(plan, rung.id)} nobody={nobodyText(rung.actual)} />
            </li>
          ))}
        </ul>
      </div>
      <CpuBar plan={plan} />
    </div>
  )
}

function Encode({ rung }: { rung: PlanRung }) {
  const { cost, latencyMs, actual } = rung
  const state = stateText(actual)
  return (
    <div className={styles.encode} data-tone={state?.tone}>
      <b>{rung.name}</b>
      <span>{encodeText(rung.spec)}</span>
      <span className={styles.figures}>
        {cost.measuredPercent === null
          ? `${formatPercent(cost.cpuPercent)} of a core`
          : `${formatPercent(cost.measuredPercent)} of a core now, ${formatPercent(cost.cpuPercent)} planned`}
        {latencyMs !== null && ` · adds ${Math.round(latencyMs)} ms`}
      </span>
      {state !== null && <span className={styles.state}>{state.text}</span>}
    </div>
  )
}

function Takers({ takers, nobody }: { takers: readonly Taker[]; nobody: string }) {
  if (takers.length === 0) return <p className={styles.nobody}>{nobody}</p>
  return (
    <ul className={styles.takers}>
      {takers.map(({ key, name, text, isTroubled }) => (
        <li key={key} data-troubled={isTroubled}>
          <b>{name}</b> <span>{text}</span>
        </li>
      ))}
    </ul>
  )
}
