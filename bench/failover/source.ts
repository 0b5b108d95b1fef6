import { readU32, readU64, writeU32, writeU64 } from '@sluice/base/bytes'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import { openRtmpPublisher, type RtmpPublisher, writeMediaMessage } from '@sluice/protocols/rtmp'
import { audioTrack, videoTrack } from '../support/stamped-media.ts'

const classic = { enhanced: false } as const
const videoFrameMs = 1000 / 30
const audioFrameMs = 1024 / 48
const gopFrames = 30
const keyBytes = 20_000
const interBytes = 4000
const audioBytes = 200
/** Where a body carries the media time of its source, microseconds: behind the FLV header and, in video, NAL length and NAL header. */
const stampAt = { video: 5 + 5, audio: 2 } as const
/** Behind it stands the number of the source, 32 bits. */
const stampBytes = 8
let sources = 0

/** Media time of its source in an FLV body, milliseconds, or null for a body that is none of ours. */
export function sourceMsOf(kind: 'video' | 'audio', body: Uint8Array): number | null {
  return body[1] === 1 && body.length >= stampAt[kind] + 8 ? readU64(body, stampAt[kind]) / 1000 : null
}

/** The number of the source that an FLV body came from, or null for a body that is none of ours. */
export function sourceOf(kind: 'video' | 'audio', body: Uint8Array): number | null {
  const at = stampAt[kind] + stampBytes
  return body[1] === 1 && body.length >= at + 4 ? readU32(body, at) : null
}

/** A publisher that sends video of 1 Mbit/s and audio in real time, each frame stamped with its own time. */
export class Source {
  readonly #publisher: RtmpPublisher
  readonly #number = ++sources
  readonly #startMs = performance.now()
  readonly #timer: NodeJS.Timeout
  #videoFrames = 0
  #audioFrames = 0
  #isSilent = false

  private constructor(publisher: RtmpPublisher) {
    this.#publisher = publisher
    this.#write('video', 0, [flvConfigBody(videoTrack, classic)!])
    this.#write('audio', 0, [flvConfigBody(audioTrack, classic)!])
    this.#timer = setInterval(() => this.#send(), 10)
  }

  static open(rtmpPort: number, streamKey: string): Promise<Source> {
    return new Promise((resolve, reject) => {
      openRtmpPublisher({
        url: `rtmp://127.0.0.1:${rtmpPort}/live`,
        streamKey,
        clock: systemClock,
        log: silentLogger,
        handler: {
          onReady: (publisher) => resolve(new Source(publisher)),
          onClose: (failure) => reject(new Error(`${failure.kind}: ${failure.message}`)),
        },
      })
    })
  }

  /** Keeps its connection and sends nothing. */
  silence(): void {
    this.#isSilent = true
  }

  /** Ends its stream in words, as an encoder does when it is stopped. */
  stop(): void {
    clearInterval(this.#timer)
    this.#publisher.close()
  }

  /** Its connection is gone, without a word. */
  cut(): void {
    clearInterval(this.#timer)
    this.#publisher.abort()
  }

  #send(): void {
    const nowMs = performance.now() - this.#startMs
    if (this.#isSilent) return
    for (; this.#videoFrames * videoFrameMs < nowMs; this.#videoFrames++) this.#sendVideo(this.#videoFrames)
    for (; this.#audioFrames * audioFrameMs < nowMs; this.#audioFrames++) this.#sendAudio(this.#audioFrames * audioFrameMs)
  }

  #sendVideo(count: number): void {
    const isKey = count % gopFrames === 0
    const ms = count * videoFrameMs
    const bytes = new Uint8Array(isKey ? keyBytes : interBytes)
    writeU32(bytes, 0, bytes.length - 4)
    bytes[4] = isKey ? 0x65 : 0x41
    writeU64(bytes, 5, Math.round(ms * 1000))
    writeU32(bytes, 5 + stampBytes, this.#number)
    const dts = Math.round(ms * 90)
    this.#write('video', ms, [flvFrameHeader({ track: videoTrack, dts, pts: dts, isKey, bytes }, classic)!, bytes])
  }

  #sendAudio(ms: number): void {
    const bytes = new Uint8Array(audioBytes)
    writeU64(bytes, 0, Math.round(ms * 1000))
    writeU32(bytes, stampBytes, this.#number)
    const dts = Math.round(ms * 90)
    this.#write('audio', ms, [flvFrameHeader({ track: audioTrack, dts, pts: dts, isKey: true, bytes }, classic)!, bytes])
  }

  #write(kind: 'audio' | 'video', ms: number, parts: Uint8Array[]): void {
    this.#publisher.write(writeMediaMessage(kind, Math.round(ms), this.#publisher.messageStreamId, parts))
  }
}
