import { equalBytes } from '@sluice/base/bytes'
import type { Frame, Track } from '@sluice/codecs/frame'
import { writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import { type FromLadder, writeLadder } from '@sluice/contract/ladder'

/** Where bytes go to. `waitingBytes`: what was written and has not left. */
export type Sink = { readonly write: (bytes: Uint8Array) => void; readonly waitingBytes: () => number }

/** A reader that takes nothing costs no more than this; the engine always reads. */
const maxWaitingBytes = 8 * 1024 * 1024

type Sent = { track: Track | null; lastDts: number; isCut: boolean }

/** Frames of rungs as records: a track before its first frame and where it changes, times that rise. */
export class Outlet {
  readonly #sink: Sink
  // bound: one a rung and kind; forget takes them out
  readonly #sent = new Map<string, Sent>()

  constructor(sink: Sink) {
    this.#sink = sink
  }

  say(message: FromLadder): void {
    this.#sink.write(writeLadder(message))
  }

  /** `dropped`: nobody reads, and a key frame has to follow. `old`: its time is over. */
  send(linkSlot: number, frame: Omit<Frame, 'pts'>): 'sent' | 'dropped' | 'old' {
    const sent = this.#sentOf(linkSlot, frame.track.kind)
    if (frame.dts <= sent.lastDts) return 'old'
    const isFull = this.#sink.waitingBytes() > maxWaitingBytes
    if (isFull || (sent.isCut && !frame.isKey)) {
      sent.isCut = true
      return 'dropped'
    }
    sent.isCut = false
    sent.lastDts = frame.dts
    const isKnown = sent.track !== null && sent.track.codec === frame.track.codec && equalBytes(sent.track.config, frame.track.config)
    if (!isKnown) {
      sent.track = frame.track
      this.#sink.write(writeTrack(linkSlot, frame.track))
    }
    this.#sink.write(writeFrameHead(linkSlot, { ...frame, track: sent.track!, pts: frame.dts }))
    this.#sink.write(frame.bytes)
    return 'sent'
  }

  /** Frames before `dts` were sent by a child before this one. */
  startFrom(linkSlot: number, dts: number): void {
    for (const kind of ['video', 'audio'] as const) {
      const sent = this.#sentOf(linkSlot, kind)
      sent.lastDts = Math.max(sent.lastDts, dts - 1)
    }
  }

  forget(linkSlot: number): void {
    for (const kind of ['video', 'audio'] as const) this.#sent.delete(`${linkSlot} ${kind}`)
  }

  #sentOf(linkSlot: number, kind: Track['kind']): Sent {
    const key = `${linkSlot} ${kind}`
    let sent = this.#sent.get(key)
    if (sent === undefined) {
      sent = { track: null, lastDts: Number.NEGATIVE_INFINITY, isCut: false }
      this.#sent.set(key, sent)
    }
    return sent
  }
}
