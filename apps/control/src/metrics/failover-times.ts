import type { StoredEvent } from '@sluice/contract/events'
import { SettledFigures, SwitchFigures } from '@sluice/contract/link'
import { Counter, Histogram, type Registry, Summary } from 'prom-client'

/** Seconds; the limits that matter are 0.3 s for a close, trigger + 0.2 s for silence, and 4 s and 5 s of the acceptance test. */
const buckets = [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 2.2, 2.7, 3, 4, 4.2, 5, 10]

/** How long switches took, out of the events in which the engines tell of them. */
export class FailoverTimes {
  readonly #histogram: Histogram
  readonly #summary: Summary
  readonly #reaction: Summary
  readonly #reconnects: Counter

  constructor(registry: Registry) {
    const registers = [registry]
    const labelNames = ['cause']
    const help = 'Last packet of the source before to first frame of the new one'
    this.#histogram = new Histogram({ name: 'sluice_failover_activation_seconds', help, labelNames, buckets, registers })
    const quantiles = { percentiles: [0.5, 0.99], labelNames, registers }
    this.#summary = new Summary({ name: 'sluice_failover_activation_quantile_seconds', help, ...quantiles })
    const reactionHelp = 'Detection of a loss to first frame of the new source'
    this.#reaction = new Summary({ name: 'sluice_failover_reaction_quantile_seconds', help: reactionHelp, ...quantiles })
    const reconnectHelp = 'Output reconnects within ten seconds of a switch: meant to stay 0'
    this.#reconnects = new Counter({ name: 'sluice_failover_output_reconnects_total', help: reconnectHelp, registers })
  }

  note({ name, data }: StoredEvent): void {
    if (name === 'source.settled') {
      const settled = SettledFigures.safeParse(data)
      if (settled.success) this.#reconnects.inc(settled.data.outputs.reduce((sum, output) => sum + output.reconnects, 0))
    }
    const figures = name === 'source.switched' ? SwitchFigures.safeParse(data) : null
    if (figures === null || !figures.success || figures.data.from === 'none') return
    const { cause, activationMs, reactionMs } = figures.data
    if (activationMs !== null) {
      this.#histogram.observe({ cause }, activationMs / 1000)
      this.#summary.observe({ cause }, activationMs / 1000)
    }
    if (reactionMs !== null) this.#reaction.observe({ cause }, reactionMs / 1000)
  }
}
