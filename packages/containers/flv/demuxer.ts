import { equalBytes } from '@sluice/base/bytes'
import { Unwrapper } from '@sluice/base/serial'
import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { isKeyFrame, readTrack } from '@sluice/codecs/track'
import { readAudioParts } from './audio-parts.ts'
import type { FlvKind } from './constants.ts'
import type { FlvPart } from './part.ts'
import { frameBytes, trackConfig } from './payload.ts'
import { type FlvStats, makeFlvStats } from './stats.ts'
import { readVideoParts } from './video-parts.ts'

/** Takes what the demuxer finds, synchronously and in the order of the messages. */
export interface FlvSink {
  /** A track was announced, or changed: then it has the id of the one before. Always before the frames that need it. */
  onTrack(track: Track): void
  /** `frame.bytes` is a view of the message's body wherever the codec allows it. */
  onFrame(frame: Frame): void
  /** Body of a data message as it came: AMF0. `timestampMs` as given to `push`. */
  onData(body: Uint8Array, timestampMs: number): void
  /** AMF body of an enhanced video metadata packet (`colorInfo`: HDR). Spec: Enhanced RTMP v2 "Metadata Frame" */
  onVideoMetadata?(trackId: number, body: Uint8Array): void
}

type Slot = { readonly config: Uint8Array; readonly track: Track }
const ticksPerNs = ticksPerMs / 1_000_000

/** Turns the messages of one RTMP publisher or the tags of one FLV file into tracks and frames. */
export class FlvDemuxer {
  readonly #timestamps = new Unwrapper(32)
  readonly #slots = { audio: new Map<number, Slot>(), video: new Map<number, Slot>() }
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
    for (const part of parts) this.#take(kind, dts, body, part, sink)
  }

  #take(kind: 'audio' | 'video', dts: number, body: Uint8Array, part: FlvPart, sink: FlvSink): void {
    const payload = body.subarray(part.at, part.end)
    if (part.type === 'config') this.#takeConfig(kind, part, payload, sink)
    else if (part.type === 'frame') this.#takeFrame(kind, dts, part, payload, sink)
    else if (part.type === 'metadata') sink.onVideoMetadata?.(part.trackId, payload)
    else if (part.type === 'skip' && part.why !== undefined) this.#stats[part.why]++
  }

  #takeConfig(kind: 'audio' | 'video', part: FlvPart, payload: Uint8Array, sink: FlvSink): void {
    const slot = this.#slots[kind].get(part.trackId)
    const config = trackConfig(part.codec, payload)
    if (config === null) {
      this.#stats.emptyFrames++
      return
    }
    // Encoders repeat the configuration, some before every key frame: only a change is news.
    if (slot?.track.codec === part.codec && equalBytes(slot.config, config)) return
    this.#announce(kind, part, config, sink)
  }

  #takeFrame(kind: 'audio' | 'video', dts: number, part: FlvPart, payload: Uint8Array, sink: FlvSink): void {
    const slot = this.#slots[kind].get(part.trackId)
    if (slot?.track.codec !== part.codec) {
      this.#stats.framesBeforeConfig++
      return
    }
    const bytes = frameBytes(slot.track, payload)
    if (bytes.length !== payload.length) this.#stats.damagedFrames++
    if (bytes.length === 0) {
      this.#stats.emptyFrames++
      return
    }
    const isKey = isKeyFrame(slot.track, bytes)
    if (isKey !== part.isKeyFlagged) this.#stats.keyFlagMismatches++
    const at = part.offsetNs === 0 ? dts : dts + Math.round(part.offsetNs * ticksPerNs)
    sink.onFrame({ track: slot.track, dts: at, pts: at + part.compositionMs * ticksPerMs, isKey, bytes })
  }

  #announce(kind: 'audio' | 'video', part: FlvPart, config: Uint8Array, sink: FlvSink): void {
    // Copied, as the track outlives the message it came in; not by slice(), which makes a view of a Buffer.
    const track = readTrack(kind, part.trackId, part.codec, new Uint8Array(config))
    this.#slots[kind].set(part.trackId, { config: track.config, track })
    sink.onTrack(track)
  }
}
