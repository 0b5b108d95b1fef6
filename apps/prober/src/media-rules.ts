import { WireError } from '@sluice/base/errors'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import type { ProbeFault } from '@sluice/contract/prober'

/** What a piece of media is said to be. */
export type MediaClaim = {
  /** Part or segment of the segment with this number. */
  readonly segment: number
  readonly durationS: number
  /** It must begin with a key frame. */
  readonly isIndependent: boolean
  /** Timestamps and codecs may break before it, or what came before was not fetched. */
  readonly isFresh: boolean
}

/** Pieces are cut between whole frames, and the last one's length is known with the next: two frames at 10 fps. */
const slackS = 0.2
/** A picture that stands over a short hole lasts so long at most: longer holes are splices. */
const lastFrameS = 1
/** Players notice 45 ms; a cut of sound lies half a frame beside that of the picture at most. */
const maxAvOffsetMs = 150

type Lane = { startPts: number; readonly startDts: number; endDts: number }

/**
 * Judges the media itself, piece by piece, as it comes: whether the bytes are whole, whether time goes on from piece to piece as the playlist
 * says, whether it starts where a decoder can. `onFrame` gets what is in it; frames are views of the piece.
 */
export class MediaRules {
  readonly #demuxer = new Fmp4Demuxer()
  readonly #onFrame: (frame: Frame) => void
  /** Where each kind of track stood, and how long the piece was said to last. */
  // bound: one a kind of track
  readonly #before = new Map<Frame['track']['kind'], { readonly dts: number; readonly durationS: number }>()

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
  }

  /** An init segment. */
  setInit(bytes: Uint8Array): ProbeFault[] {
    this.#before.clear()
    return this.#read(bytes, () => {}) ?? []
  }

  /** `starts`: where each track of the piece begins to be shown, 1/90000 s. */
  check(bytes: Uint8Array, claim: MediaClaim): { faults: ProbeFault[]; starts: ReadonlyMap<Frame['track']['kind'], number> } {
    const lanes = new Map<Frame['track']['kind'], Lane>()
    let firstIsKey: boolean | null = null
    const broken = this.#read(bytes, (frame) => {
      const { kind } = frame.track
      if (kind === 'video') firstIsKey ??= frame.isKey
      const lane = lanes.get(kind)
      if (lane === undefined) lanes.set(kind, { startPts: frame.pts, startDts: frame.dts, endDts: frame.dts })
      else {
        lane.startPts = Math.min(lane.startPts, frame.pts)
        lane.endDts = frame.dts
      }
      this.#onFrame(frame)
    })
    const starts = new Map([...lanes].map(([kind, { startPts }]) => [kind, startPts] as const))
    if (broken !== null) return { faults: broken, starts }
    const faults: ProbeFault[] = []
    const { segment } = claim
    if (lanes.size === 0) faults.push({ code: 'truncated', figures: { segment, bytes: bytes.length } })
    if (claim.isIndependent && firstIsKey === false) faults.push({ code: 'no-key-frame', figures: { segment } })
    for (const [kind, lane] of lanes) faults.push(...this.#times(kind, lane, claim))
    faults.push(...avOffset(starts, segment))
    return { faults, starts }
  }

  #times(kind: Frame['track']['kind'], lane: Lane, { segment, durationS, isFresh }: MediaClaim): ProbeFault[] {
    const { startDts, endDts } = lane
    const foundS = (endDts - startDts) / ticksPerSecond
    const before = this.#before.get(kind)
    this.#before.set(kind, { dts: startDts, durationS })
    const offS = before === undefined || isFresh ? 0 : (startDts - before.dts) / ticksPerSecond - before.durationS
    if (Math.abs(offS) > slackS) return [{ code: 'times-broken', figures: { segment, offMs: Math.round(offS * 1000) } }]
    if (durationS - foundS > lastFrameS + slackS)
      return [{ code: 'truncated', figures: { segment, foundS: Number(foundS.toFixed(2)), claimedS: durationS } }]
    return []
  }

  /** Null: it could be read. */
  #read(bytes: Uint8Array, onFrame: (frame: Frame) => void): ProbeFault[] | null {
    try {
      this.#demuxer.push(bytes, { onTrack: () => {}, onFrame })
      return null
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return [{ code: 'truncated', figures: { bytes: bytes.length, reason: error.message.slice(0, 120) } }]
    }
  }
}

/** Sound against the picture that starts the same segment. */
export function avOffset(starts: ReadonlyMap<Frame['track']['kind'], number>, segment: number): ProbeFault[] {
  const [video, audio] = [starts.get('video'), starts.get('audio')]
  if (video === undefined || audio === undefined) return []
  const offsetMs = Math.round((audio - video) / (ticksPerSecond / 1000))
  return Math.abs(offsetMs) > maxAvOffsetMs ? [{ code: 'av-offset', figures: { segment, offsetMs } }] : []
}
