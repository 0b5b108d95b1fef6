import { WireError } from '@sluice/base/errors'

/** The only version byte of plain RTMP. Spec: RTMP 1.0 §5.2.2 */
export const rtmpVersion = 3

/** Throws unless `version` is 3. Says what the peer most likely speaks instead, because that is what the operator must change. */
export function checkVersion(version: number): void {
  if (version === rtmpVersion) return
  throw new WireError('RTMP_HANDSHAKE_VERSION', 0, `the first byte is ${version}, not 3: ${likelyProtocol(version)}`)
}

function likelyProtocol(version: number): string {
  if (version === 0x16) return 'this looks like TLS (RTMPS) on a plain RTMP port'
  if (version === 0x15) return 'this looks like a TLS alert: the far end wants RTMPS'
  if (version === 6 || version === 8) return 'this is RTMPE, which is not supported'
  if (version >= 0x41 && version <= 0x5a) return 'this looks like HTTP'
  return 'this is not RTMP'
}
