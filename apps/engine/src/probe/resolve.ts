import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isPrivateAddress } from '@sluice/base/address'
import type { ProbeStep } from '@sluice/contract/link'
import { adviceFor } from '@sluice/media/output'
import { refuseLiteral } from '../targets/index.ts'
import { failed, passed } from './steps.ts'

/** What a host name means, and whether outputs may go there. `host` is without brackets. */
export async function probeName(host: string, allowPrivate: boolean): Promise<ProbeStep> {
  const refused = refuseLiteral(host, allowPrivate)
  if (refused !== null) return failed('dns', refused.message, 'Use a public address, or ask the administrator to allow private targets.')
  if (isIP(host) !== 0) return passed('dns', `${host} is an IP address: there is no name to look up`)
  try {
    const found = (await lookup(host, { all: true })).map((entry) => entry.address)
    const open = allowPrivate ? found : found.filter((address) => !isPrivateAddress(address))
    if (open.length > 0) return passed('dns', `${host} is ${listOf(open)}`)
    return failed(
      'dns',
      `${host} resolves to private addresses only`,
      'Use a public host, or ask the administrator to allow private targets.',
    )
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return failed('dns', `${host} does not resolve (${code})`, adviceFor('dns'))
  }
}

const shownAddresses = 3
const listOf = (addresses: readonly string[]): string =>
  addresses.slice(0, shownAddresses).join(', ') +
  (addresses.length > shownAddresses ? ` and ${addresses.length - shownAddresses} more` : '')
