import { concatBytes } from '@sluice/base/bytes'
import { readAc3Frame } from '@sluice/codecs/ac3'
import { type AudioTrack, type CodedPacket, type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { readMpegAudioHeader } from '@sluice/codecs/mp3'
import type { OnNote } from './notes.ts'

type FramedCodec = 'mp3' | 'ac3'
type Out = { readonly onTrack: (track: AudioTrack) => void; readonly onFrame: (frame: Frame) => void; readonly onNote: OnNote }
type FrameSize = { readonly bytes: number; readonly samples: number; readonly sampleRate: number }

/** The longest frame of these codecs has 3840 bytes. */
const maxCarryBytes = 4096
const maxFrames = 64

/** E-AC-3 is not among them: several of its frames may be one access unit. Spec: ETSI TS 102 366 §E.1.2 */
export const isFramed = (codec: string): codec is FramedCodec => codec === 'mp3' || codec === 'ac3'

/**
 * One track of audio whose frames tell their length: several in one body are taken apart, one over several bodies is put together. A body
 * that is one whole frame, as nearly always, passes untouched; one that can't be told passes as it came.
 */
export class FramedLane {
  readonly #out: Out
  #track: AudioTrack | null = null
  // bound: `maxCarryBytes`, a longer part is left out
  #carry: Uint8Array = new Uint8Array(0)
  #carryDts = 0

  constructor(out: Out) {
    this.#out = out
  }

  putTrack(track: AudioTrack): void {
    if (track === this.#track) return
    this.#track = track
    this.#carry = new Uint8Array(0)
    this.#out.onTrack(track)
  }

  putFrame(frame: Frame): void {
    this.putTrack(frame.track as AudioTrack)
    if (this.#carry.length > 0) {
      // What was kept does not go on: this body begins a frame of its own.
      this.#carry = new Uint8Array(0)
      this.#out.onNote({ code: 'broken-left-out', media: 'audio', subject: 'part of an audio frame' })
    }
    const size = sizeOf(frame.track.codec as FramedCodec, frame.bytes, 0)
    if (size === null || size.bytes === frame.bytes.length) this.#out.onFrame(frame)
    else this.#cut(frame)
  }

  /** A body that begins in the middle of a frame. */
  putPacket(packet: CodedPacket): void {
    if (this.#track !== null && this.#carry.length > 0) this.#cut(packet)
    else this.#out.onNote({ code: 'broken-left-out', media: 'audio', subject: 'part of an audio frame' })
  }

  #cut({ dts, bytes }: Pick<Frame, 'dts' | 'bytes'>): void {
    const track = this.#track!
    const codec = track.codec as FramedCodec
    const b = this.#carry.length === 0 ? bytes : concatBytes([this.#carry, bytes])
    let time = this.#carry.length === 0 ? dts : this.#carryDts
    this.#carry = new Uint8Array(0)
    let at = 0
    for (let i = 0; at < b.length && i < maxFrames; i++) {
      const size = sizeOf(codec, b, at)
      if (size === null) break
      if (at + size.bytes > b.length) {
        // Copied: what it lies in is a whole message.
        if (b.length - at <= maxCarryBytes) this.#carry = b.slice(at)
        this.#carryDts = time
        return
      }
      this.#out.onFrame({ track, dts: time, pts: time, isKey: true, bytes: b.subarray(at, at + size.bytes) })
      at += size.bytes
      time += Math.round((size.samples * ticksPerSecond) / size.sampleRate)
    }
    if (at < b.length) this.#out.onNote({ code: 'broken-left-out', media: 'audio', subject: 'part of an audio frame' })
  }
}

/** Null: no frame starts there. */
function sizeOf(codec: FramedCodec, b: Uint8Array, at: number): FrameSize | null {
  if (codec === 'mp3') {
    const header = readMpegAudioHeader(b, at)
    return header === null ? null : { bytes: header.frameBytes, samples: header.frameSamples, sampleRate: header.sampleRate }
  }
  const header = readAc3Frame(b, at)
  return header === null ? null : { bytes: header.frameBytes, samples: header.frameSamples, sampleRate: header.sampleRate }
}
