import { deriveWrappingKey, equalSecrets, randomKey, unwrapKeys, wrapKeys } from '../crypto.ts'
import { copyBytes } from '../packet/copy-bytes.ts'
import { KeyFlag } from '../packet/data-packet.ts'
import {
  type CipherMode,
  type KeyLengthBytes,
  type KeyMaterial,
  KmState,
  readKeyMaterial,
  writeKeyMaterial,
  writeKmState,
} from '../packet/key-material.ts'
import { PayloadKeys } from './payload-keys.ts'

/** When a sender takes a new key, in packets. Spec: draft-sharabayko-srt-01 §6.1.6 */
export type KeyRefresh = { afterPackets: number; announcePackets: number }

/** libsrt's own figures: a new key after 2^24 packets, announced 4096 packets before. */
export const defaultKeyRefresh: KeyRefresh = { afterPackets: 0x100_0000, announcePackets: 0x1000 }

/** Largest gap between key material requests that go unanswered, in round trips. Spec: draft-sharabayko-srt-01 §6.1.6 */
const REPEAT_ROUND_TRIPS = 1.5
const MIN_REPEAT_MS = 20

type Pending = { flag: number; message: Uint8Array; sentAtMs: number; isConfirmed: boolean }

/** The keys of one connection, and their refresh in mid-stream. Made on the caller's side by `makeKeyExchange`, on the other by `openKeyExchange`. */
export class KeyExchange {
  readonly sending: PayloadKeys
  readonly receiving: PayloadKeys
  readonly keyLengthBytes: KeyLengthBytes
  /** How often either direction changed its key. */
  refreshes = 0
  readonly #passphrase: string
  readonly #refresh: KeyRefresh
  readonly #salt: Uint8Array
  readonly #wrappingKey: Uint8Array
  // bound: one key material message, a datagram
  #lastPeerMaterial: Uint8Array
  // bound: one key, 32 bytes
  #newestKey: Uint8Array
  #activeFlag: number
  #packetsUnderKey = 0
  #pending: Pending | null = null
  #retiredFlag = 0

  constructor(passphrase: string, wrappingKey: Uint8Array, message: Uint8Array, km: KeyMaterial, keys: Uint8Array, refresh: KeyRefresh) {
    this.#passphrase = passphrase
    this.#refresh = refresh
    this.#salt = copyBytes(km.salt)
    this.#wrappingKey = wrappingKey
    this.#lastPeerMaterial = message
    this.keyLengthBytes = km.keyLengthBytes
    this.sending = new PayloadKeys(km.mode)
    this.receiving = new PayloadKeys(km.mode)
    this.#activeFlag = (km.keyFlags & KeyFlag.even) !== 0 ? KeyFlag.even : KeyFlag.odd
    this.#newestKey = keys.subarray(0, km.keyLengthBytes)
    this.sending.install(this.#activeFlag, this.#newestKey, this.#salt)
    installAll(this.receiving, km, keys)
  }

  /** The KK bits for the next packet, which counts as sent under that key; makes, announces, switches and retires keys on the way. */
  nextKeyFlag(): number {
    const count = ++this.#packetsUnderKey
    const { afterPackets, announcePackets } = this.#refresh
    if (count === announcePackets && this.#retiredFlag !== 0) {
      this.sending.remove(this.#retiredFlag)
      this.#retiredFlag = 0
    }
    if (count >= afterPackets - announcePackets && this.#pending === null) this.#makeNextKey()
    // Without the peer's word a switch would make all that follows unreadable: wait for it, 2^31 packets are safe.
    if (count > afterPackets && this.#pending?.isConfirmed === true) {
      this.#retiredFlag = this.#activeFlag
      this.#activeFlag = this.#pending.flag
      this.#pending = null
      this.#packetsUnderKey = 1
      this.refreshes++
    }
    return this.#activeFlag
  }

  /** True while a new key is announced and the peer has not confirmed it. */
  get isAnnouncing(): boolean {
    return this.#pending?.isConfirmed === false
  }

  /** The key material request to send now, or null. */
  takeRequest(nowMs: number, rttMs: number): Uint8Array | null {
    const pending = this.#pending
    if (pending === null || pending.isConfirmed) return null
    if (nowMs - pending.sentAtMs < Math.max(MIN_REPEAT_MS, REPEAT_ROUND_TRIPS * rttMs)) return null
    pending.sentAtMs = nowMs
    return pending.message
  }

  /** Whether answering it costs a PBKDF2: it has another salt than the one that is known. libsrt keeps its salt for a whole connection. */
  needsDerivation(message: Uint8Array): boolean {
    const km = readKeyMaterial(message)
    return km !== null && !equalSecrets(message, this.#lastPeerMaterial) && !equalSecrets(km.salt, this.#salt)
  }

  /** Takes the peer's request in mid-stream and returns the answer: the same bytes, or one word that says why not. */
  answerRequest(message: Uint8Array): Uint8Array {
    const km = readKeyMaterial(message)
    if (km === null || km.mode !== this.receiving.mode || km.keyLengthBytes !== this.keyLengthBytes) return writeKmState(KmState.badSecret)
    if (equalSecrets(message, this.#lastPeerMaterial)) return message // repeated: its answer was lost
    const isSameSalt = equalSecrets(km.salt, this.#salt)
    const wrappingKey = isSameSalt ? this.#wrappingKey : deriveWrappingKey(this.#passphrase, km.salt, km.keyLengthBytes)
    const keys = unwrapKeys(wrappingKey, km.wrapped)
    if (keys === null) return writeKmState(KmState.badSecret)
    installAll(this.receiving, km, keys)
    this.#lastPeerMaterial = copyBytes(message)
    this.refreshes++
    return this.#lastPeerMaterial
  }

  /** Takes the peer's answer: the announced key may be used once it repeats the request byte for byte. */
  confirm(message: Uint8Array): void {
    if (this.#pending !== null && equalSecrets(message, this.#pending.message)) this.#pending.isConfirmed = true
  }

  #makeNextKey(): void {
    const next = randomKey(this.keyLengthBytes)
    const flag = this.#activeFlag === KeyFlag.even ? KeyFlag.odd : KeyFlag.even
    const [even, odd] = flag === KeyFlag.even ? [next, this.#newestKey] : [this.#newestKey, next]
    const keys = new Uint8Array(2 * this.keyLengthBytes)
    keys.set(even)
    keys.set(odd, this.keyLengthBytes)
    const message = writeKeyMaterial({
      keyFlags: KeyFlag.even | KeyFlag.odd,
      mode: this.sending.mode,
      salt: this.#salt,
      keyLengthBytes: this.keyLengthBytes,
      wrapped: wrapKeys(this.#wrappingKey, keys),
    })
    this.sending.install(flag, next, this.#salt)
    this.#newestKey = next
    this.#retiredFlag = 0
    this.#pending = { flag, message, sentAtMs: Number.NEGATIVE_INFINITY, isConfirmed: false }
  }
}

/** The side that begins: a new salt and an even key. `message` goes into the handshake as KMREQ. */
export function makeKeyExchange(
  passphrase: string,
  keyLengthBytes: KeyLengthBytes,
  mode: CipherMode,
  refresh: KeyRefresh,
): { exchange: KeyExchange; message: Uint8Array } {
  const salt = randomKey(16)
  const key = randomKey(keyLengthBytes)
  const wrappingKey = deriveWrappingKey(passphrase, salt, keyLengthBytes)
  const km: KeyMaterial = { keyFlags: KeyFlag.even, mode, salt, keyLengthBytes, wrapped: wrapKeys(wrappingKey, key) }
  const message = writeKeyMaterial(km)
  return { exchange: new KeyExchange(passphrase, wrappingKey, message, km, key, refresh), message }
}

/** The side that answers, from a read KMREQ: null when the passphrase is another one. Costs one PBKDF2. */
export function openKeyExchange(passphrase: string, message: Uint8Array, km: KeyMaterial, refresh: KeyRefresh): KeyExchange | null {
  const wrappingKey = deriveWrappingKey(passphrase, km.salt, km.keyLengthBytes)
  const keys = unwrapKeys(wrappingKey, km.wrapped)
  return keys === null ? null : new KeyExchange(passphrase, wrappingKey, copyBytes(message), km, keys, refresh)
}

function installAll(slots: PayloadKeys, km: KeyMaterial, keys: Uint8Array): void {
  let at = 0
  for (const flag of [KeyFlag.even, KeyFlag.odd]) {
    if ((km.keyFlags & flag) === 0) continue
    slots.install(flag, copyBytes(keys, at, at + km.keyLengthBytes), copyBytes(km.salt))
    at += km.keyLengthBytes
  }
}
