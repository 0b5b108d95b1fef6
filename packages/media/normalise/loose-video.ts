import type { CodedPacket } from '@sluice/codecs/frame'
import { nalLengthBytes } from '@sluice/codecs/track'
import type { OnNote } from './notes.ts'
import type { VideoLane } from './video-lane.ts'
import { findUnits } from './video-units.ts'

/** Pictures that wait for a configuration which comes late: about a second. */
const maxWaiting = 64
const maxWaitingBytes = 4 * 1024 * 1024
/** So many without a configuration are no accident of the start. */
const missingConfigPackets = 25

/** Video payloads of one track that are no frames yet: with start codes, with length fields of another size, or before any configuration. */
export class LooseVideo {
  readonly #onNote: OnNote
  // bound: `maxWaiting` packets and `maxWaitingBytes`, all are forgotten for the next
  #waiting: CodedPacket[] = []
  #waitingBytes = 0
  #untold = 0

  constructor(onNote: OnNote) {
    this.#onNote = onNote
  }

  put(packet: CodedPacket, lane: VideoLane): void {
    if (this.#give(packet, lane)) return
    if (++this.#untold >= missingConfigPackets)
      this.#onNote({ code: 'config-missing', media: 'video', subject: nameOf[packet.codec] ?? '' })
    if (this.#waiting.length >= maxWaiting || this.#waitingBytes + packet.bytes.length > maxWaitingBytes) this.#forget()
    if (packet.bytes.length > maxWaitingBytes) return
    this.#waiting.push(packet)
    this.#waitingBytes += packet.bytes.length
  }

  /** The lane has a configuration now: what waited for it goes ahead of what comes. */
  release(lane: VideoLane): void {
    const waiting = this.#waiting
    this.#forget()
    this.#untold = 0
    for (const packet of waiting) this.#give(packet, lane)
  }

  #give(packet: CodedPacket, lane: VideoLane): boolean {
    const { track } = lane
    const { units, form } = findUnits(packet.bytes, track === null ? null : nalLengthBytes(track))
    if (form === 'broken' && track !== null) {
      this.#onNote({ code: 'broken-left-out', media: 'video', subject: `${nameOf[packet.codec]} units that do not fit their message` })
    }
    return lane.putUnits(units, packet.dts, packet.pts)
  }

  #forget(): void {
    this.#waiting = []
    this.#waitingBytes = 0
  }
}

const nameOf: Readonly<Record<string, string>> = { h264: 'H.264', h265: 'H.265' }
