import { equalBytes, readU32 } from '@sluice/base/bytes'
import { SrtRejectCode } from '../errors.ts'
import { type CipherMode, hasSoundGcm, type KeyLengthBytes, KmState } from '../packet/key-material.ts'
import { type KeyExchange, type KeyRefresh, makeKeyExchange } from '../session/key-exchange.ts'

/** How an initiator encrypts. */
export type Encryption = { passphrase: string; keyLengthBytes: KeyLengthBytes; mode: CipherMode }

/** The initiator's keys, and the request that carries them. */
export type InitiatorKeys = { exchange: KeyExchange; message: Uint8Array }

/** New keys for a connection, or null for a clear one. Costs one PBKDF2. */
export function makeInitiatorKeys(encryption: Encryption | null, refresh: KeyRefresh): InitiatorKeys | null {
  return encryption === null ? null : makeKeyExchange(encryption.passphrase, encryption.keyLengthBytes, encryption.mode, refresh)
}

/**
 * Checks what the responder says to our key material: it must repeat it. Null: all is well; else the code that libsrt gives
 * the same case. A listener without enforced encryption lets us in and says in one word that it cannot read us.
 */
export function checkKeyResponse(keys: InitiatorKeys | null, response: Uint8Array | null, peerVersion: number): SrtRejectCode | null {
  if (keys === null) return response === null ? null : SrtRejectCode.unsecure
  if (response === null) return SrtRejectCode.unsecure
  if (keys.exchange.sending.mode === 'gcm' && !hasSoundGcm(peerVersion)) return SrtRejectCode.crypto
  if (equalBytes(response, keys.message)) return null
  const state = response.length === 4 ? readU32(response, 0) : KmState.badSecret
  if (state === KmState.badCryptoMode) return SrtRejectCode.crypto
  return state === KmState.noSecret || state === KmState.unsecured ? SrtRejectCode.unsecure : SrtRejectCode.badSecret
}
