import { holdsLocalPort, portOf, readAddress } from '@sluice/base/address'

/** Where media goes: what has to be another for an output to need another connection. */
export type Place = { readonly url: string; readonly streamKey: string; readonly tlsVerify: boolean }

export const isSamePlace = (a: Place, b: Place): boolean => a.url === b.url && a.streamKey === b.streamKey && a.tlsVerify === b.tlsVerify

/**
 * Whether a session at each of the two may be open at the same time. Many servers refuse a second publisher of the same stream, or
 * end the first for it; a query behind the key makes no other stream. An SRT output that waits or meets holds its local port.
 */
export function canOverlap(a: Place, b: Place): boolean {
  if (holdsItsPort(a.url) || holdsItsPort(b.url)) return false
  const [one, other] = [serverOf(a.url), serverOf(b.url)]
  if (one === null || other === null || stemOf(a.streamKey) !== stemOf(b.streamKey)) return true
  // The same name over another protocol is the same server at another port; another port of the same protocol is another server.
  return one.host !== other.host || (one.scheme === other.scheme && one.port !== other.port)
}

const stemOf = (key: string): string => key.split('?', 1)[0] ?? ''

function holdsItsPort(url: string): boolean {
  const address = readAddress(url)
  return address !== null && holdsLocalPort(address)
}

function serverOf(url: string): { scheme: string; host: string; port: number } | null {
  const address = readAddress(url)
  return address === null || address.host === '' ? null : { scheme: address.scheme, host: address.host, port: portOf(address) }
}
