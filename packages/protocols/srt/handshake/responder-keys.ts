import { SrtRejectCode } from '../errors.ts'
import { hasSoundGcm } from '../packet/key-material.ts'
import { type KeyExchange, type KeyRefresh, openKeyExchange } from '../session/key-exchange.ts'
import type { PeerTerms } from './terms.ts'

/** The responder's keys out of what the initiator sent, null for a clear connection, or the code it is refused with. Costs one PBKDF2 when both have a passphrase. */
export function openResponderKeys(
  passphrase: string | undefined,
  terms: PeerTerms,
  refresh: KeyRefresh,
): KeyExchange | { reject: SrtRejectCode } | null {
  if ((passphrase === undefined) !== (terms.keys === null)) return { reject: SrtRejectCode.unsecure }
  if (passphrase === undefined || terms.keys === null) return null
  const { message, material } = terms.keys
  if (material.mode === 'gcm' && !hasSoundGcm(terms.hs.version)) return { reject: SrtRejectCode.crypto }
  return openKeyExchange(passphrase, message, material, refresh) ?? { reject: SrtRejectCode.badSecret }
}
