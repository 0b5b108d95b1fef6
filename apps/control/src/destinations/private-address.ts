import { isPrivateAddress } from '@sluice/base/address'

/** Whether a literal address, or a name that always means this machine, must not be reached. Other names are judged at connect. */
export function isPrivateTarget(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare.endsWith('.localhost') || isPrivateAddress(bare)
}
