import { BlockList, isIPv6 } from 'node:net'
import { parseIpAddress } from '@sluice/base/address'
import { PolicyError } from '@sluice/base/errors'

/** What a list of proxies may name besides addresses: the same words as control's own port takes. */
const namedNetworks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** Reverse proxies and CDNs whose X-Forwarded-For is believed. Throws PolicyError for a list that it can't read. */
export class TrustedProxies {
  readonly #list = new BlockList()

  constructor(text: string) {
    const entries = text.split(',').map((entry) => entry.trim())
    for (const entry of entries.flatMap((name) => namedNetworks[name] ?? [name])) if (entry !== '') this.#add(entry)
  }

  has(address: string): boolean {
    const plain = plainAddress(address)
    return plain !== null && this.#list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
  }

  /**
   * The address of whoever asked: the socket's, or as far back along X-Forwarded-For as each one before is a trusted proxy.
   * What no trusted proxy wrote is not looked at.
   */
  clientOf(socketAddress: string, forwardedFor: string | undefined): string {
    let address = socketAddress
    for (const hop of forwardedFor?.split(',').reverse() ?? []) {
      const named = plainAddress(hop.trim())
      if (named === null || !this.has(address)) break
      address = named
    }
    return address
  }

  #add(entry: string): void {
    const [address = '', bits, ...rest] = entry.split('/')
    const plain = plainAddress(address)
    const max = plain !== null && isIPv6(plain) ? 128 : 32
    const prefix = bits === undefined ? max : Number(bits)
    if (plain === null || rest.length > 0 || !/^[0-9]{1,3}$/.test(bits ?? '0') || prefix > max) {
      const expected = 'addresses or networks with commas between, or `loopback`'
      throw new PolicyError(
        'SETTING_VALUE',
        'SLUICE_TRUSTED_PROXIES',
        expected,
        `SLUICE_TRUSTED_PROXIES has '${entry.slice(0, 60)}', not ${expected}`,
      )
    }
    this.#list.addSubnet(plain, prefix, isIPv6(plain) ? 'ipv6' : 'ipv4')
  }
}

/** An address in one spelling: no brackets, no zone, IPv4 inside IPv6 as IPv4. Null: it is none. */
function plainAddress(text: string): string | null {
  const bytes = parseIpAddress(text)
  if (bytes === null) return null
  if (bytes.length === 4) return bytes.join('.')
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return isMapped ? bytes.slice(12).join('.') : groupsOf(bytes).join(':')
}

const groupsOf = (bytes: readonly number[]): string[] =>
  Array.from({ length: bytes.length / 2 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16))
