import { type Address, isPrivateAddress, isRtmp, isSrt, parseAddress } from '@sluice/base/address'
import { type Failure, SluiceError } from '@sluice/base/errors'
import { refuseLiteral } from '@sluice/base/targets'

/** Why nothing may be called at `url`, or null. A name in it is judged when it is looked up. */
export function refuseTarget(url: string, allowPrivate: boolean): Failure | null {
  const address = addressOf(url)
  if ('kind' in address) return address
  if (!isSrt(address) && !isRtmp(address)) {
    return { kind: 'handshake', code: 'OUTPUT_SCHEME', message: `the URL's scheme is '${address.scheme}', not rtmp, rtmps or srt` }
  }
  // A listener's host is an address of this machine to wait at, and nothing that is reached.
  if (isSrt(address) && address.srt.mode === 'listener') return null
  const refused = refuseLiteral(address.host, allowPrivate)
  return refused === null ? null : { kind: 'tcp', code: refused.code, message: refused.message }
}

/** The address, or the failure of an output or input whose address can't be read. */
export function addressOf(url: string): Address | Failure {
  try {
    return parseAddress(url)
  } catch (error) {
    if (error instanceof SluiceError) return { kind: 'handshake', code: error.code, message: `the address cannot work: ${error.message}` }
    throw error
  }
}

/** For sockets that ask with the address that a name led to. */
export const isPublicAddress = (address: string): boolean => !isPrivateAddress(address)
