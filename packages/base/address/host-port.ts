import { parseIpAddress } from './ip-address.ts'
import { ipv4Of } from './plain-address.ts'

/** A host and its port as they stand in a Host header or before a URL's path; `port` is null where none is named. */
export type HostPort = { readonly host: string; readonly port: number | null }

const maxHostChars = 253
const maxPort = 65_535
const form = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)\.?)(?::(\d{1,5}))?$/i

/**
 * Reads `name`, `name:8080`, `192.0.2.1:8080` or `[2001:db8::1]:8080`. The host comes out in small letters, without the dot of the root
 * and without brackets. Null: it is none of these, or the port is over 65535. Spec: RFC 9110 §7.2, RFC 3986 §3.2.2
 */
export function parseHostPort(text: string): HostPort | null {
  const [, literal, name, port] = form.exec(text) ?? []
  const host = (literal ?? name ?? '').toLowerCase()
  if (host === '' || host.length > maxHostChars || host.includes('..')) return null
  if (literal !== undefined && parseIpAddress(literal)?.length !== 16) return null
  const number = port === undefined ? null : Number(port)
  return number !== null && number > maxPort ? null : { host, port: number }
}

/** What two spellings of one host have in common: `::FFFF:127.0.0.1` is `127.0.0.1`, `A.example.` is `a.example`. */
export function hostKey(host: string): string {
  const bytes = parseIpAddress(host)
  if (bytes === null) return host.toLowerCase().replace(/\.$/, '')
  return (ipv4Of(bytes) ?? bytes).join('.')
}

/** Whether a host is this machine to itself, whatever a name server says. Spec: RFC 6761 §6.3 */
export function isLoopbackHost(host: string): boolean {
  const bytes = parseIpAddress(host)
  if (bytes === null) return /^(?:[a-z0-9_-]+\.)*localhost\.?$/i.test(host)
  const v4 = ipv4Of(bytes)
  return v4 === null ? bytes.every((byte, i) => byte === (i === 15 ? 1 : 0)) : v4[0] === 127
}

/** A host as it stands in a URL: IPv6 in brackets. */
export const hostInUrl = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
