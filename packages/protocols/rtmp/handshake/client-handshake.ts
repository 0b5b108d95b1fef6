import { concatBytes } from '@sluice/base/bytes'
import { BlockReader } from './block-reader.ts'
import { unpredictableBytes } from './crypto.ts'
import { findDigest, handshakeBytes, imprintDigest, playerKey, serverKey, signReply } from './digest.ts'
import { checkVersion, rtmpVersion } from './version.ts'

/**
 * The client's half of the handshake. C1 carries a digest as ffmpeg's does: a server of the simple form sees random bytes,
 * one that wants the digest form finds it, so no second try is needed. C2 is signed when S1 carries a digest, else it echoes S1.
 * S2 is not checked. Spec: RTMP 1.0 §5.2
 */
export class ClientHandshake {
  readonly #send: (wire: Uint8Array) => void
  readonly #reader = new BlockReader(1 + handshakeBytes)
  #state: 's0s1' | 's2' | 'done' = 's0s1'

  constructor(send: (wire: Uint8Array) => void) {
    this.#send = send
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Sends C0 and C1. */
  start(): void {
    const c1 = unpredictableBytes(handshakeBytes)
    c1.fill(0, 0, 4)
    c1.set([9, 0, 124, 2], 4) // Flash Player's version, as ffmpeg and nginx-rtmp's relay send it; from 9.0.115 on a digest is expected
    imprintDigest(c1, 0, playerKey)
    this.#send(concatBytes([Uint8Array.of(rtmpVersion), c1]))
  }

  /** Takes handshake bytes from `b`; the index of the first byte after the handshake, or `b.length`. Throws WireError on another protocol. */
  push(b: Uint8Array): number {
    let at = 0
    while (at < b.length && this.#state !== 'done') {
      if (this.#state === 's0s1' && this.#reader.filledBytes === 0) checkVersion(b[at]!)
      at = this.#reader.consume(b, at)
      const block = this.#reader.block
      if (block !== null) this.#advance(block)
    }
    return at
  }

  #advance(block: Uint8Array): void {
    if (this.#state === 's2') {
      this.#state = 'done'
      return
    }
    const s1 = block.subarray(1)
    const found = findDigest(s1, serverKey)
    let c2 = s1
    if (found !== null) {
      c2 = unpredictableBytes(handshakeBytes)
      signReply(c2, found.digest, playerKey)
    }
    this.#send(c2)
    this.#reader.restart(handshakeBytes)
    this.#state = 's2'
  }
}
