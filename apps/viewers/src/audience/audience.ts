import type { Clock } from '@sluice/base/clock'

/** A viewer is a playback that asked for the playlist this recently. */
const viewerMs = 10_000
/** Playbacks counted of one channel, and of one address among them: whoever asks beyond that is served and not counted. */
const maxOfChannel = 20_000
const maxOfAddress = 1000
/** Of all channels; an entry takes some 200 bytes. */
const maxInAll = 100_000

/** Room for viewers that all channels share. */
export type AudienceRoom = { taken: number; readonly max: number }
export const openAudienceRoom = (max: number = maxInAll): AudienceRoom => ({ taken: 0, max })

type Seen = { readonly address: string; atMs: number }

/** Who watches one channel over HLS, and what they took. Bounded, and its work is the same however many ask. */
export class Audience {
  readonly #clock: Clock
  readonly #room: AudienceRoom
  /** By playback, the one that was silent longest first. */
  // bound: `maxOfChannel`, and the room that all channels share
  readonly #seen = new Map<string, Seen>()
  // bound: one at most for each playback
  readonly #ofAddress = new Map<string, number>()
  #bytesTaken = 0

  constructor(clock: Clock, room: AudienceRoom = openAudienceRoom()) {
    this.#clock = clock
    this.#room = room
  }

  get viewers(): number {
    this.#forgetSilent()
    return this.#seen.size
  }
  get bytesTaken(): number {
    return this.#bytesTaken
  }

  /** A playback asked for the playlist. `name` is its own among all of the channel; `address`: where it is. */
  note(name: string, address: string): void {
    this.#forgetSilent()
    const before = this.#seen.get(name)
    if (before === undefined && !this.#hasRoom(address)) return
    if (before === undefined) {
      this.#ofAddress.set(address, (this.#ofAddress.get(address) ?? 0) + 1)
      this.#room.taken++
    } else this.#seen.delete(name)
    this.#seen.set(name, { address: before?.address ?? address, atMs: this.#clock.nowMs() })
  }

  took(bytes: number): void {
    this.#bytesTaken += bytes
  }

  /** The channel is gone: its viewers leave room for others. */
  close(): void {
    for (const [name, seen] of this.#seen) this.#forget(name, seen)
  }

  #hasRoom(address: string): boolean {
    return this.#seen.size < maxOfChannel && this.#room.taken < this.#room.max && (this.#ofAddress.get(address) ?? 0) < maxOfAddress
  }

  #forgetSilent(): void {
    const nowMs = this.#clock.nowMs()
    for (const [name, seen] of this.#seen) {
      if (nowMs - seen.atMs <= viewerMs) return
      this.#forget(name, seen)
    }
  }

  #forget(name: string, { address }: Seen): void {
    this.#seen.delete(name)
    this.#room.taken--
    const left = (this.#ofAddress.get(address) ?? 1) - 1
    if (left > 0) this.#ofAddress.set(address, left)
    else this.#ofAddress.delete(address)
  }
}
