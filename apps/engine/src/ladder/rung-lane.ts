import type { Frame, Track } from '@sluice/codecs/frame'
import { ticksPerSecond } from '@sluice/codecs/frame'
import type { LinkFrame } from '@sluice/containers/frame-link'
import type { RungActual, RungSpec, RungStats } from '@sluice/contract/link'
import type { BusReader, ProgrammeBus, ProgrammeData } from '@sluice/media/bus'
import type { Rung } from '@sluice/media/rung'
import { Interleaver } from './interleaver.ts'
import { LaneMeter } from './lane-meter.ts'
import { MergeQueue } from './merge-queue.ts'
import { RenditionChoice } from './rendition-choice.ts'

export type RungState = RungActual['state']
export type RungReason = RungActual['reason']
/** What the child last said of the rung; null: nothing yet. */
export type RungWord = { readonly state: 'running' | 'reduced' | 'off' | 'failed'; readonly reason: RungReason }

type Kind = Track['kind']
type Passed = { readonly dts: number; readonly bytes: number; readonly frame: Frame | null; readonly data: ProgrammeData | null }

const maxConfigBytes = 64 * 1024
/** Slots go on by the clock while a source stalls, up to the switch's trigger. */
const maxAheadTicks = 30 * ticksPerSecond
const maxReorderTicks = 2 * ticksPerSecond
/** What one frame lasts when nothing tells: 1024 samples, or a picture at 30 fps. */
const usualTicks = { audio: 1920, video: 3000 } as const

/**
 * One encoded rung: takes the child's frames, sees that they can be what they say, and puts them on the rung's own bus, merged with what of
 * the source passes beside the encoder. The bus outlives every child.
 */
export class RungLane implements BusReader {
  readonly slot: number
  readonly rung: Rung
  readonly #source: ProgrammeBus
  readonly #nowMs: () => number
  readonly #meter: LaneMeter
  readonly #order = new Interleaver()
  readonly #queue = new MergeQueue<Passed>()
  #wish: RungSpec
  /** The wish, without what the input's encoder has done of it. */
  #spec: RungSpec
  /** Null: it names no track of the input. */
  #choice: RenditionChoice | null
  readonly #onChoice: () => void
  /** A track of the input, and the same as the rung's one video track. */
  #renamed: { readonly from: Track; readonly to: Track } | null = null
  /** As of the child that runs. */
  readonly #tracks: Record<Kind, Track | null> = { video: null, audio: null }
  /** On the bus: the same object over children whose configuration is alike, so that no output sees a change. */
  readonly #shown: Record<Kind, Track | null> = { video: null, audio: null }
  readonly #lastDts: Record<Kind, number | null> = { video: null, audio: null }
  /** As it was when the present child began: frames up to there are leftovers, and no fault of it. */
  #floorDts: Record<Kind, number | null> = { video: null, audio: null }
  /** Programme time after the last frame of the children before; null: it began with this one. */
  #nextDts: number | null = null
  #lastFrameMs: number | null = null
  #hasChildFrame = false
  #hasPut = false
  word: RungWord | null = null
  state: RungState = 'waiting'
  reason: RungReason = null
  sinceMs: number
  /** Monotonic: the spec has it no more, and until then what is fed from it may go on. */
  retiresMs: number | null = null

  constructor(
    spec: RungSpec,
    parts: { slot: number; rung: Rung; source: ProgrammeBus; nowMs: () => number; wallMs: number; onChoice: () => void },
  ) {
    this.#wish = spec
    this.#onChoice = parts.onChoice
    this.#choice = spec.from === undefined ? null : new RenditionChoice(spec, parts.nowMs())
    this.#spec = effective(spec, this.#choice)
    this.slot = parts.slot
    this.rung = parts.rung
    this.#source = parts.source
    this.#nowMs = parts.nowMs
    this.#meter = new LaneMeter(parts.nowMs())
    this.sinceMs = parts.wallMs
    this.#source.join(this)
  }

  /** What the child is to encode of it. */
  get spec(): RungSpec {
    return this.#spec
  }
  get wish(): RungSpec {
    return this.#wish
  }
  /** Null: it names no track of the input. */
  get place(): RenditionChoice['place'] | null {
    return this.#choice?.place ?? null
  }
  /** Nothing of it is encoded here now. */
  get needsNoEncoder(): boolean {
    return this.#spec.video === null && this.#spec.audio === null
  }
  get nextDts(): number | null {
    return this.#nextDts
  }
  /** The child that runs has given a frame of it. */
  get hasChildFrame(): boolean {
    return this.#hasChildFrame
  }
  /** When the encoder last gave something; null: it never did. */
  get lastFrameMs(): number | null {
    return this.#lastFrameMs
  }

  /** As the child is told of it. */
  get order() {
    const { from: _, ...rung } = this.#spec
    return { slot: this.slot, nextDts: this.#nextDts, rung }
  }

  /** How it is with it while nothing of it is encoded here. */
  standing(isIdle: boolean): { state: RungState; reason: RungReason } {
    if (isIdle) return { state: 'waiting', reason: null }
    if (this.place === 'wait') return { state: 'starting', reason: null }
    if (this.place !== 'own') return { state: 'running', reason: null }
    const track = this.#wish.from?.inputTrack
    const message = `the encoder of the present source does not send track ${track}, and this machine has no room to encode it: the source passes instead`
    return { state: 'reduced', reason: { code: 'INPUT_TRACK_GONE', message } }
  }

  setSpec(wish: RungSpec): void {
    const isOther = wish.from?.inputTrack !== this.#wish.from?.inputTrack || JSON.stringify(wish.video) !== JSON.stringify(this.#wish.video)
    if (isOther) this.#choice = wish.from === undefined ? null : new RenditionChoice(wish, this.#nowMs())
    this.#wish = wish
    this.#apply()
  }

  /** Goes by the choice of now, where it is another one than before. */
  #follow(before: RenditionChoice['place'] | null): void {
    if (this.place === before) return
    this.#apply()
    this.#onChoice()
  }

  #apply(): void {
    this.#putReady(true)
    const before = this.#spec
    const spec = effective(this.#wish, this.#choice)
    this.#spec = spec
    if (this.needsNoEncoder) this.#putAll(this.#queue.takeAll())
    for (const kind of ['video', 'audio'] as const) {
      if ((before[kind] === null) === (spec[kind] === null)) continue
      // What was encoded passes now, or the other way round: the track of before is none any more.
      for (const track of this.rung.bus.tracks.filter((one) => one.kind === kind)) this.rung.bus.dropTrack(track)
      this.#shown[kind] = null
      this.#tracks[kind] = null
      // The source is ahead of the encoder: its last frame may be later than the first that is encoded.
      this.#floorDts[kind] = this.#lastDts[kind]
    }
  }

  /** Another child begins. */
  startChild(): void {
    this.#putReady(true)
    this.#flush()
    const ends = (['video', 'audio'] as const).flatMap((kind) => {
      const last = this.#lastDts[kind]
      return last === null || this.#spec[kind] === null ? [] : [last + usualTicks[kind]]
    })
    this.#nextDts = ends.length === 0 ? null : Math.max(...ends)
    this.#floorDts = { ...this.#lastDts }
    this.#tracks.video = null
    this.#tracks.audio = null
    this.#hasChildFrame = false
    this.word = null
    this.#meter.noteChild()
  }

  /** Nothing is on the air: who comes now waits for the next show, and does not get the end of this one. */
  idle(): void {
    this.#putReady(true)
    this.#putAll(this.#queue.takeAll())
    this.#flush()
    this.rung.canBegin = false
    this.rung.bytesPerSecond = 0
    this.word = null
    this.#choice?.idle(this.#nowMs())
    this.#apply()
  }

  /** A track of the child; its bytes are kept by copy. Text: what is wrong with it. */
  putTrack(track: Track): string | null {
    if (track.id !== 0) return `it sent ${track.kind} track ${track.id}, a rung has one of each kind`
    if (track.config.length > maxConfigBytes) return `it sent a configuration of ${track.config.length} bytes`
    const shown = this.#shown[track.kind]
    this.#tracks[track.kind] = shown !== null && isAlike(shown, track) ? shown : { ...track, config: track.config.slice() }
    return null
  }

  /** A frame of the child. Text: what is wrong with it. `newestDts`: of the source. */
  putFrame(frame: LinkFrame, newestDts: number | null): string | null {
    const { kind, dts, pts } = frame
    // The spec has changed, and the child has not heard of it yet.
    if (this.#spec[kind] === null) return null
    const track = this.#tracks[kind]
    if (frame.id !== 0 || track === null) return `it sent ${kind} of a track that it did not name`
    if (pts < dts || pts - dts > maxReorderTicks) return `it sent ${kind} that is shown ${pts - dts} ticks after it is decoded`
    if (newestDts === null || dts - newestDts > maxAheadTicks) return `it sent ${kind} from far ahead of the source`
    const last = this.#lastDts[kind]
    if (last !== null && dts <= last) return dts <= (this.#floorDts[kind] ?? -1) ? null : `it sent ${kind} whose time does not rise`
    this.#lastDts[kind] = dts
    this.#shown[kind] = track
    this.#lastFrameMs = this.#nowMs()
    this.#hasChildFrame = true
    // A copy: the record is the child's pipe, and the bus keeps a GOP.
    const { readMs, bytes } = frame
    this.#order.push({ track, dts, pts, isKey: kind === 'audio' || frame.isKey, bytes: bytes.slice(), readMs }, this.#lastFrameMs)
    return null
  }

  noteCost(cost: { cpuMs: number; wallMs: number; skippedTotal: number }): void {
    this.#meter.noteCost(cost)
  }

  /** At the end of each read from the child. */
  flush(): void {
    this.#putReady()
    this.#flush()
  }

  /** Once a second: what passes must not stay when neither source nor encoder move. */
  tick(nowMs: number): void {
    const { place } = this
    this.#choice?.tick(nowMs)
    this.#follow(place)
    this.#putReady()
    this.#putAll(this.#queue.takeOverdue(nowMs))
    this.#flush()
  }

  stats(nowMs: number): RungStats {
    const figures = this.#meter.read(nowMs)
    const bytesPerSecond = (figures.videoBps + figures.audioBps) / 8
    if (bytesPerSecond > 0) this.rung.bytesPerSecond = bytesPerSecond
    return { rungId: this.#spec.rungId, ...figures }
  }

  actual(): RungActual {
    return {
      rungId: this.#spec.rungId,
      state: this.state,
      since: new Date(this.sinceMs).toISOString(),
      reason: this.reason,
      ...this.#fromInput(),
    }
  }

  #fromInput(): Pick<RungActual, 'inputTrack'> {
    return this.place === 'input' ? { inputTrack: this.#wish.from!.inputTrack } : {}
  }

  close(): void {
    this.#source.leave(this)
  }

  /** The source's tracks: what passes and is not there any more goes from the rung too. */
  onTracks(tracks: readonly Track[]): void {
    for (const track of this.rung.bus.tracks) {
      const passes = this.#spec[track.kind] === null
      if (passes && !tracks.some(({ kind, id }) => kind === track.kind && id === track.id)) this.rung.bus.dropTrack(track)
    }
  }

  onSplice(): void {
    const { place } = this
    this.#choice?.splice(this.#nowMs())
    this.#follow(place)
  }

  onRendition(frame: Frame): void {
    const { place } = this
    if (this.#choice?.takes(frame, this.#nowMs()) !== true) return
    this.#follow(place)
    if (this.#renamed?.from !== frame.track) this.#renamed = { from: frame.track, to: { ...frame.track, id: 0 } }
    this.#pass({ dts: frame.dts, bytes: frame.bytes.length, frame: { ...frame, track: this.#renamed.to }, data: null })
  }

  onFrame(frame: Frame): void {
    if (frame.track.kind === 'video' && frame.track.id === 0) this.#choice?.noteSource(frame.dts)
    if (this.#spec[frame.track.kind] !== null || (frame.track.kind === 'video' && this.#choice !== null && this.#choice.place !== 'own'))
      return
    this.#pass({ dts: frame.dts, bytes: frame.bytes.length, frame, data: null })
  }

  onData(data: ProgrammeData): void {
    this.#pass({ dts: data.dts, bytes: data.body.length, frame: null, data })
  }

  onFlush(): void {
    this.#flush()
  }

  #put(frame: Frame): void {
    const { kind } = frame.track
    this.#putAll(this.#queue.takeUntil(frame.dts))
    this.#meter.add(kind, frame.bytes.length)
    if (kind === 'video' && frame.readMs != null) this.#meter.addLatency(frame.readMs, this.#nowMs())
    this.#toBus(frame)
  }

  /** `isLast`: nothing follows that is worth a wait. */
  #putReady(isLast = false): void {
    const { video, audio } = this.#spec
    for (const frame of this.#order.take(this.#nowMs(), !isLast && video !== null && audio !== null)) this.#put(frame)
  }

  #pass(item: Passed): void {
    const nowMs = this.#nowMs()
    if (this.needsNoEncoder) {
      this.#putAll([item])
      return
    }
    this.#queue.push(item, nowMs)
    this.#putAll(this.#queue.takeOverdue(nowMs))
  }

  #putAll(items: readonly Passed[]): void {
    for (const { frame, data } of items) {
      if (data !== null) {
        this.rung.bus.putData(data)
        this.#hasPut = true
      }
      if (frame !== null) {
        this.#lastDts[frame.track.kind] = frame.dts
        this.#meter.add(frame.track.kind, frame.bytes.length)
        this.#toBus(frame)
      }
    }
  }

  #toBus(frame: Frame): void {
    const { bus } = this.rung
    bus.putFrame(frame)
    this.rung.canBegin ||= frame.track.kind === 'video' ? frame.isKey : !bus.tracks.some(({ kind }) => kind === 'video')
    this.#hasPut = true
  }

  #flush(): void {
    if (!this.#hasPut) return
    this.#hasPut = false
    this.rung.bus.flush()
  }
}

/** What of a rung is left to encode: not its pictures while they come from the input, or may, or are the source's. */
const effective = (wish: RungSpec, choice: RenditionChoice | null): RungSpec =>
  choice === null || (choice.place === 'own' && wish.from?.otherwise === 'encode') ? wish : { ...wish, video: null }

function isAlike(a: Track, b: Track): boolean {
  if (a.kind !== b.kind || a.codec !== b.codec || a.codecString !== b.codecString || !isSame(a.config, b.config)) return false
  if (a.kind === 'audio') return b.kind === 'audio' && a.sampleRate === b.sampleRate && a.channels === b.channels
  return b.kind === 'video' && a.width === b.width && a.height === b.height
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])
