import type { Clock, Timer } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { isInputRole, type SourceName } from '@sluice/base/words'
import type { ChannelActual, ChannelSpec, EventDraft, ShadowOrder, SourceCommand } from '@sluice/contract/link'
import { Programme, type SourceActivation, type SourceSwitch } from '@sluice/media/programme'
import { Rung, Rungs, sourceRung } from '@sluice/media/rung'
import { type ChannelInput, ChannelInputs, type InputSources, type SessionNews } from '../inputs/index.ts'
import type { ChannelConsumer, ChannelFigures, ChannelView } from './consumer.ts'
import { Rehearsal } from './rehearsal.ts'
import { ShowEnd } from './show-end.ts'
import { SlateFile } from './slate-file.ts'
import { SourceTake } from './source-take.ts'
import { switchEvents } from './switch-events.ts'
import { newSwitchId, type OutputTally, SwitchEffects, settledEvent, switchFigures } from './switch-report.ts'

/** What a channel needs of its engine. */
export type ChannelParts = InputSources & {
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  /** How long outputs of classes B and C may be gathered, milliseconds; absent: not at all. */
  readonly gatherMs?: number
  readonly onEvent: (draft: EventDraft) => void
  /** Something in `actual()` is new. */
  readonly onActual: (channel: Channel) => void
}

/** Without a source for so long the broadcast is over, and the player page says so instead of standing still. */
const overAfterMs = 60_000
const tickMs = 1000

/**
 * The hub of one channel in an engine: the programme, its inputs, and its list of consumers. It follows its spec by the smallest change
 * and reports what is. It owns all its parts and closes them. A channel with nothing to do has no timer.
 */
export class Channel implements ChannelView {
  readonly channelId: string
  readonly programme: Programme
  readonly rungs: Rungs
  readonly #parts: ChannelParts
  readonly #faults: Guard
  readonly #inputs: ChannelInputs
  readonly #consumers: readonly ChannelConsumer[]
  readonly #effects: SwitchEffects
  readonly #rehearsal: Rehearsal
  readonly #take: SourceTake
  readonly #slate: SlateFile
  readonly #showEnd: ShowEnd
  #spec: ChannelSpec
  #sinceMs: number
  #sourceGoneMs: number | null = null
  /** A show was on and has come to its end. */
  #isOver = false
  #isClosed = false
  #bytesPerSecond = 0
  #mark = ''
  #timer: Timer | null = null

  /** `openConsumers`: those of this channel; they are closed in their order. */
  constructor(spec: ChannelSpec, parts: ChannelParts, openConsumers: (channel: ChannelView) => readonly ChannelConsumer[]) {
    const { clock } = parts
    this.channelId = spec.channelId
    this.#spec = spec
    this.#parts = parts
    this.#sinceMs = clock.wallMs()
    this.#showEnd = new ShowEnd(clock)
    this.#faults = new Guard("a channel's media", parts.log.child({ channelId: spec.channelId }))
    const onFault = (error: unknown): void => this.#faults.fault(error)
    this.programme = new Programme({
      clock,
      policy: spec.source,
      onSwitch: (change) => this.#onSwitch(change),
      onActivated: (activation) => this.#onActivated(activation),
      onReaderFault: onFault,
    })
    this.rungs = new Rungs([new Rung(sourceRung, this.programme.bus, clock, parts.gatherMs)])
    this.#inputs = new ChannelInputs({
      ...parts,
      channelId: this.channelId,
      programme: this.programme,
      onFault,
      onActual: () => this.tellActual(),
      onSession: (input, news) => this.#onSession(input, news),
    })
    this.#effects = new SwitchEffects({
      clock,
      tally: () => this.#tally(),
      onSettled: (figures) => parts.onEvent(settledEvent(this.channelId, figures)),
    })
    this.#take = new SourceTake(clock, this.programme)
    this.#rehearsal = new Rehearsal({
      channelId: this.channelId,
      clock,
      programme: this.programme,
      reconnectsTotal: () => this.#tally().reduce((sum, output) => sum + output.reconnectsTotal, 0),
      triggerMs: () => this.#spec.source.triggerMs,
      onEvent: parts.onEvent,
    })
    this.#slate = new SlateFile(this.programme, () => this.tellActual())
    this.#consumers = openConsumers(this)
    this.setSpec(spec)
  }

  get spec(): ChannelSpec {
    return this.#spec
  }
  get source(): SourceName {
    return this.programme.source
  }
  get sourceGoneMs(): number | null {
    return this.#sourceGoneMs
  }
  get bytesPerSecond(): number {
    return this.#bytesPerSecond
  }
  get endedBy(): string | null {
    return this.#showEnd.by
  }

  setSpec(spec: ChannelSpec): void {
    this.#spec = spec
    this.#showEnd.set(spec)
    this.#inputs.setSpec(spec, this.#showEnd.isEnded)
    // Without a source there is no switch to tell of it: outputs that wait for an input close now.
    if (this.#showEnd.isEnded && this.#sourceGoneMs !== null) this.#closeShow()
    this.#slate.set(spec.source.slate)
    for (const consumer of this.#consumers) consumer.setSpec(spec)
    this.tellActual()
  }

  /** The input that a publisher's key opens. */
  inputByKey(keyHash: string): ChannelInput | undefined {
    return this.#inputs.byKey(keyHash)
  }

  inputById(inputId: string): ChannelInput | undefined {
    return this.#inputs.byId(inputId)
  }

  withoutConfig(): 'video' | 'audio' | null {
    return this.#inputs.withoutConfig()
  }

  /** To a tenth of a second: what has not changed must read the same. */
  wallOf(atMs: number): string {
    const { clock } = this.#parts
    return new Date(Math.round((clock.wallMs() + atMs - clock.nowMs()) / 100) * 100).toISOString()
  }

  tellEvent(draft: EventDraft): void {
    this.#parts.onEvent(draft)
  }

  tellActual(): void {
    this.#wake()
    this.#parts.onActual(this)
  }

  /** Done and not kept. A take of an input that has nothing to show waits for its key frame a while. */
  command(command: Exclude<SourceCommand, ShadowOrder>): void {
    if (command.do === 'take') this.#take.take(command.role)
    else if (command.do === 'hold-slate') this.#holdSlate(command.forMs)
    else this.#rehearsal.start(command)
  }

  #holdSlate(forMs: number): void {
    if (!this.programme.holdSlate(forMs)) return
    for (const consumer of this.#consumers) consumer.onHold?.(forMs)
    this.tellActual()
  }

  actual(): ChannelActual {
    const { source } = this.programme
    return {
      channelId: this.channelId,
      revision: this.#spec.revision,
      state: source === 'none' ? 'idle' : 'live',
      source,
      since: new Date(this.#sinceMs).toISOString(),
      inputs: this.#inputs.actual(),
      outputs: [],
      hlsReady: false,
      ...merged(this.#consumers.map((consumer) => consumer.actual())),
      ...this.#slate.actual(),
      ...this.#return(),
      ...this.#slateEnd(),
      ...(this.#showEnd.resumedNo === null ? {} : { resumedNo: this.#showEnd.resumedNo }),
    }
  }

  stats(nowMs: number): ChannelFigures {
    const inputs = this.#inputs.stats(nowMs)
    const onAir = this.#inputs.of(this.programme.source)
    const rate = inputs.find((stats) => stats.inputId === onAir?.inputId)
    if (rate !== undefined) this.#bytesPerSecond = rate.bitrateBps / 8
    this.#inputs.compare(nowMs)
    const processing = this.rungs.source.fanOuts.processing.read(nowMs)
    return {
      channelId: this.channelId,
      inputs,
      outputs: [],
      playback: null,
      ...merged(this.#consumers.map((consumer) => consumer.stats(nowMs))),
      ...(processing === null ? {} : { processing }),
    }
  }

  /** Ends all sessions in good order. A broadcast that runs ends here, by the figures of before its outputs are torn down. */
  close(message: string): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#end('closed')
    this.#effects.close()
    this.#rehearsal.close()
    this.#take.close()
    this.#slate.close()
    this.#inputs.close(message)
    for (const consumer of this.#consumers) consumer.close(message)
    this.programme.close()
    this.rungs.close()
  }

  /** Something happens: looks again each second, until there is nothing left to look at. */
  #wake(): void {
    if (!this.#isClosed) this.#timer ??= this.#parts.clock.after(tickMs, () => this.#tick())
  }

  #tick(): void {
    this.#timer = null
    // What throws is looked at again: a channel that stands still looks like one that is well.
    if (this.#faults.run(() => this.#work()) ?? true) this.#wake()
  }

  /** Whether there is something to look at in a second, though nothing happens. */
  #work(): boolean {
    this.#inputs.judge()
    const areBusy = this.#tickConsumers()
    this.#tellSilentChanges()
    const isGone = this.programme.source === 'none' && this.#sourceGoneMs !== null
    if (isGone && this.#parts.clock.nowMs() - (this.#sourceGoneMs ?? 0) >= overAfterMs) this.#end()
    return areBusy || this.#inputs.isBusy || this.programme.source !== 'none' || (isGone && !this.#isOver)
  }

  /** Each by itself: what one throws must not keep the others from their turn. */
  #tickConsumers(): boolean {
    const nowMs = this.#parts.clock.nowMs()
    return this.#consumers.filter((consumer) => this.#faults.run(() => consumer.tick(nowMs)) ?? true).length > 0
  }

  /** What changes of the inputs without an event of its own: one that begins to give media, a track's facts. */
  #tellSilentChanges(): void {
    const { mark } = this.#inputs
    if (mark === this.#mark) return
    this.#mark = mark
    this.tellActual()
  }

  /** Nobody comes back: the player page is told, and the figures of the broadcast are final. */
  #end(why: 'over' | 'closed' = 'over'): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const consumer of this.#consumers) consumer.onOver?.(why)
  }

  #onSwitch(change: SourceSwitch): void {
    this.#take.close()
    this.#inputs.of(change.from)?.watch.noteLeft(change)
    this.#sinceMs = this.#parts.clock.wallMs()
    if (isInputRole(change.to)) this.#sourceGoneMs = null
    else this.#sourceGoneMs ??= change.atMs
    if (change.to !== 'none') this.#isOver = false
    for (const consumer of this.#consumers) consumer.onSwitch?.(change)
    // A slate that came to its end was the hold already.
    if (change.cause === 'expired') this.#end()
    if (change.cause === 'ended') this.#closeShow()
    this.tellActual()
  }

  /** The figures of the broadcast are taken while its outputs are up; at the next look they find nothing to wait for, and close. */
  #closeShow(): void {
    this.#end()
    this.#sourceGoneMs = null
    this.#tickConsumers()
  }

  #onSession(input: ChannelInput, news: SessionNews): void {
    if (news.type === 'lost') this.#showEnd.noteLost(input.inputId, news.problem === null)
    else if (this.#showEnd.noteConnected(input.inputId, news.facts.protocol)) this.programme.setPolicy(this.#spec.source)
  }

  #onActivated(activation: SourceActivation): void {
    const { clock, onEvent } = this.#parts
    const switchId = newSwitchId()
    const fps = this.#inputs.of(activation.from)?.fps ?? 0
    const figures = switchFigures(activation, { switchId, fps, triggerMs: this.#spec.source.triggerMs, clock })
    this.#rehearsal.note(activation)
    for (const draft of switchEvents(this.#spec, activation, figures)) onEvent(draft)
    this.#tickConsumers()
    if (isInputRole(activation.from) && activation.to !== 'none') this.#effects.follow(switchId)
  }

  #tally(): readonly OutputTally[] {
    return this.#consumers.flatMap((consumer) => consumer.tally?.() ?? [])
  }

  #slateEnd(): Pick<ChannelActual, 'slateEndsAt'> {
    const { slateEndsMs } = this.programme
    return slateEndsMs === null ? {} : { slateEndsAt: this.wallOf(slateEndsMs) }
  }

  #return(): Pick<ChannelActual, 'returnsAt' | 'returnsTo'> {
    const back = this.programme.nextReturn
    if (back === null) return { returnsAt: null, returnsTo: null }
    return { returnsAt: this.wallOf(this.#parts.clock.nowMs() + back.leftMs), returnsTo: back.role }
  }
}

/** The parts that each consumer has of a whole. */
function merged<Whole>(parts: readonly Partial<Whole>[]): Partial<Whole> {
  const whole: Partial<Whole> = {}
  for (const part of parts) Object.assign(whole, part)
  return whole
}
