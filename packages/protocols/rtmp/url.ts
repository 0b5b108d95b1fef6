import { PolicyError } from '@sluice/base/errors'

/** An RTMP server's address taken apart. `app` keeps its query and instance byte for byte; `tcUrl` has no user and no password. */
export type RtmpUrl = {
  isTls: boolean
  /** A name or an address; IPv6 without brackets. */
  host: string
  port: number
  app: string
  tcUrl: string
  /** For servers that ask by Adobe's or Limelight's authmod; percent-decoded. */
  user: string | null
  password: string | null
}

const defaultPort = { rtmp: 1935, rtmps: 443 } as const
const form = /^(rtmps?):\/\/(?:([^@/?#]*)@)?(\[[0-9a-fA-F:.]+\]|[^:/?#\s@[\]]+)(?::(\d{1,5}))?(?:\/(\S*))?$/i

/**
 * Takes apart `rtmp(s)://[user:password@]host[:port]/app`. The app is all after the host, its slashes at the ends left out: the
 * key is not part of the URL. Throws PolicyError with the reason; the message repeats nothing of the URL, which may hold a key.
 */
export function parseRtmpUrl(url: string): RtmpUrl {
  const match = form.exec(url)
  if (match === null) {
    throw new PolicyError('RTMP_URL', 'url', 'rtmp://host/app or rtmps://host/app', 'the URL is not of the form rtmp(s)://host[:port]/app')
  }
  const scheme = match[1]!.toLowerCase() as 'rtmp' | 'rtmps'
  const port = match[4] === undefined ? defaultPort[scheme] : Number(match[4])
  if (port < 1 || port > 65535)
    throw new PolicyError('RTMP_URL', 'url', 'a port from 1 to 65535', `the URL's port is ${port}, not 1 to 65535`)
  const app = (match[5] ?? '').replace(/^\/+|\/+$/g, '')
  const hostAndPort = match[4] === undefined ? match[3]! : `${match[3]}:${match[4]}`
  const [user, password] = readUserInfo(match[2])
  return {
    isTls: scheme === 'rtmps',
    host: match[3]!.replace(/^\[|\]$/g, ''),
    port,
    app,
    tcUrl: `${scheme}://${hostAndPort}/${app}`,
    user,
    password,
  }
}

/**
 * Takes apart `rtmp(s)://[user:password@]host[:port]/app[/instance]/stream[?query]`, the address of one stream to play: the last part of the path
 * is its name, which goes to the server byte for byte with its query. Throws PolicyError; the message repeats nothing of the URL.
 */
export function parsePlayUrl(url: string): { url: string; streamKey: string } {
  const [base = '', query] = url.split(/\?(.*)/s)
  const path = parseRtmpUrl(base).app
  const slash = path.lastIndexOf('/')
  if (slash < 1) {
    const expected = 'rtmp(s)://host[:port]/app/stream'
    throw new PolicyError('RTMP_PLAY_URL', 'url', expected, `the URL names no stream behind the application, ${expected} expected`)
  }
  const streamKey = path.slice(slash + 1) + (query === undefined ? '' : `?${query}`)
  checkStreamKey(streamKey)
  const whole = base.replace(/\/+$/, '')
  return { url: whole.slice(0, whole.lastIndexOf('/')), streamKey }
}

function readUserInfo(text: string | undefined): [string | null, string | null] {
  if (text === undefined || text === '') return [null, null]
  const at = text.indexOf(':')
  const [user, password] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  return [percentDecoded(user), percentDecoded(password)]
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a lone percent sign is meant as it stands
  }
}

/**
 * Throws PolicyError unless `streamKey` can be sent as it is: white space and control characters are paste accidents and no
 * platform's keys hold them. Percent signs, a query and all else stay byte for byte. An empty key is allowed: the app may hold it.
 */
export function checkStreamKey(streamKey: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/[\s\u0000-\u001f\u007f]/.test(streamKey)) return
  throw new PolicyError('RTMP_STREAM_KEY', 'streamKey', 'no white space', 'the stream key holds white space or a control character')
}
