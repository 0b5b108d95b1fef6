import { concatBytes } from '@sluice/base/bytes'
import { BlockReader } from './block-reader.ts'
import { unpredictableBytes } from './crypto.ts'
import { findDigest, handshakeBytes, imprintDigest, playerKey, serverKey, signReply } from './digest.ts'
import { checkVersion, rtmpVersion } from './version.ts'

/**
 * The server's half of the handshake, simple or digest as the client began it. Pure but for the random bytes of S1.
 * C2 is read and not checked, as in nginx-rtmp, SRS and ffmpeg: encoders that put nonsense there are in use.
 * Spec: RTMP 1.0 §5.2; digest form: Flash Player 9 and later, not in the spec.
 */
export class ServerHandshake {
  readonly #send: (wire: Uint8Array) => void
  readonly #reader = new BlockReader(1 + handshakeBytes)
  #state: 'c0c1' | 'c2' | 'done' = 'c0c1'

  constructor(send: (wire: Uint8Array) => void) {
    this.#send = send
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Takes handshake bytes from `b`; the index of the first byte after the handshake, or `b.length`. Throws WireError on another protocol. */
  push(b: Uint8Array): number {
    let at = 0
    while (at < b.length && this.#state !== 'done') {
      if (this.#state === 'c0c1' && this.#reader.filledBytes === 0) checkVersion(b[at]!)
      at = this.#reader.consume(b, at)
      const block = this.#reader.block
      if (block !== null) this.#advance(block)
    }
    return at
  }

  #advance(block: Uint8Array): void {
    if (this.#state === 'c2') {
      this.#state = 'done'
      return
    }
    this.#send(answerC1(block.subarray(1)))
    this.#reader.restart(handshakeBytes)
    this.#state = 'c2'
  }
}

/** S0, S1 and S2 for a C1 of 1536 bytes. */
function answerC1(c1: Uint8Array): Uint8Array {
  const s1 = unpredictableBytes(handshakeBytes)
  s1.fill(0, 0, 8)
  // A version of 0 is the simple form; librtmp and OBS send it. Others may carry a digest, and Flash Player insists on an answer to it.
  const isSimple = c1[4] === 0 && c1[5] === 0 && c1[6] === 0 && c1[7] === 0
  const found = isSimple ? null : findDigest(c1, playerKey)
  if (found === null) return concatBytes([Uint8Array.of(rtmpVersion), s1, c1])
  s1.set([4, 5, 0, 1], 4)
  imprintDigest(s1, found.scheme, serverKey)
  const s2 = unpredictableBytes(handshakeBytes)
  signReply(s2, found.digest, serverKey)
  return concatBytes([Uint8Array.of(rtmpVersion), s1, s2])
}
