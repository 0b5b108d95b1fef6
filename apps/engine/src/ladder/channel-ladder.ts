import type { Clock } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { LinkMessage } from '@sluice/containers/frame-link'
import { type FromLadder, writeLadder, writePicture } from '@sluice/contract/ladder'
import type { ChannelActual, ChannelSpec, RungSpec } from '@sluice/contract/link'
import { ProgrammeBus } from '@sluice/media/bus'
import type { SourceSwitch } from '@sluice/media/programme'
import { Rung, sourceRung } from '@sluice/media/rung'
import type { ChannelConsumer, ChannelFigures, ChannelView } from '../channel/index.ts'
import { downReason } from './down-reason.ts'
import { putInOrder } from './in-order.ts'
import { encodesNothing, type LadderProcess, type OpenLadderProcess } from './ladder-process.ts'
import { type LadderDown, LadderRunner } from './ladder-runner.ts'
import { LadderTap } from './ladder-tap.ts'
import { rungFailed, rungReduced, rungRestored } from './rung-events.ts'
import { RungLane, type RungReason, type RungState } from './rung-lane.ts'
import { RungPictures } from './rung-pictures.ts'

export type LadderParts = {
  readonly clock: Clock
  readonly log: Logger
  /** Absent: this engine encodes nothing. */
  readonly openLadder?: OpenLadderProcess
  /** What to add to the clock's `nowMs` to get the machine's monotonic milliseconds, which the child has too. Absent: 0. */
  readonly clockOriginMs?: number
  readonly gatherMs?: number
}

/** An output moves to another rung at a key frame: what it leaves goes on for so long. */
const retireMs = 15_000
/** A rung that gave nothing for so long while its encoder runs has stalled. */
const standsAfterMs = 2000
/** A rung that was behind says so for so long after the last picture that was left out. */
const behindMs = 10_000
/** Deaths of children, and failures, are reported at most this often. */
const toldMs = 60_000

/**
 * The encoded rungs of one channel: a lane each, one child that encodes them all, and what feeds it. Whatever happens to the child, nothing
 * here waits for it and the source's own outputs do not notice; what is fed from a rung keeps its session.
 */
export class ChannelLadder implements ChannelConsumer {
  readonly #channel: ChannelView
  readonly #parts: LadderParts
  readonly #faults: Guard
  readonly #runner: LadderRunner
  readonly #tap: LadderTap
  readonly #pictures: RungPictures
  // bound: one a rung of the spec, 32 at most, and those that retire
  readonly #lanes = new Map<string, RungLane>()
  /** Slots of rungs that are gone and of which the child may not have heard. */
  // bound: one a rung that went, until the child has applied the spec without it
  readonly #goneSlots = new Set<number>()
  #isReading = false
  #nextSlot = 1
  #revision = 0
  #zeroDts: number | null = null
  /** The child has a spec; it gets none before the programme has a first picture. */
  #hasSpec = false
  /** As of the death of the last child: where its source had its last key frame. */
  #deathKeyDts: number | null = null
  #skipKeyDts: number | null = null
  /** Since when no child gives frames, from the first death on. */
  #gap: { readonly sinceMs: number; reason: string; isTold: boolean } | null = null
  #toldMs = Number.NEGATIVE_INFINITY
  #failedToldMs = Number.NEGATIVE_INFINITY
  #untold = 0
  #leftOut = 0
  #behindAtMs = Number.NEGATIVE_INFINITY

  constructor(channel: ChannelView, parts: LadderParts) {
    this.#channel = channel
    this.#parts = parts
    this.#faults = new Guard("a channel's rungs", parts.log.child({ channelId: channel.channelId }))
    this.#pictures = new RungPictures(parts.log.child({ channelId: channel.channelId }), (id, png) => this.#sendPicture(id, png))
    this.#tap = new LadderTap({
      bus: channel.rungs.source.bus,
      newSlot: () => this.#nextSlot++,
      onOpen: (dts) => {
        this.#zeroDts ??= dts
        if (!this.#hasSpec) this.#sendSpec()
      },
      onTracks: () => this.#want(),
    })
    this.#runner = new LadderRunner({
      clock: parts.clock,
      log: parts.log.child({ channelId: channel.channelId }),
      open: parts.openLadder ?? encodesNothing(parts.clock),
      rungCount: () => this.#lanes.size,
      onReady: (child) => this.#onReady(child),
      onMessage: (message) => this.#receive(message),
      onTurn: () => {
        for (const lane of this.#lanes.values()) lane.flush()
      },
      onDown: (down) => this.#onDown(down),
      onIdle: () => {
        this.#tap.disconnect()
        this.#zeroDts = null
        this.#settle()
      },
      takeHasSent: () => this.#tap.takeHasSent(),
    })
  }

  /** Of the child, for tests and logs; null while there is none. */
  get pid(): number | null {
    return this.#runner.pid
  }

  setSpec({ rungs = [], pictures }: Pick<ChannelSpec, 'rungs' | 'pictures'>): void {
    this.#pictures.set(pictures)
    const wanted = new Map(rungs.filter(({ rungId }) => rungId !== sourceRung).map((rung) => [rung.rungId, rung]))
    let hasChanged = false
    for (const [rungId, lane] of this.#lanes) {
      if (wanted.has(rungId) || lane.retiresMs !== null) continue
      this.#channel.rungs.remove(rungId)
      lane.retiresMs = this.#parts.clock.nowMs() + retireMs
      hasChanged = true
    }
    for (const rung of wanted.values()) if (this.#setRung(rung)) hasChanged = true
    if (putInOrder(this.#lanes, [...wanted.keys()])) hasChanged = true // where the encoder can't keep up the last gives way first
    if (!hasChanged) return
    this.#setWants()
    if (this.#hasSpec) this.#sendSpec()
    this.#want()
    this.#settle()
  }

  tick(nowMs: number): boolean {
    if (this.#lanes.size === 0) return this.#runner.isActive
    this.#tap.bytesPerSecond = this.#channel.bytesPerSecond
    this.#retire(nowMs)
    for (const lane of this.#lanes.values()) lane.tick(nowMs)
    this.#want()
    this.#settle()
    return this.#isWanted || this.#runner.isActive || this.#hasRetiring
  }

  onSwitch({ to }: SourceSwitch): void {
    if (to === 'none') {
      this.#tap.endSource()
      for (const lane of this.#lanes.values()) lane.idle()
    }
    this.#want()
    this.#settle()
  }

  actual(): Pick<ChannelActual, 'rungs'> {
    const present = this.#present
    return present.length === 0 ? {} : { rungs: present.map((lane) => lane.actual()) }
  }

  stats(nowMs: number): Pick<ChannelFigures, 'rungs'> {
    const figures = [...this.#lanes.values()].map((lane) => ({ lane, stats: lane.stats(nowMs) }))
    const present = figures.filter(({ lane }) => lane.retiresMs === null)
    return present.length === 0 ? {} : { rungs: present.map(({ stats }) => stats) }
  }

  close(): void {
    this.#runner.close()
    if (this.#isReading) this.#channel.rungs.source.bus.leave(this.#tap)
    this.#isReading = false
    for (const [rungId, lane] of this.#lanes) {
      lane.close()
      this.#channel.rungs.remove(rungId)
      lane.rung.close()
    }
    this.#lanes.clear()
    this.#pictures.close()
  }

  /** Those of the spec. */
  get #present(): readonly RungLane[] {
    return [...this.#lanes.values()].filter(({ retiresMs }) => retiresMs === null)
  }
  get #hasRetiring(): boolean {
    return this.#present.length < this.#lanes.size
  }
  /** There is something to encode, and somebody who wants it. */
  get #isWanted(): boolean {
    const { source, rungs } = this.#channel
    return [...this.#lanes.values()].some((lane) => !lane.needsNoEncoder) && source !== 'none' && rungs.source.bus.tracks.length > 0
  }

  /** True: it is new, or another one. */
  #setRung(spec: RungSpec): boolean {
    const { clock, gatherMs } = this.#parts
    const lane = this.#lanes.get(spec.rungId)
    if (lane === undefined) {
      const rung = new Rung(spec.rungId, new ProgrammeBus((error) => this.#faults.fault(error)), clock, gatherMs)
      const source = this.#channel.rungs.source.bus
      const onChoice = (): void => this.#onChoice()
      const parts = { slot: this.#nextSlot++, rung, source, nowMs: () => clock.nowMs(), wallMs: clock.wallMs(), onChoice }
      this.#lanes.set(spec.rungId, new RungLane(spec, parts))
      this.#channel.rungs.add(rung)
      this.#read()
      return true
    }
    if (lane.retiresMs !== null) {
      lane.retiresMs = null
      this.#channel.rungs.add(lane.rung)
    } else if (isSameSpec(lane.wish, spec)) return false
    lane.setSpec(spec)
    return true
  }

  #read(): void {
    if (this.#isReading) return
    this.#isReading = true
    this.#channel.rungs.source.bus.join(this.#tap)
  }

  #retire(nowMs: number): void {
    const gone = [...this.#lanes].filter(
      ([, { retiresMs, rung }]) => retiresMs !== null && (nowMs >= retiresMs + rung.longestDelayMs || rung.memberCount === 0),
    )
    for (const [rungId, lane] of gone) {
      this.#lanes.delete(rungId)
      this.#goneSlots.add(lane.slot)
      lane.close()
      lane.rung.close()
    }
    if (gone.length === 0) return
    this.#setWants()
    if (this.#hasSpec) this.#sendSpec()
    if (this.#lanes.size > 0) return
    this.#channel.rungs.source.bus.leave(this.#tap)
    this.#isReading = false
  }

  #setWants(): void {
    const specs = [...this.#lanes.values()].map(({ spec }) => spec)
    this.#tap.setWants({
      video: specs.some(({ video }) => video !== null),
      audio: new Set(specs.flatMap(({ audio }) => (audio === null ? [] : [audio.track]))),
    })
  }

  /** A rung goes over to a track of the input, or from it to the encoder. */
  #onChoice(): void {
    this.#setWants()
    if (this.#hasSpec) this.#sendSpec()
    this.#want()
    this.#settle()
  }

  #want(): void {
    this.#runner.want(this.#isWanted)
  }

  #onReady(child: LadderProcess): void {
    this.#hasSpec = false
    this.#goneSlots.clear()
    for (const lane of this.#lanes.values()) lane.startChild()
    for (const [id, png] of this.#pictures.all) this.#sendPicture(id, png)
    this.#tap.connect(child, this.#skipKeyDts)
    this.#skipKeyDts = null
    this.#settle()
  }

  #sendPicture(pictureId: string, png: Uint8Array): void {
    this.#runner.child?.send(writePicture(pictureId, png), null)
  }

  #sendSpec(): void {
    this.#hasSpec = true
    this.#revision++
    const rungs = [...this.#lanes.values()].filter((lane) => !lane.needsNoEncoder).map((lane) => lane.order)
    const { clockOriginMs = 0 } = this.#parts
    this.#runner.child?.send(
      writeLadder({ type: 'spec', revision: this.#revision, clockOriginMs, zeroDts: this.#zeroDts ?? 0, rungs }),
      null,
    )
  }

  #receive(message: Exclude<FromLadder, { type: 'hello' } | { type: 'beat' }> | LinkMessage): void {
    if (message.type === 'applied') {
      if (message.revision >= this.#revision) this.#goneSlots.clear()
      return
    }
    if (message.type === 'undecoded') {
      this.#parts.log.debug({ kind: message.kind, reason: message.message }, 'the encoder could not decode something of the source')
      return
    }
    const lane = this.#laneOf(message.slot)
    if (lane === undefined) {
      if (!this.#goneSlots.has(message.slot)) this.#runner.kill(`it spoke of slot ${message.slot}, which is none of its rungs`)
      return
    }
    if (message.type === 'track' || message.type === 'frame') this.#putMedia(lane, message)
    else if (message.type === 'cost') lane.noteCost(message)
    else if (message.type === 'rung') {
      lane.word = { state: message.state, reason: message.code === '' ? null : { code: message.code, message: message.message } }
      this.#settle()
    }
  }

  #putMedia(lane: RungLane, message: Extract<LinkMessage, { type: 'track' | 'frame' }>): void {
    const isFirst = !lane.hasChildFrame
    const fault = message.type === 'track' ? lane.putTrack(message.track) : lane.putFrame(message, this.#tap.newestDts)
    if (fault !== null) this.#runner.kill(fault)
    else if (isFirst && lane.hasChildFrame) this.#settle()
  }

  #laneOf(slot: number): RungLane | undefined {
    for (const lane of this.#lanes.values()) if (lane.slot === slot) return lane
    return undefined
  }

  #onDown({ reason, hasFailed, waitMs }: LadderDown): void {
    const { clock } = this.#parts
    const nowMs = clock.nowMs()
    const { keyDts } = this.#tap
    this.#tap.disconnect()
    this.#hasSpec = false
    // Two in a row died in one GOP: the next child begins behind it.
    this.#skipKeyDts = keyDts !== null && keyDts === this.#deathKeyDts ? keyDts : null
    this.#deathKeyDts = keyDts
    this.#gap ??= { sinceMs: nowMs, reason, isTold: false }
    this.#gap.reason = reason
    this.#untold++
    if (hasFailed && !this.#gap.isTold && this.#present.length > 0 && nowMs - this.#failedToldMs >= toldMs) {
      this.#gap.isTold = true
      this.#failedToldMs = nowMs
      const code = waitMs === null ? 'ENCODER_UNAVAILABLE' : 'ENCODER_FAILED'
      this.#channel.tellEvent(rungFailed(this.#channel.channelId, this.#present, code, reason, waitMs))
    }
    this.#settle()
  }

  /** All rungs have pictures or sound again: the gap is over. */
  #endGap(nowMs: number): void {
    const gap = this.#gap
    const lanes = this.#present
    if (gap === null || lanes.length === 0 || lanes.some(({ state }) => state === 'waiting' || state === 'starting')) return
    this.#gap = null
    if (!gap.isTold && nowMs - this.#toldMs < toldMs) return
    this.#toldMs = nowMs
    const died = { reason: gap.reason, gapMs: nowMs - gap.sinceMs, count: this.#untold }
    this.#untold = 0
    this.#channel.tellEvent(rungRestored(this.#channel.channelId, lanes, died))
  }

  /** Judges the states of all rungs anew, and tells what has changed. */
  #settle(): void {
    const { clock } = this.#parts
    const nowMs = clock.nowMs()
    if (this.#tap.leftOutTotal > this.#leftOut) this.#behindAtMs = nowMs
    this.#leftOut = this.#tap.leftOutTotal
    const wasReady = this.#gap === null
    let hasChanged = false
    for (const lane of this.#lanes.values()) {
      const { state, reason } = this.#judge(lane, nowMs)
      const isStill = lane.hasChildFrame && nowMs - (lane.lastFrameMs ?? nowMs) >= standsAfterMs
      lane.rung.lacksEncoder = !lane.needsNoEncoder && this.#isWanted && (!lane.hasChildFrame || isStill)
      if (state === lane.state && reason?.code === lane.reason?.code && reason?.message === lane.reason?.message) continue
      const before = lane.state
      if (state !== before) lane.sinceMs = clock.wallMs()
      lane.state = state
      lane.reason = reason
      hasChanged = true
      if (wasReady && lane.retiresMs === null) this.#tellMove(lane, before)
    }
    if (!hasChanged) return
    this.#endGap(nowMs)
    this.#channel.tellActual()
  }

  #judge(lane: RungLane, nowMs: number): { state: RungState; reason: RungReason } {
    const { down } = this.#runner
    if (lane.needsNoEncoder) return lane.standing(this.#channel.source === 'none')
    if (down?.hasFailed === true) return { state: 'failed', reason: downReason(down) }
    if (!this.#isWanted) return { state: 'waiting', reason: null }
    if (this.#runner.child === null) return { state: 'starting', reason: down === null ? null : downReason(down) }
    const { word } = lane
    if (word !== null && word.state !== 'running') return word
    if (!lane.hasChildFrame) return { state: 'starting', reason: word?.reason ?? null }
    if (nowMs - this.#behindAtMs < behindMs) {
      return {
        state: 'reduced',
        reason: { code: 'ENCODER_BEHIND', message: 'the encoder does not keep up, pictures of the source are left out' },
      }
    }
    return { state: 'running', reason: word?.reason ?? null }
  }

  /** What the child says of one rung; the end of the child itself is reported once for all rungs. */
  #tellMove(lane: RungLane, before: RungState): void {
    const { channelId } = this.#channel
    const wasLess = before === 'reduced' || before === 'off'
    if (lane.state === 'failed' && this.#runner.child !== null)
      this.#channel.tellEvent(rungFailed(channelId, [lane], lane.reason?.code ?? '', lane.reason?.message ?? 'its encoder failed', null))
    else if ((lane.state === 'reduced' || lane.state === 'off') && !wasLess) this.#channel.tellEvent(rungReduced(channelId, lane))
    else if (lane.state === 'running' && (wasLess || before === 'failed')) this.#channel.tellEvent(rungRestored(channelId, [lane], null))
  }
}

const isSameSpec = (a: RungSpec, b: RungSpec): boolean => JSON.stringify(a) === JSON.stringify(b)
