import type { RtmpProtocol } from '../words/index.ts'
import type { Address, RtmpAddress, WebAddress } from './address.ts'
import { addressError } from './address-error.ts'
import { parseHost } from './host.ts'
import { readSrtQuery, readSrtSettings } from './srt-parameters.ts'

/** Longer than any platform's address with its token. */
const maxAddressChars = 4096

/**
 * Reads `rtmp(s)://[user:password@]host[:port]/app[/...][?query]`, `srt://[host]:port[?name=value&...]` or
 * `http(s)://[user:password@]host[:port]/path[?query]`. It is the only reader of addresses: what it returns is what everybody acts on. Throws
 * PolicyError for text that is no address, and for text that programs read in different ways; the message is one clause without secrets.
 */
export function parseAddress(text: string): Address {
  requirePlainText(text)
  const [head = '', schemeText = ''] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? []
  const scheme = schemeText.toLowerCase()
  if (scheme === '') {
    const expected = 'rtmp://host/app, rtmps://host/app or srt://host:port'
    throw addressError('scheme', `it is not an address: expected ${expected}`, expected)
  }
  const rest = text.slice(head.length)
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const behind = end < 0 ? '' : rest.slice(end)
  if (scheme === 'srt') return parseSrt(authority, behind)
  if (scheme === 'rtmp' || scheme === 'rtmps') return parseRtmp(scheme, authority, behind)
  if (scheme === 'http' || scheme === 'https') return parseWeb(scheme, authority, behind)
  const said = schemeText.length <= 8 ? `the scheme is '${scheme}'` : 'the scheme is something else'
  throw addressError('scheme', `${said}, not rtmp, rtmps or srt`, 'rtmp, rtmps, srt, http or https')
}

/** The address, or null for text that is none. */
export function readAddress(text: string): Address | null {
  try {
    return parseAddress(text)
  } catch {
    return null
  }
}

function requirePlainText(text: string): void {
  if (text.length > maxAddressChars) {
    throw addressError(
      'address',
      `it has ${text.length} characters, the limit is ${maxAddressChars}`,
      `at most ${maxAddressChars} characters`,
    )
  }
  const odd = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}\\]/u.exec(text)
  if (odd === null) return
  const what =
    odd[0] === ' '
      ? 'a space'
      : odd[0] === '\\'
        ? 'a backslash'
        : /\p{Cf}|\p{Cs}|\p{Co}/u.test(odd[0])
          ? 'an invisible character'
          : 'a line break or control character'
  throw addressError('address', `there is ${what} at position ${odd.index + 1}`, 'no spaces, backslashes or control characters')
}

function parseSrt(authority: string, behind: string): Address {
  if (authority.includes('@')) {
    const expected = 'streamid and passphrase as parameters'
    throw addressError('user', `there is a user name or password before the host (\`...@\`); SRT knows ${expected}`, expected)
  }
  const mark = behind.indexOf('?')
  const path = mark < 0 ? behind : behind.slice(0, mark)
  const [hostText, port] = splitPort(authority)
  if (port === null) throw addressError('port', 'there is no port: an SRT address needs one, as in srt://host:9000', 'srt://host:port')
  if (path !== '' && path !== '/') {
    throw addressError('path', 'an SRT address has no path: put the stream id into the stream key field', 'srt://host:port?name=value')
  }
  const query = mark < 0 ? '' : behind.slice(mark + 1)
  requireNoBlank(query)
  const parameters = readSrtQuery(query)
  const srt = readSrtSettings(parameters, hostText !== '')
  const host = hostText === '' ? '' : parseHost(hostText)
  return Object.freeze({ scheme: 'srt', host, port, parameters: Object.freeze(parameters), srt: Object.freeze(srt) })
}

function parseRtmp(scheme: RtmpProtocol, authority: string, behind: string): RtmpAddress {
  const { path, query } = splitPath(behind)
  const parts = path.replace(/^\/+|\/+$/g, '')
  if (/:\/\//.test(parts)) throw addressError('path', 'there is another address inside of the path', 'one address')
  if (/(^|\/)\.{1,2}(\/|$)/.test(parts)) throw addressError('path', "the path has a part '.' or '..'", 'a path without dot parts')
  if (/%(?![0-9a-f]{2})/i.test(parts)) {
    throw addressError('path', "the path has a '%' without two hex digits behind it: write %25 for a percent sign", 'percent signs as %25')
  }
  return Object.freeze({ scheme, ...parsePlace(authority), path: parts, query })
}

/** Path and query are written as the URL standard has them: that is how they are asked for. */
function parseWeb(scheme: 'http' | 'https', authority: string, behind: string): WebAddress {
  const { path, query } = splitPath(behind)
  const place = parsePlace(authority)
  const url = new URL(`${scheme}://host${path === '' ? '/' : path}${query === '' ? '' : `?${query}`}`)
  return Object.freeze({ scheme, ...place, path: url.pathname, query: url.search.slice(1) })
}

function splitPath(behind: string): { path: string; query: string } {
  if (behind.includes('#')) throw addressError('address', "there is a '#' in it: what follows would never be sent", "no '#'")
  requireNoBlank(behind)
  if (/%(0[0-9a-f]|1[0-9a-f]|7f)/i.test(behind)) {
    throw addressError('path', 'there is a percent-encoded control character behind the host', 'no control characters')
  }
  const mark = behind.indexOf('?')
  return mark < 0 ? { path: behind, query: '' } : { path: behind.slice(0, mark), query: behind.slice(mark + 1) }
}

/** A part in braces that the operator was to replace. */
function requireNoBlank(text: string): void {
  const blank = /\{[^}]*\}?/.exec(text)?.[0]
  if (blank === undefined) return
  const said = /^\{[a-z _-]{1,24}\}$/i.test(blank) ? blank : 'a part in braces'
  throw addressError('path', `${said} is a placeholder: put the platform's own value there`, 'an address without braces')
}

function parsePlace(authority: string): Pick<RtmpAddress, 'user' | 'password' | 'host' | 'port'> {
  const at = authority.lastIndexOf('@')
  const [hostText, port] = splitPort(authority.slice(at + 1))
  const login = at < 0 ? { user: null, password: null } : parseLogin(authority.slice(0, at))
  return { ...login, host: parseHost(hostText), port }
}

function parseLogin(text: string): { user: string; password: string } {
  const expected = 'user:password@ with %40 for an @ and %25 for a percent sign in it'
  if (text.includes('@')) throw addressError('user', `there is more than one '@' before the host: write ${expected}`, expected)
  const at = text.indexOf(':')
  const [user, password] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  if (user === '') throw addressError('user', `there is an '@' and no user name before it: write ${expected}`, expected)
  return { user: decodeLogin(user, expected), password: decodeLogin(password, expected) }
}

function decodeLogin(text: string, expected: string): string {
  let decoded: string | null = null
  try {
    decoded = decodeURIComponent(text)
  } catch {}
  if (decoded !== null && !/\p{Cc}/u.test(decoded)) return decoded
  throw addressError('user', `user name or password has a character that cannot be read: write ${expected}`, expected)
}

function splitPort(text: string): [host: string, port: number | null] {
  const [, host = '', portText] = /^(\[[^\]]*\]?|[^:]*)(?::(.*))?$/.exec(text) ?? [text, text]
  if (portText === undefined) return [host, null]
  const port = /^[1-9][0-9]{0,4}$/.test(portText) ? Number(portText) : 0
  if (port >= 1 && port <= 65_535) return [host, port]
  const found = /^[0-9]{0,8}$/.test(portText) ? `'${portText}'` : 'something else'
  throw addressError('port', `the port is ${found}, not a number 1..65535`, 'a number 1..65535')
}
