import { formatAddress, isRtmp, isSrt, readAddress, withSrtSecrets } from '@sluice/base/address'

/** What was taken out of an address before it was kept; '' for what it had not. */
export type AddressSecrets = { passphrase: string; query: string }

/**
 * The address that is called, its secrets back in their places: for the engine alone. A kept address that can't be read stays as it is: the
 * engine reads it the same way, and the output says why.
 */
export function wholeAddress(url: string, { passphrase, query }: AddressSecrets): string {
  const address = readAddress(url)
  if (address === null) return url
  if (isSrt(address)) return formatAddress(withSrtSecrets(address, { streamId: address.srt.streamId, passphrase }))
  return formatAddress(isRtmp(address) && query !== '' ? { ...address, query } : address)
}
