import { headerBytes } from '../constants.ts'
import { equalSecrets, gcmTagBytes, openBlockCipher, openGcm, sealGcm } from '../crypto.ts'
import { copyBytes } from '../packet/copy-bytes.ts'
import { KeyFlag, readKeyFlag, readSequence } from '../packet/data-packet.ts'
import type { CipherMode } from '../packet/key-material.ts'
import { Keystream } from './keystream.ts'

type Slot = { key: Uint8Array; keystream: Keystream; salt: Uint8Array }

/** The even and the odd key of one direction, and the sealing and opening of packets under them. Spec: draft-sharabayko-srt-01 §6 */
export class PayloadKeys {
  readonly mode: CipherMode
  #even: Slot | null = null
  #odd: Slot | null = null

  constructor(mode: CipherMode) {
    this.mode = mode
  }

  /** Puts `key` into the slot of `flag` (KeyFlag even or odd); the same key again is left as it is. */
  install(flag: number, key: Uint8Array, salt: Uint8Array): void {
    const before = this.#slotOf(flag)
    if (before !== null && equalSecrets(before.key, key) && equalSecrets(before.salt, salt)) return
    const slot: Slot = { key, keystream: new Keystream(openBlockCipher(key), salt), salt }
    if (flag === KeyFlag.even) this.#even = slot
    else this.#odd = slot
  }

  /** Forgets the key of `flag`. */
  remove(flag: number): void {
    if (flag === KeyFlag.even) this.#even = null
    else this.#odd = null
  }

  /** Bytes that sealing adds to a payload: 0 for CTR, 16 for GCM. */
  get overheadBytes(): number {
    return this.mode === 'gcm' ? gcmTagBytes : 0
  }

  /** Encrypts the payload of a whole data packet in place, whose header is final; `b` has room for `overheadBytes` after `packetBytes`. */
  seal(b: Uint8Array, packetBytes: number): void {
    const slot = this.#slotOf(readKeyFlag(b))!
    const sequence = readSequence(b)
    if (this.mode === 'ctr') {
      slot.keystream.apply(b, headerBytes, packetBytes - headerBytes, sequence)
      return
    }
    const aad = b.subarray(0, headerBytes)
    b.set(sealGcm(slot.key, gcmIv(slot.salt, sequence), aad, b.subarray(headerBytes, packetBytes)), headerBytes)
  }

  /** Decrypts a data packet in place and returns the bytes of its payload, which begin after the header; -1: no such key, clear, or forged. */
  open(packet: Uint8Array): number {
    const slot = this.#slotOf(readKeyFlag(packet))
    if (slot === null) return -1
    const sequence = readSequence(packet)
    const payloadBytes = packet.length - headerBytes
    if (this.mode === 'ctr') {
      slot.keystream.apply(packet, headerBytes, payloadBytes, sequence)
      return payloadBytes
    }
    const aad = copyBytes(packet, 0, headerBytes)
    aad[4] = aad[4]! & ~0x04 // the sender sealed it before it set the retransmitted bit
    const clear = openGcm(slot.key, gcmIv(slot.salt, sequence), aad, packet.subarray(headerBytes))
    if (clear === null) return -1
    packet.set(clear, headerBytes)
    return clear.length
  }

  #slotOf(flag: number): Slot | null {
    return flag === KeyFlag.even ? this.#even : flag === KeyFlag.odd ? this.#odd : null
  }
}

/** 12 bytes: the salt's first 12, XOR the sequence number in the last four. Spec: libsrt 1.5.4 (1.5.2 and 1.5.3 repeat values and are refused) */
function gcmIv(salt: Uint8Array, sequence: number): Uint8Array {
  const iv = copyBytes(salt, 0, 12)
  iv[8] = iv[8]! ^ (sequence >>> 24)
  iv[9] = iv[9]! ^ (sequence >>> 16)
  iv[10] = iv[10]! ^ (sequence >>> 8)
  iv[11] = iv[11]! ^ sequence
  return iv
}
