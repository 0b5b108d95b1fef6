import type { Clock } from '@sluice/base/clock'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { BundleSpec } from '@sluice/contract/link'
import { type BusReader, ProgrammeBus, type ProgrammeData } from '@sluice/media/bus'
import { Rung, type Rungs } from '@sluice/media/rung'
import { PerformanceMetrics } from './performance-metrics.ts'
import { TrackOrder } from './track-order.ts'

type Member = { readonly rung: Rung; readonly reader: BusReader }

/**
 * Several rungs as one: the pictures of each as a video track of its own, and the sound of the first. It has a bus and fan-outs as any rung, so
 * that an output takes it like one. Nothing leaves before every track has shown itself: a platform that granted four wants four from the start.
 */
export class Bundle {
  readonly spec: BundleSpec
  readonly rung: Rung
  readonly #clock: Clock
  readonly #rungs: Rungs
  readonly #order: TrackOrder
  readonly #metrics: PerformanceMetrics
  // bound: one a track of the spec, ten at most
  readonly #members: (Member | null)[]
  /** Tracks of the members under the numbers that they have here. */
  // bound: one a track of the spec, and one for the sound
  readonly #renamed: ({ readonly from: Track; readonly to: Track } | undefined)[] = []
  // bound: numbers of the spec's tracks
  readonly #seen = new Set<number>()
  #isWhole = false
  #hasPut = false
  /** Monotonic: the spec has it no more, and what is fed from it may go on until then. */
  retiresMs: number | null = null

  constructor(spec: BundleSpec, parts: { clock: Clock; rungs: Rungs; onFault: (error: unknown) => void }) {
    this.spec = spec
    this.#clock = parts.clock
    this.#rungs = parts.rungs
    this.rung = new Rung(spec.rungId, new ProgrammeBus(parts.onFault), parts.clock)
    this.#order = new TrackOrder(spec.tracks.length + 1)
    this.#metrics = new PerformanceMetrics(spec.tracks.length)
    this.#members = spec.tracks.map(() => null)
    this.follow()
  }

  /** Rungs come and go with the spec: takes the members as they are now. */
  follow(): void {
    this.spec.tracks.forEach((name, at) => {
      const rung = this.#rungs.get(name)
      const before = this.#members[at] ?? null
      if (before?.rung === rung) return
      before?.rung.bus.leave(before.reader)
      this.#members[at] = rung === undefined ? null : { rung, reader: this.#readerOf(at) }
      if (rung !== undefined) rung.bus.join(this.#members[at]!.reader)
    })
  }

  /** Once a second. `sourceBytesPerSecond`: of the source, whose rate its rung does not know. */
  tick(sourceBytesPerSecond: number): void {
    this.follow()
    this.#put()
    const rates = this.#members.map((member) => {
      if (member === null) return 0
      return member.rung === this.#rungs.source ? sourceBytesPerSecond : member.rung.bytesPerSecond
    })
    this.rung.bytesPerSecond = rates.reduce((sum, rate) => sum + rate, 0)
    this.rung.lacksEncoder = this.#members.some((member) => member === null || member.rung.lacksEncoder)
  }

  /** Nothing is on the air: who comes now waits for the next show. */
  idle(): void {
    this.#order.clear()
    this.#seen.clear()
    this.#isWhole = false
    this.rung.canBegin = false
    this.rung.idle()
    for (const track of this.rung.bus.tracks) this.rung.bus.dropTrack(track)
  }

  /** Its fan-outs stay until `retire`. */
  close(): void {
    for (const member of this.#members) member?.rung.bus.leave(member.reader)
    this.#members.fill(null)
    this.rung.close()
  }

  #readerOf(at: number): BusReader {
    return {
      onTracks() {},
      onSplice() {},
      onFrame: (frame) => this.#take(at, frame),
      onData: (data) => this.#data(at, data),
      onFlush: () => this.#put(),
    }
  }

  #take(at: number, frame: Frame): void {
    const { kind, id } = frame.track
    if (id !== 0 || (kind === 'audio' && at !== 0)) return
    const place = kind === 'audio' ? this.#members.length : at
    if (kind === 'video') this.#seen.add(at)
    this.#order.push(place, this.#here(place, at, frame), this.#clock.nowMs())
  }

  #here(place: number, at: number, frame: Frame): Frame {
    if (place === 0 || frame.track.kind === 'audio') return frame
    let known = this.#renamed[place]
    if (known?.from !== frame.track) {
      known = { from: frame.track, to: { ...frame.track, id: at } }
      this.#renamed[place] = known
    }
    return { ...frame, track: known.to }
  }

  #data(at: number, data: ProgrammeData): void {
    if (at !== 0 || !this.#isWhole) return
    this.rung.bus.putData(data)
    this.#hasPut = true
  }

  #put(): void {
    const hasSound = this.#members[0]?.rung.bus.tracks.some(({ kind }) => kind === 'audio') === true
    const expected = this.#members.length + (hasSound ? 1 : 0)
    for (const frame of this.#order.take(this.#clock.nowMs(), expected)) {
      const isMainKey = frame.track.kind === 'video' && frame.track.id === 0 && frame.isKey
      // It begins with a picture of every track at one time.
      if (isMainKey && !this.#isWhole) this.#isWhole = this.#seen.size === this.#members.length
      if (!this.#isWhole) continue
      this.rung.bus.putFrame(this.#metrics.mark(frame, this.#clock.nowMs(), this.#clock.wallMs()))
      this.rung.canBegin ||= isMainKey
      this.#hasPut = true
    }
    if (!this.#hasPut) return
    this.#hasPut = false
    this.rung.bus.flush()
  }
}
