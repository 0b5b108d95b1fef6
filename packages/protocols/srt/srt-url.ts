import { isSrt, parseAddress, type SrtAddressMode, type SrtSettings } from '@sluice/base/address'
import { PolicyError } from '@sluice/base/errors'

/** What an `srt://` URL says. `host` is '' for a listener on all addresses. */
export type SrtUrl = SrtSettings & { host: string; port: number; mode: SrtAddressMode }

/**
 * Reads `srt://host:port?mode=&streamid=&passphrase=&latency=&pbkeylen=...` as `parseAddress` does; `latency` in milliseconds (ffmpeg alone
 * takes microseconds). Throws PolicyError, whose message never holds a stream id or a passphrase.
 */
export function parseSrtUrl(text: string): SrtUrl {
  const address = parseAddress(text)
  if (isSrt(address)) return { host: address.host, port: address.port ?? 0, ...address.srt }
  throw new PolicyError('SRT_URL', 'url', 'srt://host:port?name=value', `the URL begins with ${address.scheme}://, not srt://`)
}
