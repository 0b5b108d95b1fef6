import type { Clock, Timer } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { ChannelActual, ChannelSpec, EventDraft, FromEngine, ShadowOrder, SourceCommand } from '@sluice/contract/link'
import {
  type AttemptBudget,
  FanOutSet,
  type HandoverChange,
  type OpenTransport,
  type OutputChange,
  type OutputTarget,
} from '@sluice/media/output'
import { HlsPackager } from '@sluice/media/packager'
import { Programme, type SourceActivation, type SourceSwitch } from '@sluice/media/programme'
import { isInput } from '@sluice/media/switch'
import type { ChannelInput, OpenPull } from '../inputs/index.ts'
import { ChannelInputs } from '../inputs/index.ts'
import { BroadcastCount, broadcastEvent, ChannelOutput, handoverEvent, outputEvent } from '../outputs/index.ts'
import { Audience, type AudienceRoom, Players } from '../viewers/index.ts'
import type { ContentWatcher } from '../watch/index.ts'
import { Rehearsal } from './rehearsal.ts'
import { SlateFile } from './slate-file.ts'
import { switchEvents } from './switch-events.ts'
import { newSwitchId, type OutputTally, SwitchEffects, settledEvent, switchFigures } from './switch-report.ts'

/** What a channel needs of its engine. */
export type ChannelParts = {
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  readonly budget: AttemptBudget
  readonly openTransport: OpenTransport<OutputTarget>
  /** Absent: inputs call nobody. */
  readonly openPull?: OpenPull
  /** Absent: black, frozen and silent media is not seen. */
  readonly watcher?: ContentWatcher
  /** Highest mean bitrate of an input, Mbit/s; absent: 100. */
  readonly inputMaxMbps?: number
  /** How long outputs of classes B and C may be gathered, milliseconds; absent: not at all. */
  readonly gatherMs?: number
  /** Absent: counted for this channel alone. */
  readonly audienceRoom?: AudienceRoom
  readonly onEvent: (draft: EventDraft) => void
  /** Something in `actual()` is new. */
  readonly onActual: (channel: Channel) => void
}

type ChannelFigures = Extract<FromEngine, { type: 'stats' }>['channels'][number]

/** Without a source for so long the broadcast is over, and the player page says so instead of standing still. */
const playbackHoldMs = 60_000
/** How often an output's queue bound is set anew after the source's bitrate. */
const rateTickMs = 1000

/**
 * One channel in an engine: the programme, what comes in, what goes out. It follows its spec by the smallest change and reports
 * what is. It owns all its parts and closes them.
 */
export class Channel {
  readonly channelId: string
  readonly programme: Programme
  readonly fanOuts: FanOutSet
  /** Who watches over HLS. */
  readonly audience: Audience
  /** Who pulls the programme over RTMP or SRT. */
  readonly players: Players
  #packager: HlsPackager
  readonly #parts: ChannelParts
  readonly #inputs: ChannelInputs
  // bound: one an output of the spec
  readonly #outputs = new Map<string, ChannelOutput>()
  readonly #effects: SwitchEffects
  readonly #rehearsal: Rehearsal
  readonly #broadcast: BroadcastCount
  readonly #slate: SlateFile
  #spec: ChannelSpec
  #sinceMs: number
  #sourceGoneMs: number | null = null
  #bytesPerSecond = 0
  #mark = ''
  #timer: Timer

  constructor(spec: ChannelSpec, parts: ChannelParts) {
    const { clock } = parts
    this.channelId = spec.channelId
    this.#spec = spec
    this.#parts = parts
    this.#sinceMs = clock.wallMs()
    const faults = new Guard("a channel's media", parts.log.child({ channelId: spec.channelId }))
    this.audience = new Audience(clock, parts.audienceRoom)
    this.programme = new Programme({
      clock,
      policy: spec.source,
      onSwitch: (change) => this.#onSwitch(change),
      onActivated: (activation) => this.#onActivated(activation),
      onReaderFault: (error) => faults.fault(error),
    })
    this.#inputs = new ChannelInputs({
      ...parts,
      channelId: this.channelId,
      programme: this.programme,
      openPull: parts.openPull,
      watcher: parts.watcher,
      maxMbps: parts.inputMaxMbps,
      onFault: (error) => faults.fault(error),
      onActual: () => parts.onActual(this),
    })
    this.#effects = new SwitchEffects({
      clock,
      tally: () => this.#tally(),
      onSettled: (figures) => parts.onEvent(settledEvent(this.channelId, figures)),
    })
    this.#rehearsal = new Rehearsal({
      channelId: this.channelId,
      clock,
      programme: this.programme,
      reconnectsTotal: () => this.#tally().reduce((sum, output) => sum + output.reconnectsTotal, 0),
      triggerMs: () => this.#spec.source.triggerMs,
      onEvent: parts.onEvent,
    })
    this.#slate = new SlateFile(this.programme, () => parts.onActual(this))
    this.fanOuts = new FanOutSet(this.programme.bus, clock, parts.gatherMs)
    this.players = new Players(this.fanOuts)
    this.#broadcast = new BroadcastCount(clock)
    this.#packager = this.#makePackager(spec)
    this.#timer = clock.after(rateTickMs, () => this.#tick())
    this.setSpec(spec)
  }

  get spec(): ChannelSpec {
    return this.#spec
  }
  get packager(): HlsPackager {
    return this.#packager
  }

  setSpec(spec: ChannelSpec): void {
    const { hls } = this.#spec
    this.#spec = spec
    if (spec.hls.segmentMs !== hls.segmentMs || spec.hls.windowSegments !== hls.windowSegments) {
      this.#packager.close()
      this.#packager = this.#makePackager(spec)
    }
    this.players.setKeys(new Set([...spec.playTokenHashes, ...spec.inputs.map(({ keyHash }) => keyHash)]))
    this.#inputs.setSpec(spec)
    this.#slate.set(spec.source.slate)
    this.#applyOutputs(spec)
    this.#parts.onActual(this)
  }

  /** The input that a publisher's key opens. */
  inputByKey(keyHash: string): ChannelInput | undefined {
    return this.#inputs.byKey(keyHash)
  }

  inputById(inputId: string): ChannelInput | undefined {
    return this.#inputs.byId(inputId)
  }

  /** Done at once and not kept. A take of an input that has nothing to show does nothing. */
  command(command: Exclude<SourceCommand, ShadowOrder>): void {
    if (command.do === 'take') this.programme.take(command.role)
    else this.#rehearsal.start(command)
  }

  actual(): ChannelActual {
    const { source } = this.programme
    const missing = this.#inputs.withoutConfig()
    return {
      channelId: this.channelId,
      revision: this.#spec.revision,
      state: source === 'none' ? 'idle' : 'live',
      source,
      since: new Date(this.#sinceMs).toISOString(),
      inputs: this.#inputs.actual(),
      outputs: [...this.#outputs.values()].map((output) => output.actual(missing)),
      hlsReady: this.#packager.isReady,
      ...this.#playbackLimits(),
      ...this.#slate.actual(),
      ...this.#return(),
    }
  }

  stats(nowMs: number): ChannelFigures {
    const inputs = this.#inputs.stats(nowMs)
    const onAir = this.#inputs.of(this.programme.source)
    const rate = inputs.find((stats) => stats.inputId === onAir?.inputId)
    if (rate !== undefined) this.#bytesPerSecond = rate.bitrateBps / 8
    this.#inputs.compare(nowMs)
    const broadcast = this.#broadcast.read([...this.#outputs.values()], nowMs)
    const processing = this.fanOuts.processing.read(nowMs)
    return {
      channelId: this.channelId,
      inputs,
      outputs: [...this.#outputs.values()].map((output) => output.stats(nowMs, broadcast !== null)),
      playback: this.#packager.isReady ? this.#playbackStats() : null,
      ...(broadcast === null ? {} : { broadcast }),
      ...(processing === null ? {} : { processing }),
    }
  }

  /** Ends all sessions in good order. A broadcast that runs ends here, by the figures of before its outputs are torn down. */
  close(message: string): void {
    this.#timer.cancel()
    this.#endBroadcast()
    this.#effects.close()
    this.#rehearsal.close()
    this.#slate.close()
    this.#inputs.close(message)
    for (const output of this.#outputs.values()) output.runner.close()
    this.players.close(message)
    this.audience.close()
    this.programme.close()
    this.#packager.close()
    this.fanOuts.close()
  }

  #playbackLimits(): Pick<ChannelActual, 'playback'> {
    const { leftOut, limited } = this.#packager.limits
    const hasLimits = this.programme.source !== 'none' && leftOut.length + limited.length > 0
    return hasLimits ? { playback: { leftOut: [...leftOut], limited: [...limited] } } : {}
  }

  #playbackStats(): ChannelFigures['playback'] {
    return { ...this.#packager.stats(), viewers: this.audience.viewers, bytesServedTotal: this.audience.bytesTaken }
  }

  #makePackager(spec: ChannelSpec): HlsPackager {
    return new HlsPackager({
      bus: this.programme.bus,
      clock: this.#parts.clock,
      ...spec.hls,
      onReady: () => this.#parts.onActual(this),
    })
  }

  #applyOutputs(spec: ChannelSpec): void {
    const wanted = new Map(spec.outputs.map((output) => [output.outputId, output]))
    for (const [outputId, output] of this.#outputs) {
      if (wanted.has(outputId)) continue
      this.#broadcast.outputGone(output)
      output.runner.close()
      this.#outputs.delete(outputId)
    }
    for (const [outputId, outputSpec] of wanted) {
      const output = this.#outputs.get(outputId)
      if (output === undefined) this.#outputs.set(outputId, this.#makeOutput(outputSpec))
      else output.setSpec(outputSpec)
    }
    this.#feedOutputs()
  }

  #makeOutput(spec: ChannelSpec['outputs'][number]): ChannelOutput {
    const { clock, random, budget, openTransport } = this.#parts
    return new ChannelOutput(spec, {
      clock,
      random,
      budget,
      fanOuts: this.fanOuts,
      open: openTransport,
      onChange: (output, change) => this.#onOutputChange(output, change),
      onHandover: (output, change) => this.#onHandover(output, change),
    })
  }

  #tick(): void {
    this.#timer = this.#parts.clock.after(rateTickMs, () => this.#tick())
    this.#inputs.judge()
    this.#feedOutputs()
    this.#tellSilentChanges()
    if (this.programme.source === 'none' && this.#hasGoneFor(playbackHoldMs)) this.#endProgramme()
  }

  /** What changes without an event of its own: an input that begins to give media, a track's facts, what an output waits for. */
  #tellSilentChanges(): void {
    const missing = this.#inputs.withoutConfig()
    const outputs = [...this.#outputs.values()].map((output) => {
      const { waitingFor, leavesOut } = output.actual(missing)
      return [waitingFor, leavesOut]
    })
    const mark = `${this.#inputs.mark} ${JSON.stringify(outputs)}`
    if (mark === this.#mark) return
    this.#mark = mark
    this.#parts.onActual(this)
  }

  /** Tells each output whether there is media for it. Without an input, slate or not, it keeps its session for as long as its class says. */
  #feedOutputs(): void {
    const { source } = this.programme
    const isLive = isInput(source)
    for (const output of this.#outputs.values()) {
      const isHeld = this.#sourceGoneMs !== null && !this.#hasGoneFor(output.spec.keepSessionMs)
      output.feed(isLive || isHeld, source !== 'none', this.#bytesPerSecond)
    }
  }

  /** Nobody comes back: the player page is told, and the figures of the broadcast are final. */
  #endProgramme(): void {
    this.#packager.clear()
    this.#endBroadcast()
  }

  #endBroadcast(): void {
    const figures = this.#broadcast.end([...this.#outputs.values()])
    if (figures !== null) this.#parts.onEvent(broadcastEvent(this.channelId, figures))
  }

  #hasGoneFor(ms: number): boolean {
    return this.#sourceGoneMs !== null && this.#parts.clock.nowMs() - this.#sourceGoneMs >= ms
  }

  #onSwitch(change: SourceSwitch): void {
    this.#inputs.of(change.from)?.watch.noteLeft(change)
    this.#sinceMs = this.#parts.clock.wallMs()
    if (isInput(change.to)) this.#sourceGoneMs = null
    else this.#sourceGoneMs ??= change.atMs
    if (change.to === 'none') this.#packager.finishSegment()
    if (change.to === 'none') this.#broadcast.pause()
    else this.#broadcast.run([...this.#outputs.values()])
    // A slate that came to its end was the hold already.
    if (change.cause === 'expired') this.#endProgramme()
    this.#parts.onActual(this)
  }

  #onActivated(activation: SourceActivation): void {
    const { clock, onEvent } = this.#parts
    const switchId = newSwitchId()
    const fps = this.#inputs.of(activation.from)?.fps ?? 0
    const figures = switchFigures(activation, { switchId, fps, triggerMs: this.#spec.source.triggerMs, clock })
    this.#rehearsal.note(activation)
    for (const draft of switchEvents(this.#spec, activation, figures)) onEvent(draft)
    this.#feedOutputs()
    if (isInput(activation.from) && activation.to !== 'none') this.#effects.follow(switchId)
  }

  #tally(): OutputTally[] {
    const nowMs = this.#parts.clock.nowMs()
    return [...this.#outputs.values()].map(({ spec, runner }) => {
      const { reconnectsTotal, framesDroppedTotal } = runner.figures(nowMs)
      return { outputId: spec.outputId, state: runner.state, reconnectsTotal, framesDroppedTotal }
    })
  }

  #return(): Pick<ChannelActual, 'returnsAt' | 'returnsTo'> {
    const back = this.programme.nextReturn
    if (back === null) return { returnsAt: null, returnsTo: null }
    // To a tenth of a second: what has not changed must read the same.
    const atMs = Math.round((this.#parts.clock.wallMs() + back.leftMs) / 100) * 100
    return { returnsAt: new Date(atMs).toISOString(), returnsTo: back.role }
  }

  #onOutputChange(output: ChannelOutput, change: OutputChange): void {
    const draft = output.isNews(change)
      ? outputEvent(this.channelId, output.spec, change, this.#parts.clock.nowMs(), output.runner.sentTo)
      : null
    if (draft !== null) this.#parts.onEvent(draft)
    this.#parts.onActual(this)
  }

  #onHandover(output: ChannelOutput, change: HandoverChange): void {
    if (output.isHandoverNews(change)) this.#parts.onEvent(handoverEvent(this.channelId, output.spec, change, this.#parts.clock.nowMs()))
    this.#parts.onActual(this)
  }
}
