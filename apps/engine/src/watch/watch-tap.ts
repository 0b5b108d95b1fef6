import type { Frame, Track } from '@sluice/codecs/frame'
import { maxLinkFrameBytes, writeEnd, writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import { type WatchedPicture, type WatchedSound, type WatchUndecoded, watchLimits } from '@sluice/contract/watch'

/** What of a session is to be looked at. */
export type WatchWants = { readonly picture: boolean; readonly sound: boolean }

/** Who owns the session hears what was measured. */
export type WatchSink = {
  onPicture(picture: WatchedPicture): void
  onSound(sound: WatchedSound): void
  /** Frames came that give no picture or sound. */
  onUndecoded(answer: WatchUndecoded): void
  /** Nobody measures any more, for now. */
  onUnjudged(): void
}

/** A frame and its head fit into a record. */
const maxBytes = maxLinkFrameBytes - 64

type Send = (head: Uint8Array, bytes: Uint8Array | null) => boolean

/** Takes the frames of one session that are to be decoded. Made by `ContentWatcher`; whoever asked for it closes it. */
export class WatchTap {
  readonly slot: number
  readonly sink: WatchSink
  readonly #wants: WatchWants
  readonly #nowMs: () => number
  readonly #onClose: (tap: WatchTap) => void
  #send: Send | null = null
  /** What the child knows of the session. */
  #video: Track | null = null
  #audio: Track | null = null
  #leftOutTotal = 0
  #pictureMs = Number.NEGATIVE_INFINITY

  constructor(slot: number, wants: WatchWants, sink: WatchSink, parts: { nowMs: () => number; onClose: (tap: WatchTap) => void }) {
    this.slot = slot
    this.sink = sink
    this.#wants = wants
    this.#nowMs = parts.nowMs
    this.#onClose = parts.onClose
  }

  /** Frames that a slow child was not given. */
  get leftOutTotal(): number {
    return this.#leftOutTotal
  }

  /** Key frames of the first video and all of the first audio go to the child, if there is one and it keeps up. Nothing is waited for. */
  putFrame(frame: Frame): void {
    const { track, bytes } = frame
    if (this.#send === null || track.id !== 0 || bytes.length === 0 || bytes.length > maxBytes) return
    if (track.kind === 'video' ? !this.#wants.picture || !frame.isKey : !this.#wants.sound) return
    const nowMs = this.#nowMs()
    if (track.kind === 'video') {
      if (nowMs - this.#pictureMs < watchLimits.leastGapMs && track === this.#video) return
      this.#pictureMs = nowMs
    }
    if (track !== (track.kind === 'video' ? this.#video : this.#audio)) this.#introduce(this.#send, track)
    if (!this.#send(writeFrameHead(this.slot, frame, nowMs), bytes)) this.#leftOutTotal++
  }

  /** A child is there, which knows nothing yet; null: it is gone. */
  connect(send: Send | null): void {
    this.#send = send
    this.#video = null
    this.#audio = null
  }

  close(): void {
    this.#send?.(writeEnd(this.slot), null)
    this.#send = null
    this.#onClose(this)
  }

  #introduce(send: Send, track: Track): void {
    if (track.kind === 'video') this.#video = track
    else this.#audio = track
    send(writeTrack(this.slot, track), null)
  }
}
