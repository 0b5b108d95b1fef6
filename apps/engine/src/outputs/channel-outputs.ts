import type { Clock } from '@sluice/base/clock'
import { isInputRole } from '@sluice/base/words'
import type { ChannelActual, ChannelSpec, OutputSpec } from '@sluice/contract/link'
import type { AttemptBudget, HandoverChange, OpenTransport, OutputChange, OutputTarget } from '@sluice/media/output'
import type { ChannelConsumer, ChannelFigures, ChannelView, OutputTally } from '../channel/index.ts'
import type { BroadcastCount } from './broadcast.ts'
import { ChannelOutput } from './channel-output.ts'
import { handoverEvent, outputEvent } from './output-events.ts'

export type OutputParts = {
  readonly clock: Clock
  readonly random: () => number
  readonly budget: AttemptBudget
  readonly openTransport: OpenTransport<OutputTarget>
}

/** All outputs of one channel: they follow the spec, and are told whether there is media for them. */
export class ChannelOutputs implements ChannelConsumer {
  readonly #channel: ChannelView
  readonly #parts: OutputParts
  readonly #broadcast: BroadcastCount
  // bound: one an output of the spec
  readonly #outputs = new Map<string, ChannelOutput>()
  /** For how much longer than by their class outputs are kept without an input: those that had a session when the slate was held. */
  // bound: one an output of the spec, all go with the next input on air
  readonly #extraMs = new Map<string, number>()

  constructor(channel: ChannelView, parts: OutputParts, broadcast: BroadcastCount) {
    this.#channel = channel
    this.#parts = parts
    this.#broadcast = broadcast
  }

  get all(): readonly ChannelOutput[] {
    return [...this.#outputs.values()]
  }

  setSpec({ outputs }: Pick<ChannelSpec, 'outputs'>): void {
    const wanted = new Map(outputs.map((output) => [output.outputId, output]))
    for (const [outputId, output] of this.#outputs) {
      if (wanted.has(outputId)) continue
      this.#broadcast.outputGone(output)
      output.close()
      this.#outputs.delete(outputId)
      this.#extraMs.delete(outputId)
    }
    for (const [outputId, outputSpec] of wanted) {
      const output = this.#outputs.get(outputId)
      if (output === undefined) this.#outputs.set(outputId, this.#open(outputSpec))
      else output.setSpec(outputSpec)
    }
    this.#feed(this.#parts.clock.nowMs())
  }

  /** True while an output keeps its session without a source. */
  tick(nowMs: number): boolean {
    const isHolding = this.#feed(nowMs)
    const views = new Set(this.all.flatMap(({ view, spec }) => (view === null || spec.desired === 'stopped' ? [] : [view])))
    this.#channel.rungs.tick(views, this.#channel.source === 'none')
    this.#tellSilentChanges()
    return isHolding
  }

  actual(): Pick<ChannelActual, 'outputs'> {
    const missing = this.#channel.withoutConfig()
    return { outputs: this.all.map((output) => output.actual(missing)) }
  }

  stats(nowMs: number): Pick<ChannelFigures, 'outputs'> {
    return { outputs: this.all.map((output) => output.stats(nowMs, this.#broadcast.hasBegun)) }
  }

  tally(): readonly OutputTally[] {
    const nowMs = this.#parts.clock.nowMs()
    return this.all.map(({ spec, runner }) => {
      const { reconnectsTotal, framesDroppedTotal } = runner.figures(nowMs)
      return { outputId: spec.outputId, state: runner.state, reconnectsTotal, framesDroppedTotal }
    })
  }

  /** One that had ended its session already stays closed. */
  onHold(forMs: number): void {
    const { sourceGoneMs } = this.#channel
    const nowMs = this.#parts.clock.nowMs()
    for (const [outputId, output] of this.#outputs)
      if (sourceGoneMs !== null && nowMs < sourceGoneMs + this.#keepMs(output))
        this.#extraMs.set(outputId, (this.#extraMs.get(outputId) ?? 0) + forMs)
  }

  close(): void {
    for (const output of this.#outputs.values()) output.close()
  }

  #open(spec: OutputSpec): ChannelOutput {
    const { clock, random, budget, openTransport } = this.#parts
    return new ChannelOutput(spec, {
      clock,
      random,
      budget,
      rungs: this.#channel.rungs,
      wallOf: (atMs) => this.#channel.wallOf(atMs),
      open: openTransport,
      onChange: (output, change) => this.#onChange(output, change),
      onHandover: (output, change) => this.#onHandover(output, change),
    })
  }

  /** Tells each output whether there is media for it. Without an input, slate or not, it keeps its session for as long as its class says. */
  #feed(nowMs: number): boolean {
    const { source, sourceGoneMs, bytesPerSecond } = this.#channel
    const isLive = isInputRole(source)
    if (isLive) this.#extraMs.clear()
    let isHolding = false
    for (const output of this.#outputs.values()) {
      const keptUntilMs = sourceGoneMs === null ? null : sourceGoneMs + this.#keepMs(output)
      const isHeld = keptUntilMs !== null && nowMs < keptUntilMs
      isHolding ||= isHeld || output.hasTail
      output.feed({ hasMedia: isLive || isHeld, isOnAir: source !== 'none', bytesPerSecond, keptUntilMs: isHeld ? keptUntilMs : null })
    }
    return isHolding
  }

  #keepMs({ spec }: ChannelOutput): number {
    return spec.keepSessionMs + (this.#extraMs.get(spec.outputId) ?? 0)
  }

  /** What changes without an event of its own: what an output waits for, and what its wire leaves out. */
  #tellSilentChanges(): void {
    const missing = this.#channel.withoutConfig()
    let hasChanged = false
    // All of them: each notes what it saw.
    for (const output of this.#outputs.values()) if (output.hasSilentChange(missing)) hasChanged = true
    if (hasChanged) this.#channel.tellActual()
  }

  #onChange(output: ChannelOutput, change: OutputChange): void {
    const draft = output.isNews(change)
      ? outputEvent(this.#channel.channelId, output.spec, change, this.#parts.clock.nowMs(), output.runner.sentTo)
      : null
    if (draft !== null) this.#channel.tellEvent(draft)
    this.#channel.tellActual()
  }

  #onHandover(output: ChannelOutput, change: HandoverChange): void {
    if (output.isHandoverNews(change))
      this.#channel.tellEvent(handoverEvent(this.#channel.channelId, output.spec, change, this.#parts.clock.nowMs()))
    this.#channel.tellActual()
  }
}
