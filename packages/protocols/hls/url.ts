import { PolicyError } from '@sluice/base/errors'

/** A source's address taken apart: `url` without user and password, which go into a header. */
export type HlsUrl = { readonly url: string; readonly host: string; readonly authorization: string | null }

const expected = 'http(s)://[user:password@]host[:port]/path'

/** Throws PolicyError; the message repeats nothing of the address, which may hold a token. */
export function parseHlsUrl(text: string): HlsUrl {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !isWebUrl(url)) throw new PolicyError('HLS_URL', 'url', expected, `the URL is not of the form ${expected}`)
  const { username, password } = url
  url.username = ''
  url.password = ''
  url.hash = ''
  const isAnonymous = username === '' && password === ''
  const authorization = isAnonymous ? null : `Basic ${base64(`${decoded(username)}:${decoded(password)}`)}`
  return { url: url.href, host: url.hostname, authorization }
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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a lone percent sign is meant as it stands
  }
}

/** Of the text's UTF-8 bytes. Spec: RFC 7617 §2.1 */
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
