import { WireError } from '@sluice/base/errors'
import { Unwrapper } from '@sluice/base/serial'
import { codecNames } from '@sluice/base/words'
import { type CodedPacket, type Frame, type MediaNote, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { isKeyFrame } from '@sluice/codecs/track'
import { readAudioParts } from './audio-parts.ts'
import type { FlvKind } from './constants.ts'
import type { FlvPart, MediaPart } from './part.ts'
import { frameBytes, isByteStream, isSound, trackConfig } from './payload.ts'
import { type FlvStats, makeFlvStats } from './stats.ts'
import { TrackSlots } from './track-slots.ts'
import { readVideoParts } from './video-parts.ts'

/** Takes what the demuxer finds, synchronously and in the order of the messages. */
export interface FlvSink {
  /** A track was announced, or changed: then it has the id of the one before. Always before the frames that need it. */
  onTrack(track: Track): void
  /** `frame.bytes` is a view of the message's body, but for AV1 without size fields. */
  onFrame(frame: Frame): void
  /**
   * A payload that is no frame yet: nothing has told its configuration, or it does not lie as that says. `packet.bytes` is a view of the
   * message's body. Without a taker such payloads are cut to their sound part or left out, and noted.
   */
  onPacket?(packet: CodedPacket): void
  /** Body of a data message as it came: AMF0. `timestampMs` as given to `push`; `dts` is the same on the time of the frames. */
  onData(body: Uint8Array, timestampMs: number, dts: number): void
  /** AMF body of an enhanced video metadata packet (`colorInfo`: HDR). Spec: Enhanced RTMP v2 "Metadata Frame" */
  onVideoMetadata?(trackId: number, body: Uint8Array): void
  /** Something was left out: for each message anew. */
  onNote?(note: MediaNote): void
}

type Kind = Track['kind']
/** Frames without configuration that are no accident of the start: servers let who joins in mid-stream have some before it. */
const missingConfigFrames = 25
const ticksPerNs = ticksPerMs / 1_000_000

/** Turns the messages of one RTMP publisher, or the tags of one FLV file, into tracks and frames. */
export class FlvDemuxer {
  readonly #timestamps = new Unwrapper(32)
  readonly #slots = { audio: new TrackSlots('audio'), video: new TrackSlots('video') }
  /** The tracks last announced; a frame of another one is preceded by its announcement. */
  readonly #announced = { audio: new Map<number, Track>(), video: new Map<number, Track>() }
  readonly #stats = makeFlvStats()
  /** Frames in a row without configuration, by kind and track: at most one count a track id. */
  // bound: 256 ids of two kinds, as an id is one byte
  readonly #withoutConfig = new Map<string, number>()

  /** What was left out so far: live, not a copy. */
  get stats(): Readonly<FlvStats> {
    return this.#stats
  }

  /**
   * Takes one message. `timestampMs` 0..0xffffffff, wraps; audio and video share one clock. `body` is handed over: frames are
   * views of it. Never throws: a body whose header or configuration can't be read is left out, noted and counted, and what was in
   * force before it stays so.
   */
  push(kind: FlvKind, timestampMs: number, body: Uint8Array, sink: FlvSink): void {
    if (kind === 'data') {
      sink.onData(body, timestampMs, this.#timestamps.peek(timestampMs >>> 0) * ticksPerMs)
      return
    }
    if (body.length === 0) {
      this.#noteEmpty(kind, sink)
      return
    }
    let parts: readonly FlvPart[]
    try {
      parts = kind === 'video' ? readVideoParts(body) : readAudioParts(body)
    } catch (err) {
      this.#noteBroken(err, kind, `${kind} message header`, sink)
      parts = []
    }
    // Behind the parse: the time of a body that is left out moves nothing.
    const isTimed = parts.some(isFrame)
    const dts = (isTimed ? this.#timestamps.unwrap(timestampMs >>> 0) : this.#timestamps.peek(timestampMs >>> 0)) * ticksPerMs
    for (const part of parts) this.#takePart(kind, dts, part, body, sink)
  }

  /** Throws `err` again unless it is a WireError, which is told to `sink` under `subject`. */
  #noteBroken(err: unknown, media: Kind, subject: string, sink: FlvSink): void {
    if (!(err instanceof WireError)) throw err
    this.#stats.brokenBodies++
    sink.onNote?.({ code: 'broken-left-out', media, subject })
  }

  #noteEmpty(media: Kind, sink: FlvSink): void {
    this.#stats.emptyFrames++
    sink.onNote?.({ code: 'empty-left-out', media, subject: '' })
  }

  #takePart(kind: Kind, dts: number, part: FlvPart, body: Uint8Array, sink: FlvSink): void {
    if (part.type === 'skip') {
      if (part.counter !== null) this.#stats[part.counter]++
      if (part.note !== null) sink.onNote?.(part.note)
      return
    }
    const payload = body.subarray(part.at, part.end)
    if (part.type === 'metadata') {
      sink.onVideoMetadata?.(part.trackId, payload)
      sink.onNote?.({ code: 'data-not-carried', media: 'data', subject: 'video metadata (HDR colour information)' })
    } else if (part.type === 'config') this.#takeConfig(kind, dts, part, payload, sink)
    else this.#takeFrame(kind, dts, part, payload, sink)
  }

  #takeConfig(kind: Kind, dts: number, part: MediaPart, payload: Uint8Array, sink: FlvSink): void {
    if (sink.onPacket !== undefined && isByteStream(part.codec, payload)) {
      // Parameter sets with start codes in place of a record: whoever takes packets finds them.
      sink.onPacket({ kind, id: part.trackId, codec: part.codec, dts, pts: dts, bytes: payload })
      return
    }
    try {
      const config = trackConfig(part.codec, payload)
      const track = config === null ? null : this.#slots[kind].takeConfig(part.trackId, part.codec, config)
      if (track !== null) this.#announce(track, sink)
    } catch (err) {
      this.#noteBroken(err, kind, `${codecNames[part.codec]} configuration`, sink)
    }
  }

  #takeFrame(kind: Kind, dts: number, part: MediaPart, payload: Uint8Array, sink: FlvSink): void {
    if (payload.length === 0) {
      this.#noteEmpty(kind, sink)
      return
    }
    const track = this.#trackOf(kind, part, payload, sink)
    const at = part.offsetNs === 0 ? dts : dts + Math.round(part.offsetNs * ticksPerNs)
    const pts = at + part.compositionMs * ticksPerMs
    if (sink.onPacket !== undefined && (track === null || !isSound(track, payload))) {
      if (track === null) this.#stats.framesBeforeConfig++
      sink.onPacket({ kind, id: part.trackId, codec: part.codec, dts: at, pts, bytes: payload })
      return
    }
    if (track === null) {
      this.#noteWithoutConfig(kind, part, sink)
      return
    }
    const damagedBefore = this.#stats.damagedFrames
    const bytes = frameBytes(track, payload, this.#stats)
    if (this.#stats.damagedFrames > damagedBefore) {
      sink.onNote?.({ code: 'broken-left-out', media: kind, subject: `${codecNames[track.codec]} units that do not fit their message` })
    }
    if (bytes.length === 0) return
    if (this.#announced[kind].get(track.id) !== track) this.#announce(track, sink)
    const isKey = isKeyFrame(track, bytes)
    if (isKey !== part.isKeyFlagged) this.#stats.keyFlagMismatches++
    sink.onFrame({ track, dts: at, pts, isKey, bytes })
  }

  #trackOf(kind: Kind, { trackId, codec }: MediaPart, payload: Uint8Array, sink: FlvSink): Track | null {
    try {
      return this.#slots[kind].trackOf(trackId, codec, payload)
    } catch (err) {
      this.#noteBroken(err, kind, `${codecNames[codec]} frame`, sink)
      return null
    }
  }

  #noteWithoutConfig(media: Kind, { codec, trackId }: MediaPart, sink: FlvSink): void {
    this.#stats.framesBeforeConfig++
    const key = `${media}${trackId}`
    const frames = (this.#withoutConfig.get(key) ?? 0) + 1
    this.#withoutConfig.set(key, frames)
    if (frames >= missingConfigFrames) sink.onNote?.({ code: 'config-missing', media, subject: codecNames[codec] })
  }

  #announce(track: Track, sink: FlvSink): void {
    this.#announced[track.kind].set(track.id, track)
    this.#withoutConfig.delete(`${track.kind}${track.id}`)
    sink.onTrack(track)
  }
}

const isFrame = ({ type }: FlvPart): boolean => type === 'frame'
