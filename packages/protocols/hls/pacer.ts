import { type Frame, ticksPerMs } from '@sluice/codecs/frame'

/** So much faster than real time a stream that hangs back is played, until it is where it began. Too little for anyone to notice. */
const catchUpRate = 1.02
/** A step back of time stamps by more is a new time base, and so is a step forward by more than any lost segment. */
const maxStepBackTicks = 500 * ticksPerMs
const maxStepAheadTicks = 60_000 * ticksPerMs
/** A frame lasts no longer than this, whatever the distance to the one before was. */
const maxFrameTicks = 1000 * ticksPerMs

/** Frames that all have one time stamp are due together: other channels have their turn in between. */
const maxFramesAtOnce = 500
/** Sound that passes no discontinuity while pictures pass so many has lost its way: it goes on with them. */
const maxEpochsApart = 64

type Waiting = { readonly frame: Frame; readonly due: number }

const nothing: Frame = { track: { kind: 'audio' } as Frame['track'], dts: 0, pts: 0, isKey: false, bytes: new Uint8Array(0) }
const taken: Waiting = { frame: nothing, due: Number.NEGATIVE_INFINITY }

/** One playlist's frames on their way. */
type Lane = {
  /** Which of the shared shifts holds for it. */
  epoch: number
  /** Where each of its tracks ends, as their own time stamps have it. */
  // bound: one a kind and id of the playlist’s tracks
  ends: Map<string, number>
  /** The usual distance of each track's frames: a segment may hold one frame alone. */
  // bound: one a kind and id of the playlist’s tracks
  readonly steps: Map<string, number>
  // bound: `maxQueuedBytes` and `maxQueuedFrames` and one segment: nothing more is fetched above
  waiting: Waiting[]
  /** Of `waiting`, what was released already. */
  at: number
}

/**
 * Gives out frames in real time by their time stamps, however they came: segments come whole. Across a discontinuity the time stamps go
 * on as if there were none, in all lanes alike, so that sound and picture stay together. Pure: driven by `nowMs`.
 */
export class Pacer {
  // bound: two playlists, pictures and sound
  readonly #lanes: Lane[]
  /** What is added to time stamps, from each discontinuity on: the same for all lanes. */
  // bound: `maxEpochsApart` behind the lane that is furthest, older ones are taken away
  #shifts: number[] = [0]
  /** The moment and the place that the playing is reckoned from; null before the start. */
  #from: { ms: number; ticks: number } | null = null
  #rate = 1
  #queuedBytes = 0
  #queuedFrames = 0

  constructor(lanes: number) {
    this.#lanes = Array.from({ length: lanes }, () => ({ epoch: 0, ends: new Map(), steps: new Map(), waiting: [], at: 0 }))
  }

  /** Payload of the frames that wait. */
  get queuedBytes(): number {
    return this.#queuedBytes
  }
  get queuedFrames(): number {
    return this.#queuedFrames
  }
  get isPlaying(): boolean {
    return this.#from !== null
  }

  /** Media that waits in the lane that has least of it, milliseconds. 0 before the start: see `laneMs`. */
  bufferedMs(nowMs: number): number {
    return Math.min(...this.#lanes.map((_, lane) => this.laneMs(lane, nowMs)))
  }

  /** Media that waits in one lane: up to its end from here, or from its first frame as long as nothing plays. */
  laneMs(lane: number, nowMs: number): number {
    const { waiting, at } = this.#lanes[lane]!
    const first = waiting[at]
    const last = waiting.at(-1)
    if (first === undefined || last === undefined) return 0
    return Math.max(0, last.due - (this.#from === null ? first.due : this.#placeAt(nowMs))) / ticksPerMs
  }

  /** Takes a segment's frames, in decoding order, at least one. */
  offer(lane: number, offered: readonly Frame[], isDiscontinuous: boolean, nowMs: number): void {
    const own = this.#lanes[lane]!
    const first = offered[0]!
    const step = first.dts - (own.ends.get(keyOf(first)) ?? first.dts)
    const isJump = isDiscontinuous || step < -maxStepBackTicks || step > maxStepAheadTicks
    const before = { shift: this.#shifts[own.epoch]!, ends: own.ends }
    const isFollower = isJump && own.ends.size > 0 && this.#nextEpoch(own, offered)
    const shift = this.#shifts[own.epoch]!
    // Sound that ended later than it begins anew is there twice.
    const isDouble = (frame: Frame): boolean =>
      frame.track.kind === 'audio' && frame.dts + shift < (before.ends.get(keyOf(frame)) ?? Number.NEGATIVE_INFINITY) + before.shift
    const frames = isFollower ? offered.filter((frame) => !isDouble(frame)) : offered
    own.waiting = own.waiting.slice(own.at)
    own.at = 0
    for (const frame of frames) {
      own.waiting.push({
        frame: shift === 0 ? frame : { ...frame, dts: frame.dts + shift, pts: frame.pts + shift },
        due: frame.dts + shift,
      })
      this.#queuedBytes += frame.bytes.length
    }
    this.#queuedFrames += frames.length
    own.ends = endsOf(offered, own.steps)
    // Late: playing has run past it. It stood still then, and goes on from here.
    if (this.#from !== null && first.dts + shift < this.#placeAt(nowMs)) this.#from = { ms: nowMs, ticks: first.dts + shift }
  }

  /** Begins to play at the first frame of lane 0; what other lanes have before it is dropped. */
  start(nowMs: number): void {
    const first = this.#lanes[0]?.waiting[0]
    if (first === undefined) return
    this.#from = { ms: nowMs, ticks: first.due }
    for (const lane of this.#lanes.slice(1)) while ((lane.waiting[lane.at]?.due ?? Number.POSITIVE_INFINITY) < first.due) this.#shift(lane)
  }

  /** Plays a little faster, or at the usual rate again. */
  setCatchUp(isBehind: boolean, nowMs: number): void {
    const rate = isBehind ? catchUpRate : 1
    if (rate === this.#rate) return
    if (this.#from !== null) this.#from = { ms: nowMs, ticks: this.#placeAt(nowMs) }
    this.#rate = rate
  }

  /** Drops all that waits, and stands still until the next `start`. */
  cut(): void {
    for (const lane of this.#lanes) while (lane.at < lane.waiting.length) this.#shift(lane)
    this.#from = null
  }

  /** Gives out what is due, by time over all lanes, as far as one turn goes: `dueMs` tells of the rest. `put` answers false to stop. */
  take(nowMs: number, put: (frame: Frame) => boolean): void {
    if (this.#from === null) return
    const place = this.#placeAt(nowMs)
    for (let left = maxFramesAtOnce; left > 0; left--) {
      const lane = this.#earliest()
      const next = lane?.waiting[lane.at]
      if (lane === undefined || next === undefined || next.due > place) return
      this.#shift(lane)
      if (!put(next.frame)) return
    }
  }

  /** When `take` has something next; null: nothing waits, or it was not started. */
  dueMs(): number | null {
    const lane = this.#earliest()
    const next = lane?.waiting[lane.at]
    if (this.#from === null || next === undefined) return null
    return this.#from.ms + (next.due - this.#from.ticks) / ticksPerMs / this.#rate
  }

  #placeAt(nowMs: number): number {
    return this.#from === null ? Number.NEGATIVE_INFINITY : this.#from.ticks + (nowMs - this.#from.ms) * ticksPerMs * this.#rate
  }

  #earliest(): Lane | undefined {
    let best: Lane | undefined
    for (const lane of this.#lanes) {
      const next = lane.waiting[lane.at]
      if (next !== undefined && (best === undefined || next.due < best.waiting[best.at]!.due)) best = lane
    }
    return best
  }

  #shift(lane: Lane): void {
    this.#queuedBytes -= lane.waiting[lane.at]!.frame.bytes.length
    this.#queuedFrames--
    lane.waiting[lane.at++] = taken // its bytes must not stay until the lane is empty
    if (lane.at < lane.waiting.length) return
    lane.waiting = []
    lane.at = 0
  }

  /**
   * The first lane to pass a discontinuity says by how much times are shifted from there on, so that none of its tracks steps back. True: another
   * one did, and this one follows it.
   */
  #nextEpoch(lane: Lane, frames: readonly Frame[]): boolean {
    const shift = this.#shifts[lane.epoch++]!
    if (this.#shifts[lane.epoch] !== undefined) return true
    const seams = Array.from(firstsOf(frames), ([key, first]) => (lane.ends.get(key) ?? Number.NEGATIVE_INFINITY) - first)
    const seam = Math.max(...seams)
    this.#shifts[lane.epoch] = shift + (Number.isFinite(seam) ? seam : Math.max(...lane.ends.values()) - frames[0]!.dts)
    this.#forgetShifts()
    return false
  }

  /** Epochs that all lanes have passed are of no use any more: a recording of ten seconds passes one with each round. */
  #forgetShifts(): void {
    const oldest = Math.max(Math.min(...this.#lanes.map(({ epoch }) => epoch)), this.#shifts.length - 1 - maxEpochsApart)
    if (oldest === 0) return
    this.#shifts = this.#shifts.slice(oldest)
    for (const lane of this.#lanes) lane.epoch = Math.max(0, lane.epoch - oldest)
  }
}

const keyOf = ({ track }: Frame): string => `${track.kind}${track.id}`

/** When each track begins. */
function firstsOf(frames: readonly Frame[]): Map<string, number> {
  const firsts = new Map<string, number>()
  for (const frame of frames) if (!firsts.has(keyOf(frame))) firsts.set(keyOf(frame), frame.dts)
  return firsts
}

/** Where each track ends: behind its last frame by as much as that lies behind the one before it. `steps` is brought up to date. */
function endsOf(frames: readonly Frame[], steps: Map<string, number>): Map<string, number> {
  const lasts = new Map<string, { dts: number; step: number }>()
  for (const frame of frames) {
    const before = lasts.get(keyOf(frame))
    const step = before === undefined ? (steps.get(keyOf(frame)) ?? 0) : Math.min(maxFrameTicks, Math.max(0, frame.dts - before.dts))
    steps.set(keyOf(frame), step)
    lasts.set(keyOf(frame), { dts: frame.dts, step })
  }
  return new Map(Array.from(lasts, ([key, { dts, step }]) => [key, dts + step]))
}
