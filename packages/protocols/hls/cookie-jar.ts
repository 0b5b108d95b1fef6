import { BoundedMap } from '@sluice/base/bounded'

/** More than any origin or edge of a CDN sets: a token or two. */
const maxCookies = 64
/** Name, value and path of one. Spec: RFC 6265 §6.1 */
const maxCookieBytes = 4096
/** All that goes with one request: servers take 8 KiB of header. */
const maxHeaderBytes = 7000
/** `Set-Cookie` lines that are looked at in one answer. */
const maxLines = 32

type Cookie = { readonly name: string; readonly value: string; readonly path: string; readonly isSecure: boolean; readonly endsMs: number }

/**
 * The cookies of one pull, for as long as it lasts. Each goes back to the very host that set it and to no other, also where it names a whole domain:
 * tokens of an origin are none of its neighbours' business. Pure: addresses, header lines and the time (since 1970) in. Spec: RFC 6265 §5
 */
export class CookieJar {
  readonly #cookies = new BoundedMap<string, Cookie & { readonly host: string }>({ maxCount: maxCookies, whenFull: 'forget-oldest' })

  /** Takes the `Set-Cookie` lines of an answer from `url`. What is no cookie, is too large or is not for this host is passed over. */
  put(url: URL, lines: readonly string[], wallMs: number): void {
    for (const line of lines.slice(0, maxLines)) {
      const cookie = parseSetCookie(url, line, wallMs)
      if (cookie === null) continue
      const key = `${url.hostname} ${cookie.path} ${cookie.name}`
      if (cookie.endsMs <= wallMs) this.#cookies.delete(key)
      else this.#cookies.set(key, { ...cookie, host: url.hostname })
    }
  }

  /** The value of `Cookie` for a request to `url`, longest paths first; null: there is none for it. */
  header(url: URL, wallMs: number): string | null {
    const fitting = [...this.#cookies.values()].filter(
      ({ host, path, isSecure, endsMs }) =>
        host === url.hostname && isPathWithin(url.pathname, path) && (!isSecure || url.protocol === 'https:') && endsMs > wallMs,
    )
    let header = ''
    for (const { name, value } of fitting.sort((a, b) => b.path.length - a.path.length)) {
      const next = `${header === '' ? '' : '; '}${name}=${value}`
      if (header.length + next.length > maxHeaderBytes) break
      header += next
    }
    return header === '' ? null : header
  }
}

/** Characters that a header field may hold; what else is in a cookie would be refused on its way back. Spec: RFC 9110 §5.5 */
const sendable = /^[\x20-\x7e]*$/

function parseSetCookie(url: URL, line: string, wallMs: number): Cookie | null {
  if (line.length > maxCookieBytes || !sendable.test(line)) return null
  const [pair = '', ...rest] = line.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, Math.max(0, equals)).trim()
  if (name === '') return null
  const attributes = new Map(rest.map(parseAttribute))
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase()
  if (domain !== '' && domain !== url.hostname && !url.hostname.endsWith(`.${domain}`)) return null
  const isSecure = attributes.has('secure')
  if (isSecure && url.protocol !== 'https:') return null
  const path = attributes.get('path') ?? ''
  return {
    name,
    value: pair.slice(equals + 1).trim(),
    path: path.startsWith('/') ? path : defaultPath(url.pathname),
    isSecure,
    endsMs: endOf(attributes.get('max-age'), attributes.get('expires'), wallMs),
  }
}

function parseAttribute(text: string): [name: string, value: string] {
  const equals = text.indexOf('=')
  return equals < 0 ? [text.trim().toLowerCase(), ''] : [text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1).trim()]
}

/** `Max-Age` wins over `Expires`; without either it lasts as long as the pull. Spec: RFC 6265 §5.3 */
function endOf(maxAge: string | undefined, expires: string | undefined, wallMs: number): number {
  if (maxAge !== undefined && /^-?\d{1,12}$/.test(maxAge)) return wallMs + Number(maxAge) * 1000
  const at = expires === undefined ? Number.NaN : Date.parse(expires)
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at
}

/** The folder of what was asked for. Spec: RFC 6265 §5.1.4 */
const defaultPath = (pathname: string): string => pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')))

/** Spec: RFC 6265 §5.1.4 */
const isPathWithin = (pathname: string, path: string): boolean =>
  pathname === path || (pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/'))
