import type { LatencyEntry, LatencyLedger, LatencyVerdict, OutputLatency } from '@sluice/contract/api'
import type { Style } from './style.ts'
import { formatTable } from './table.ts'
import { plain } from './text.ts'

const ms = (value: number): string => (value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Number(value.toFixed(1))} ms`)

/** The stages in their order, then what each output adds. What is only usual is marked by a tilde, what is unknown by a dash. */
export function formatLatency(ledger: LatencyLedger, style: Style): string {
  const stages = formatTable(
    [
      { head: 'stage' },
      { head: 'takes', isNumber: true },
      { head: 'budget', isNumber: true },
      { head: 'verdict' },
      { head: 'known' },
      { head: '' },
    ],
    ledger.stages.map((entry) => [
      entry.stage,
      takes(entry),
      ms(entry.budget.toMs),
      paintVerdict(entry.verdict, style),
      entry.basis,
      entry.figures.map(({ label, value }) => `${plain(label)} ${plain(value)}`).join(', ') || style.dim(plain(entry.how)),
    ]),
  )
  return `${stages}${ledger.stages.map(formatRaised).join('')}\n${formatOutputs(ledger.outputs, style)}${formatOwn(ledger, style)}`
}

/** A budget that gave way to what was set never does so silently. */
function formatRaised({ stage, budget: { toMs, raised } }: LatencyEntry): string {
  if (raised === undefined) return ''
  return `The ${stage} budget is ${ms(toMs)} instead of ${ms(raised.fromMs)}: the SRT latency is set to ${ms(raised.latencyMs)}.\n`
}

function takes({ ms: value, expected }: LatencyEntry): string {
  if (value !== null) return ms(value)
  return expected === null ? '-' : `~${ms(expected.fromMs)}-${ms(expected.toMs)}`
}

function formatOutputs(outputs: readonly OutputLatency[], style: Style): string {
  if (outputs.length === 0) return ''
  const columns = [
    { head: 'output' },
    { head: 'state' },
    { head: 'waits here', isNumber: true },
    { head: 'accepted after', isNumber: true },
    { head: '' },
  ]
  const rows = outputs.map((output) => [
    plain(output.name),
    output.state,
    paintMs(output.queueMs, output.queueVerdict, style),
    output.acceptanceMs === null ? '-' : paintMs(output.acceptanceMs, output.acceptanceVerdict, style),
    style.dim(plain(output.how)),
  ])
  return `${formatTable(columns, rows)}\n`
}

function formatOwn({ ownMs, drift }: LatencyLedger, style: Style): string {
  if (ownMs === null) return 'No delay figure: nothing is leaving Sluice.\n'
  const slope =
    drift.msPerMinute === null
      ? 'drift is known after ten minutes'
      : `${drift.msPerMinute >= 0 ? '+' : ''}${drift.msPerMinute.toFixed(1)} ms a minute`
  return `Sluice itself adds ${ms(ownMs)}; ${drift.isDrifting ? style.bad(`drifting: ${slope}`) : slope}.\n`
}

const paintMs = (value: number, verdict: LatencyVerdict, style: Style): string => (verdict === 'over' ? style.warn(ms(value)) : ms(value))

function paintVerdict(verdict: LatencyVerdict, style: Style): string {
  if (verdict === 'over') return style.warn(verdict)
  return verdict === 'within' ? style.good(verdict) : style.dim(verdict)
}
