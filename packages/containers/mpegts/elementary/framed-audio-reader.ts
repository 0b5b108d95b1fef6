import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { type AudioTrack, type MediaNote, ticksPerSecond } from '@sluice/codecs/frame'
import type { TsCounters } from '../demux/counters.ts'
import type { TsSink } from '../demux/sink.ts'
import type { PesPacket } from '../pes/pes-assembler.ts'
import type { AudioSyntax, AudioUnit } from './audio-syntax.ts'
import type { ElementaryReader } from './elementary-reader.ts'

/**
 * Cuts audio with sync words (ADTS, LOAS, AC-3, MPEG audio) into frames, whatever way they lie in PES packets: several in
 * one, or one over several. The PTS of a packet is that of the first frame which begins in it; those behind follow by
 * their count of samples. Spec: ISO/IEC 13818-1 §2.4.3.7
 */
export class FramedAudioReader implements ElementaryReader {
  readonly #syntax: AudioSyntax
  readonly #counters: TsCounters
  readonly #onNote: (note: MediaNote) => void
  #track: AudioTrack | null = null
  /** A frame that began in the packet before and goes on in the next. */
  // bound: one frame, `maxFrameBytes` of its syntax
  #carry: Uint8Array = new Uint8Array(0)
  #isInSync = false
  #basePts = Number.NaN
  #samplesSinceBase = 0

  constructor(syntax: AudioSyntax, counters: TsCounters, onNote: (note: MediaNote) => void = () => {}) {
    this.#syntax = syntax
    this.#onNote = onNote
    this.#counters = counters
  }

  push(pes: PesPacket, sink: TsSink): void {
    const payload = pes.bytes.subarray(pes.at, pes.end)
    if (this.#carry.length > 0 && this.#isCarryBroken(payload)) this.#keep(this.#carry, true)
    const b = concatBytes([this.#carry, payload]) // the frames' own memory from here on
    let newBase = pes.pts90k
    let at = 0
    while (at < b.length) {
      const frameBytes = this.#syntax.frameBytes(b, at)
      const end = at + frameBytes
      const isFalse = frameBytes > 0 && (this.#isInSync ? this.#isTooLong(b, at, end) : !this.#isFollowed(b, end))
      if (frameBytes < 0 || isFalse) {
        this.#loseSync()
        at++
        continue
      }
      if (frameBytes === 0 || end > b.length) break
      if (at >= this.#carry.length && !Number.isNaN(newBase)) {
        this.#basePts = newBase
        this.#samplesSinceBase = 0
        newBase = Number.NaN
      }
      this.#isInSync = true
      this.#give(b.subarray(at, end), sink)
      at = end
    }
    this.#keep(b.subarray(at), pes.isDamaged)
  }

  /** After a loss of sync a frame is believed when another follows it, as far as one can see. */
  #isFollowed(b: Uint8Array, at: number): boolean {
    return at >= b.length || this.#syntax.frameBytes(b, at) >= 0
  }

  /** A broken length: the frame ends where none begins, and others begin within it. */
  #isTooLong(b: Uint8Array, at: number, end: number): boolean {
    if (end >= b.length || this.#syntax.frameBytes(b, end) >= 0) return false
    for (let i = at + 1; i < end; i++) if (this.#isChain(b, i)) return true
    return false
  }

  /** The carried frame leaves `payload` or ends in it where none begins, while a frame begins at its start: the carried length was broken. */
  #isCarryBroken(payload: Uint8Array): boolean {
    const frameBytes = this.#syntax.frameBytes(this.#carry, 0)
    if (frameBytes <= 0) return false
    const end = frameBytes - this.#carry.length
    const fits = end === payload.length || (end < payload.length && this.#syntax.frameBytes(payload, end) >= 0)
    return !fits && this.#isChain(payload, 0)
  }

  /** A whole frame with the start of another behind it, or the end. */
  #isChain(b: Uint8Array, at: number): boolean {
    const frameBytes = this.#syntax.frameBytes(b, at)
    const end = at + frameBytes
    return frameBytes > 0 && (end === b.length || (end < b.length && this.#syntax.frameBytes(b, end) >= 0))
  }

  #loseSync(): void {
    if (this.#isInSync) {
      this.#counters.damagedFrames++
      this.#onNote({ code: 'broken-left-out', media: 'audio', subject: 'bytes between frames' })
    }
    this.#isInSync = false
  }

  #keep(rest: Uint8Array, isDamaged: boolean): void {
    const isLost = rest.length > 0 && (isDamaged || rest.length > this.#syntax.maxFrameBytes)
    this.#carry = isLost ? new Uint8Array(0) : rest
    if (isLost) this.#loseSync()
  }

  #give(frame: Uint8Array, sink: TsSink): void {
    const unit = this.#read(frame)
    if (unit === null || Number.isNaN(this.#basePts)) {
      this.#counters.droppedFrames++
      const { refusal = null } = this.#syntax
      if (unit === null && refusal !== null) this.#onNote({ code: 'form-not-carried', media: 'audio', subject: refusal })
      return
    }
    if (unit.track !== this.#track) {
      this.#track = unit.track
      sink.onTrack(unit.track)
    }
    for (const bytes of unit.payloads) {
      const pts = this.#basePts + Math.round((this.#samplesSinceBase * ticksPerSecond) / unit.samplesPerSecond)
      this.#samplesSinceBase += unit.samples
      if (bytes.length === 0) this.#counters.droppedFrames++
      else sink.onFrame({ track: unit.track, dts: pts, pts, isKey: true, bytes })
    }
  }

  #read(frame: Uint8Array): AudioUnit | null {
    try {
      return this.#syntax.readFrame(frame)
    } catch (err) {
      if (!(err instanceof WireError)) throw err
      this.#counters.badConfigs++
      this.#onNote({ code: 'broken-left-out', media: 'audio', subject: 'frame that can’t be read' })
      return null
    }
  }
}
