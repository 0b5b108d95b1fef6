import { holdsLocalPort, readAddress } from '@sluice/base/address'

/** Whether `url` needs a port of this machine. Text that is no address needs none: it is refused for what it is. */
export function waitsOrMeets(url: string): boolean {
  const address = readAddress(url)
  return address !== null && holdsLocalPort(address)
}
