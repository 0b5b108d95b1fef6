import { formatAddress, formatPlace, isRtmp, parseAddress, portOf, type RtmpAddress } from '@sluice/base/address'
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

/**
 * Takes apart `rtmp(s)://[user:password@]host[:port]/app` as `parseAddress` does. The app is all after the host, its slashes at the ends left
 * out: the key is not part of the URL. Throws PolicyError with the reason; the message repeats nothing of the URL, which may hold a key.
 */
export const parseRtmpUrl = (url: string): RtmpUrl => urlOf(readRtmp(url))

function urlOf(address: RtmpAddress): RtmpUrl {
  const app = address.path + (address.query === '' ? '' : `?${address.query}`)
  const { host, user, password } = address
  const port = portOf(address)
  return { isTls: address.scheme === 'rtmps', host, port, app, tcUrl: `${formatPlace(address)}/${app}`, user, password }
}

function readRtmp(url: string): RtmpAddress {
  const address = parseAddress(url)
  if (isRtmp(address)) return address
  throw new PolicyError('RTMP_URL', 'url', 'rtmp://host/app or rtmps://host/app', 'the URL is not of the form rtmp(s)://host[:port]/app')
}

/**
 * Takes apart `rtmp(s)://[user:password@]host[:port]/app[/instance]/stream[?query]`, the address of one stream to play: the last part of the path
 * is its name, which goes to the server byte for byte with its query. Throws PolicyError; the message repeats nothing of the URL.
 */
export function parsePlayUrl(url: string): { url: string; streamKey: string } {
  const address = readRtmp(url)
  const slash = address.path.lastIndexOf('/')
  if (slash < 1) {
    const expected = 'rtmp(s)://host[:port]/app/stream'
    throw new PolicyError('RTMP_PLAY_URL', 'url', expected, `the URL names no stream behind the application, ${expected} expected`)
  }
  const streamKey = address.path.slice(slash + 1) + (address.query === '' ? '' : `?${address.query}`)
  checkStreamKey(streamKey)
  return { url: formatAddress({ ...address, path: address.path.slice(0, slash), query: '' }), streamKey }
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
