import { formatAddress, isRtmp, isSrt, parseAddress } from '@sluice/base/address'
import { PolicyError } from '@sluice/base/errors'

/** A source's address taken apart: `url` without user and password, which go into a header. */
export type HlsUrl = { readonly url: string; readonly host: string; readonly authorization: string | null }

const expected = 'http(s)://[user:password@]host[:port]/path'

/** Reads the address as `parseAddress` does. Throws PolicyError; the message repeats nothing of the address, which may hold a token. */
export function parseHlsUrl(text: string): HlsUrl {
  const address = parseAddress(text)
  if (isSrt(address) || isRtmp(address)) throw new PolicyError('HLS_URL', 'url', expected, `the URL is not of the form ${expected}`)
  const { user, password, host } = address
  const authorization = user === null ? null : `Basic ${base64(`${user}:${password ?? ''}`)}`
  return { url: formatAddress({ ...address, user: null, password: null }), host, authorization }
}

/** `reference` as it stands in what came from `base`: null when it is no web address. User and password in it are left out. */
export function resolveHlsUrl(reference: string, base: string): string | null {
  if (!URL.canParse(reference, base)) return null
  const url = new URL(reference, base)
  if (!isWebUrl(url)) return null
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

const isWebUrl = (url: URL): boolean => (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== ''

/** Of the text's UTF-8 bytes. Spec: RFC 7617 §2.1 */
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
