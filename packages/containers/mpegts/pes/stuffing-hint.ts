/** Ends seen before the habit is believed: about a second of video. */
const endsToTrust = 32

/**
 * Learns whether a sender stuffs the last transport packet of each PES packet of unknown length and no other. FFmpeg, OBS and
 * GStreamer do, and it tells the end of a frame one frame earlier than the next start does. The standard does not promise
 * it, so a single counterexample ends the trust for good.
 */
export class StuffingHint {
  #ends = 0
  #isBroken = false
  #wasStuffed = false

  /** The packet just taken is, by this sender's habit, the last of its PES packet. */
  get saysEnd(): boolean {
    return this.#wasStuffed && !this.#isBroken && this.#ends >= endsToTrust
  }

  /** A PES packet starts. */
  observeStart(): void {
    if (this.#wasStuffed) this.#ends++
    this.#wasStuffed = false
  }

  /** A transport packet goes on with a PES packet. */
  observeMiddle(): void {
    if (this.#wasStuffed) this.#isBroken = true
    this.#wasStuffed = false
  }

  /** The packet in hand; `isStuffed` counts for PES packets of unknown length alone. */
  observePacket(isStuffed: boolean): void {
    this.#wasStuffed = isStuffed
  }

  /** Packets are missing: what comes next says nothing of the one before. */
  observeLoss(): void {
    this.#wasStuffed = false
  }
}
