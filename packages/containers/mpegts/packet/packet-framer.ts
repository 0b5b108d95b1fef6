import { tsPacketBytes, tsSyncByte } from './constants.ts'

/** What PacketFramer counts. */
export type FramerCounts = {
  /** Times that packets were no longer where they should be. */
  syncLosses: number
  /** Bytes passed over because no packet was found in them. */
  skippedBytes: number
}

/**
 * Distances from packet to packet that are known: plain; with a 4-byte arrival time before each (M2TS: the sync byte is
 * searched, so that the time counts as the tail of the packet before); with 16 bytes of parity behind each.
 */
const strides = [188, 192, 204] as const
const widestStride = 204
/** Sync bytes in a row, one stride apart, before packets are believed. */
const syncsToLock = 3
const carryCapacityBytes = 1024

/**
 * Finds the 188-byte packets in a byte stream that comes in pieces of any size, and finds them again after garbage.
 * Packets that lie whole in a piece are not copied. Holds at most 1024 bytes.
 */
export class PacketFramer {
  readonly counts: FramerCounts = { syncLosses: 0, skippedBytes: 0 }
  readonly #carry = new Uint8Array(carryCapacityBytes)
  #carryBytes = 0
  /** 0: not in sync. */
  #stride = 0

  /** Takes the next bytes. `onPacket` gets a buffer and the index of a packet in it, good during the call alone. */
  push(bytes: Uint8Array, onPacket: (b: Uint8Array, at: number) => void): void {
    let from = 0
    if (this.#carryBytes > 0) {
      const before = this.#carryBytes
      const added = Math.min(carryCapacityBytes - before, bytes.length - from)
      this.#carry.set(bytes.subarray(from, from + added), before)
      const usedBytes = this.#frame(this.#carry, 0, before + added, onPacket)
      if (usedBytes < before) {
        // All of `bytes` is in the carry: a full one is used beyond `before`, since at most 409 bytes wait for judgement.
        this.#carry.copyWithin(0, usedBytes, before + added)
        this.#carryBytes = before + added - usedBytes
        return
      }
      this.#carryBytes = 0
      from += usedBytes - before
    }
    from = this.#frame(bytes, from, bytes.length, onPacket)
    this.#carryBytes = bytes.length - from
    if (from < bytes.length) this.#carry.set(bytes.subarray(from))
  }

  /** The stream has ended: gives out what whole packets wait for proof, and begins afresh. */
  flush(onPacket: (b: Uint8Array, at: number) => void): void {
    const end = this.#carryBytes
    let at = 0
    const stride = this.#stride || tsPacketBytes
    while (at + tsPacketBytes <= end && this.#carry[at] === tsSyncByte) {
      onPacket(this.#carry, at)
      at += stride
    }
    this.#carryBytes = 0
    this.#stride = 0
  }

  /** Gives out the packets of `b[from..end)`; says how far it came: what is left needs more bytes to be judged. */
  #frame(b: Uint8Array, from: number, end: number, onPacket: (b: Uint8Array, at: number) => void): number {
    let at = from
    for (;;) {
      if (this.#stride === 0) {
        const found = this.#findSync(b, at, end)
        this.counts.skippedBytes += found - at
        at = found
        if (this.#stride === 0) return at
      }
      const stride = this.#stride
      while (at + stride <= end && b[at] === tsSyncByte) {
        onPacket(b, at)
        at += stride
      }
      if (at === end || b[at] === tsSyncByte || at + stride >= end) return at
      this.counts.syncLosses++
      // A damaged sync byte alone costs one packet: the next stands where it should.
      if (b[at + stride] === tsSyncByte) {
        this.counts.skippedBytes += stride
        at += stride
      } else this.#stride = 0
    }
  }

  /**
   * Index of the first packet that others follow, with `#stride` set; or, with `#stride` left at 0, of the first byte that can't
   * be judged yet.
   */
  #findSync(b: Uint8Array, from: number, end: number): number {
    let at = from
    for (; at + (syncsToLock - 1) * widestStride < end; at++) {
      if (b[at] !== tsSyncByte) continue
      for (const stride of strides) {
        if (b[at + stride] !== tsSyncByte || b[at + 2 * stride] !== tsSyncByte) continue
        this.#stride = stride
        return at
      }
    }
    return at
  }
}
