import { type Address, isRtmp, isSrt, type SrtAddress } from './address.ts'
import { parseAddress } from './parse-address.ts'

/** The whole address as text, secrets in it: for the engine and for nobody else. It reads back to the same object. */
export function formatAddress(address: Address): string {
  if (isSrt(address)) return `${formatPlace(address)}${formatQuery(formatParameters(address.parameters))}`
  const login = address.user === null ? '' : `${encodeURIComponent(address.user)}:${encodeURIComponent(address.password ?? '')}@`
  const path = isRtmp(address) ? (address.path === '' ? '' : `/${address.path}`) : address.path
  return `${formatPlace(address, login)}${path}${formatQuery(address.query)}`
}

/** Scheme, host and port: enough for a log line or a sentence, and never a secret. */
export const formatPlace = ({ scheme, host, port }: Pick<Address, 'scheme' | 'host' | 'port'>, login = ''): string =>
  `${scheme}://${login}${host.includes(':') ? `[${host}]` : host}${port === null ? '' : `:${port}`}`

/** The same address with other SRT secrets in it; '' or null takes one out. */
export function withSrtSecrets(address: SrtAddress, secrets: { streamId: string; passphrase: string | null }): SrtAddress {
  const { streamid: _, passphrase: __, ...others } = address.parameters
  const parameters = {
    ...others,
    ...(secrets.streamId === '' ? {} : { streamid: secrets.streamId }),
    ...(secrets.passphrase === null || secrets.passphrase === '' ? {} : { passphrase: secrets.passphrase }),
  }
  return parseAddress(`${formatPlace(address)}${formatQuery(formatParameters(parameters))}`) as SrtAddress
}

/** A pair that no secret looks like, as in YouTube's `backup=1`. */
const isPlainPair = (pair: string): boolean => /^[a-z_]{1,16}=([0-9]{1,3}|true|false)$/i.test(pair)

/** Whether a query may be shown: all of it is switches and small numbers. */
export const isPlainQuery = (query: string): boolean => query.split('&').every((pair) => pair === '' || isPlainPair(pair))

/**
 * The address as it may be shown and kept in the clear: no user, password, stream id or passphrase, no query that could hold a token, no part
 * of a web path with one in it. Streams and keys in an RTMP path are taken out by those who know which part they are.
 */
export function formatPublicAddress(address: Address): string {
  if (isSrt(address)) return formatAddress(withSrtSecrets(address, { streamId: '', passphrase: null }))
  if (isRtmp(address))
    return formatAddress({ ...address, user: null, password: null, query: isPlainQuery(address.query) ? address.query : '' })
  const path = address.path
    .split('/')
    .map((part) => (/[=;~@]|%3d|%3b/i.test(part) ? '...' : part))
    .join('/')
  return formatAddress({ ...address, user: null, password: null, path, query: '' })
}

const formatQuery = (query: string): string => (query === '' ? '' : `?${query}`)

const formatParameters = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
