import { WireError } from '@sluice/base/errors'
import { Unwrapper } from '@sluice/base/serial'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { readMpegAudioHeader } from '@sluice/codecs/mp3'
import { type BareAudioForm, BareAudioReader, type TsSink } from '@sluice/containers/mpegts'
import { hasId3, readId3Tags } from './id3.ts'

const timestampBits = 33

/** Whether a segment is packed audio: an ID3 tag, or the sync word of AAC in ADTS, MPEG audio or AC-3. Spec: RFC 8216 §3.4 */
export const isPackedAudio = (b: Uint8Array): boolean => hasId3(b) || formOf(b, 0) !== null

/**
 * Segments of packed audio to frames: sound without a container, with its time in an ID3 tag. A segment without a time goes on where the one
 * before ended. Spec: RFC 8216 §3.4
 */
export class PackedAudioReader {
  readonly #needsTime: boolean
  readonly #unwrapper = new Unwrapper(timestampBits)
  #form: BareAudioForm | null = null
  #reader: BareAudioReader | null = null
  /** Where the last segment ended; NaN before the first. */
  #endPts = Number.NaN

  /** `needsTime`: the sound has to stand beside pictures of another playlist, so that its first segment must say when it is heard. */
  constructor(options: { needsTime: boolean }) {
    this.#needsTime = options.needsTime
  }

  /** Takes one whole segment. Frames are copies of its bytes. Throws WireError. */
  push(bytes: Uint8Array, sink: TsSink): void {
    const { endAt, timestamp90k } = readId3Tags(bytes)
    const form = formOf(bytes, endAt)
    if (form === null) {
      const found = Array.from(bytes.subarray(endAt, endAt + 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
      throw new WireError('PACKED_FORM', endAt, `behind the ID3 tag stands ${found || 'nothing'}, AAC (ADTS), MP3 or AC-3 expected`)
    }
    if (this.#reader === null || form !== this.#form) this.#reader = new BareAudioReader(form)
    this.#form = form
    let last: Frame | null = null
    let stepTicks = 0
    if (this.#needsTime && timestamp90k === null && Number.isNaN(this.#endPts)) {
      throw new WireError(
        'PACKED_TIME',
        endAt,
        'a segment of sound has no timestamp in an ID3 tag, so nobody can tell which pictures it belongs to',
      )
    }
    const start = timestamp90k === null ? this.#nextPts() : this.#unwrapper.unwrap(timestamp90k)
    this.#reader.push(bytes.subarray(endAt), start, {
      onTrack: (track) => sink.onTrack(track),
      onFrame(frame) {
        if (last !== null) stepTicks = frame.dts - last.dts
        last = frame
        sink.onFrame(frame)
      },
    })
    if (last !== null) this.#endPts = (last as Frame).dts + stepTicks
    if (this.#reader.unsupported !== null) {
      throw new WireError('PACKED_FORM', endAt, `the sound is ${this.#reader.unsupported}, AAC (ADTS), MP3 or AC-3 expected`)
    }
  }

  #nextPts(): number {
    return Number.isNaN(this.#endPts) ? ticksPerSecond : this.#endPts
  }
}

/** By the sync word at `at`. Spec: ISO/IEC 14496-3 §1.A.2, ISO/IEC 11172-3 §2.4.1, ETSI TS 102 366 §4.4.1 */
function formOf(b: Uint8Array, at: number): BareAudioForm | null {
  const first = b[at]
  const second = b[at + 1]
  if (first === undefined || second === undefined) return null
  if (first === 0x0b && second === 0x77) return 'ac3'
  if (first !== 0xff) return null
  if ((second & 0xf6) === 0xf0) return 'adts'
  return readMpegAudioHeader(b, at) === null ? null : 'mpegAudio'
}
