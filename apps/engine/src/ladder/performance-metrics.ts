import { fromHex, writeU32 } from '@sluice/base/bytes'
import type { Frame } from '@sluice/codecs/frame'
import { H264NalType, h264NalType, writeUserDataSei } from '@sluice/codecs/h264'
import { type LengthBytes, readNalUnits, writeNalUnits } from '@sluice/codecs/nal'

/**
 * Broadcast Performance Metrics, which Twitch and IVS read in front of each key frame of each track: times, counters of the session, counters of
 * the track. Spec: Amazon IVS, "Broadcast Performance Metrics"
 */
const uuids = {
  times: fromHex('0aecffe752724e2fa62fd19cd61a93b5'),
  session: fromHex('ca60e71c6a8b4388a377151df7bf8ac2'),
  rendition: fromHex('f1fbc1d5101e4fb5a61eb8ce3c07b8c0'),
}
const rfc3339 = 1
const event = { composition: 1, interleave: 4 } as const

type Counters = { readonly input: number; readonly output: number }

/** Counts the frames of each track of one stream, and puts the metrics before its key frames. */
export class PerformanceMetrics {
  // bound: one a track of the bundle, ten at most
  readonly #frames: number[]
  #total = 0
  /** Of all tracks, as each one last told it. */
  // bound: one a track of the bundle, ten at most
  readonly #toldTotal: number[]
  // bound: one a track of the bundle, ten at most
  readonly #toldRendered: number[]
  #rendered = 0

  constructor(tracks: number) {
    this.#frames = Array.from({ length: tracks }, () => 0)
    this.#toldTotal = Array.from({ length: tracks }, () => 0)
    this.#toldRendered = Array.from({ length: tracks }, () => 0)
  }

  /**
   * The frame itself, or with the metrics in it where it is a key frame of H.264 that has none yet: an encoder that counts them has sent its own.
   * `readMs` of a frame and `nowMs` are monotonic, `wallMs` is the same moment as the wall's.
   */
  mark(frame: Frame, nowMs: number, wallMs: number): Frame {
    const { track, isKey, bytes } = frame
    if (track.kind !== 'video' || this.#frames[track.id] === undefined) return frame
    this.#frames[track.id]!++
    this.#total++
    if (track.id === 0) this.#rendered++
    if (!isKey || track.codec !== 'h264') return frame
    const lengthBytes = (((track.config[4] ?? 3) & 3) + 1) as LengthBytes
    // Lengths of another size would be a change of the configuration; encoders of our time have four.
    if (lengthBytes !== 4) return frame
    const units = readNalUnits(bytes, lengthBytes)
    const at = units.findIndex((unit) => isSlice(unit[0]!))
    if (at < 0 || units.slice(0, at).some(isOwn)) return frame
    const composedMs = wallMs - Math.max(0, nowMs - (frame.readMs ?? nowMs))
    const told = this.#tell(track.id)
    const seis = [
      writeUserDataSei(uuids.times, timesPayload(composedMs, wallMs)),
      writeUserDataSei(uuids.session, counterPayload(wallMs, [told.rendered, 0, 0, told.total])),
      writeUserDataSei(uuids.rendition, counterPayload(wallMs, [told.track.input, 0, told.track.output])),
    ]
    return { ...frame, bytes: writeNalUnits([...units.slice(0, at), ...seis, ...units.slice(at)]) }
  }

  /** What is new since this track last told. */
  #tell(id: number): { rendered: number; total: number; track: Counters } {
    const frames = this.#frames[id]!
    const told = {
      rendered: this.#rendered - this.#toldRendered[id]!,
      total: this.#total - this.#toldTotal[id]!,
      track: { input: frames, output: frames },
    }
    this.#frames[id] = 0
    this.#toldRendered[id] = this.#rendered
    this.#toldTotal[id] = this.#total
    return told
  }
}

const isSlice = (header: number): boolean => {
  const type = h264NalType(header)
  return type >= H264NalType.slice && type <= H264NalType.idr
}

const isOwn = (unit: Uint8Array): boolean =>
  h264NalType(unit[0]!) === H264NalType.sei && uuids.times.every((byte, i) => unit[3 + i] === byte)

const time = (tag: number, wallMs: number): number[] => [
  rfc3339,
  tag,
  ...new TextEncoder().encode(new Date(Math.round(wallMs)).toISOString()),
  0,
]

const timesPayload = (composedMs: number, wallMs: number): Uint8Array =>
  Uint8Array.from([1, ...time(event.composition, composedMs), ...time(event.interleave, wallMs)])

/** Counters under the tags 1, 2, 3 and so on. */
function counterPayload(wallMs: number, counters: readonly number[]): Uint8Array {
  const values = counters.flatMap((value, i) => {
    const entry = new Uint8Array(5)
    entry[0] = i + 1
    writeU32(entry, 1, value)
    return [...entry]
  })
  return Uint8Array.from([0, ...time(event.interleave, wallMs), counters.length - 1, ...values])
}
