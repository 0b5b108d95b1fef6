import { Unwrapper } from '@sluice/base/serial'
import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { isKeyFrame } from '@sluice/codecs/track'
import { readAudioParts } from './audio-parts.ts'
import type { FlvKind } from './constants.ts'
import type { FlvPart, MediaPart } from './part.ts'
import { frameBytes, trackConfig } from './payload.ts'
import { type FlvStats, makeFlvStats } from './stats.ts'
import { TrackSlots } from './track-slots.ts'
import { readVideoParts } from './video-parts.ts'

/** Takes what the demuxer finds, synchronously and in the order of the messages. */
export interface FlvSink {
  /** A track was announced, or changed: then it has the id of the one before. Always before the frames that need it. */
  onTrack(track: Track): void
  /** `frame.bytes` is a view of the message's body, but for AV1 without size fields. */
  onFrame(frame: Frame): void
  /** Body of a data message as it came: AMF0. `timestampMs` as given to `push`. */
  onData(body: Uint8Array, timestampMs: number): void
  /** AMF body of an enhanced video metadata packet (`colorInfo`: HDR). Spec: Enhanced RTMP v2 "Metadata Frame" */
  onVideoMetadata?(trackId: number, body: Uint8Array): void
}

type Kind = Track['kind']
const ticksPerNs = ticksPerMs / 1_000_000

/** Turns the messages of one RTMP publisher, or the tags of one FLV file, into tracks and frames. */
export class FlvDemuxer {
  readonly #timestamps = new Unwrapper(32)
  readonly #slots = { audio: new TrackSlots('audio'), video: new TrackSlots('video') }
  /** The tracks last announced; a frame of another one is preceded by its announcement. */
  readonly #announced = { audio: new Map<number, Track>(), video: new Map<number, Track>() }
  readonly #stats = makeFlvStats()

  /** What was left out so far: live, not a copy. */
  get stats(): Readonly<FlvStats> {
    return this.#stats
  }

  /**
   * Takes one message. `timestampMs` 0..0xffffffff, wraps; audio and video share one clock. `body` is handed over: frames are
   * views of it. Throws WireError on a broken header or configuration: end that session.
   */
  push(kind: FlvKind, timestampMs: number, body: Uint8Array, sink: FlvSink): void {
    if (kind === 'data') {
      sink.onData(body, timestampMs)
      return
    }
    const dts = this.#timestamps.unwrap(timestampMs >>> 0) * ticksPerMs
    if (body.length === 0) {
      this.#stats.emptyFrames++
      return
    }
    const parts = kind === 'video' ? readVideoParts(body) : readAudioParts(body)
    for (const part of parts) this.#takePart(kind, dts, part, body, sink)
  }

  #takePart(kind: Kind, dts: number, part: FlvPart, body: Uint8Array, sink: FlvSink): void {
    if (part.type === 'skip') {
      if (part.counter !== null) this.#stats[part.counter]++
      return
    }
    const payload = body.subarray(part.at, part.end)
    if (part.type === 'metadata') sink.onVideoMetadata?.(part.trackId, payload)
    else if (part.type === 'config') this.#takeConfig(kind, part, payload, sink)
    else this.#takeFrame(kind, dts, part, payload, sink)
  }

  #takeConfig(kind: Kind, part: MediaPart, payload: Uint8Array, sink: FlvSink): void {
    const config = trackConfig(part.codec, payload)
    const track = config === null ? null : this.#slots[kind].takeConfig(part.trackId, part.codec, config)
    if (track !== null) this.#announce(track, sink)
  }

  #takeFrame(kind: Kind, dts: number, part: MediaPart, payload: Uint8Array, sink: FlvSink): void {
    const track = this.#slots[kind].trackOf(part.trackId, part.codec, payload)
    const bytes = track === null ? payload : frameBytes(track, payload, this.#stats)
    if (bytes.length === 0) {
      this.#stats.emptyFrames++
      return
    }
    if (track === null) {
      this.#stats.framesBeforeConfig++
      return
    }
    if (this.#announced[kind].get(track.id) !== track) this.#announce(track, sink)
    const isKey = isKeyFrame(track, bytes)
    if (isKey !== part.isKeyFlagged) this.#stats.keyFlagMismatches++
    const at = part.offsetNs === 0 ? dts : dts + Math.round(part.offsetNs * ticksPerNs)
    sink.onFrame({ track, dts: at, pts: at + part.compositionMs * ticksPerMs, isKey, bytes })
  }

  #announce(track: Track, sink: FlvSink): void {
    this.#announced[track.kind].set(track.id, track)
    sink.onTrack(track)
  }
}
