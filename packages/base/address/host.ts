import { addressError } from './address-error.ts'
import { parseIpAddress } from './ip-address.ts'

const maxHostChars = 253
const isLabel = (label: string): boolean => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)

/**
 * The one form of a host: a name in ASCII (punycode) and lower case, IPv4 in four decimal parts, or IPv6 in its short form without brackets.
 * Throws PolicyError for forms that programs read in different ways: IPv4 as one number, in hex or octal or with parts left out, IPv4 inside
 * of IPv6, zones, a dot at the end, full-width letters and dots.
 */
export function parseHost(text: string): string {
  if (text.startsWith('[')) return parseIpv6Host(text)
  if (text === '') throw addressError('host', 'there is no host', 'a host name or an IP address')
  if (/[{}]/.test(text)) {
    const blank = /^[a-z0-9.{} _-]{1,80}$/i.test(text) ? `the host '${text}' has` : 'the host has'
    throw addressError('host', `${blank} a placeholder: put the platform's own value there`, 'a host name')
  }
  const odd = /[^a-z0-9._\-\u0080-\u{10ffff}]/iu.exec(text)
  if (odd !== null) throw addressError('host', `the host has the character '${odd[0]}'`, 'letters, digits, dots and hyphens')
  if (text.endsWith('.')) throw addressError('host', 'the host has a dot at its end', 'a host without a dot at its end')
  const ascii = text.split('.').map(parseLabel).join('.')
  if (/^(0x[0-9a-f]*|[0-9]+)$/.test(ascii.split('.').at(-1) ?? '')) return requireIpv4(ascii)
  const isReadAlike = URL.canParse(`http://${ascii}/`) && new URL(`http://${ascii}/`).hostname === ascii
  if (ascii.length <= maxHostChars && ascii.split('.').every(isLabel) && isReadAlike) return ascii
  throw addressError(
    'host',
    "the host has a part that is empty, over 63 characters, begins or ends with '-', or is no xn-- name",
    'a host name',
  )
}

/** One part of a name in ASCII. Characters that stand for plain letters, digits or dots are refused: other programs see another name. */
function parseLabel(label: string): string {
  if (/^[\u0020-\u007e]*$/.test(label)) return label.toLowerCase()
  const url = URL.canParse(`http://${label}/`) ? new URL(`http://${label}/`) : null
  if (url !== null && /^xn--[a-z0-9-]+$/.test(url.hostname)) return url.hostname
  const expected = 'a name in letters of one kind, or its xn-- form'
  throw addressError('host', 'the host has letters, digits or dots that only look like plain ones, or that no name can have', expected)
}

function requireIpv4(text: string): string {
  const isPlain = text.split('.').every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part))
  if (isPlain && parseIpAddress(text) !== null) return text
  const expected = 'four decimal numbers from 0 to 255, as in 203.0.113.7'
  throw addressError('host', `the host is not a name or address: a number at its end means IPv4, written as ${expected}`, expected)
}

function parseIpv6Host(text: string): string {
  const bytes = /^\[[0-9a-f:.]+\]$/i.test(text) ? parseIpAddress(text) : null
  if (bytes === null || bytes.length !== 16) {
    const why = text.includes('%') ? 'has a zone, which is valid on one machine only' : 'is not an IPv6 address'
    throw addressError('host', `the part in brackets ${why}`, 'an IPv6 address, as in [2001:db8::7]')
  }
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (isMapped) throw addressError('host', 'the host is an IPv4 address written as IPv6', 'the IPv4 address itself, as in 203.0.113.7')
  return new URL(`http://${text}/`).hostname.slice(1, -1)
}
