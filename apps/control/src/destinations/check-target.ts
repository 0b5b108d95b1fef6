import {
  type Address,
  formatPublicAddress,
  isPlainQuery,
  isPrivateHost,
  isRtmp,
  isSrt,
  type RtmpAddress,
  type SrtAddress,
} from '@sluice/base/address'
import type { ProblemCode } from '@sluice/contract/errors'
import { readOrRefuse } from './read-or-refuse.ts'

/** What an operator typed. */
export type TargetInput = { url: string; streamKey: string }
/** What is kept: the address without anything secret, and the secrets apart. `query`: of an RTMP application, where it may hold a token. */
export type Target = { url: string; streamKey: string; passphrase: string | null; query: string | null }
export type TargetRefusal = { code: ProblemCode; field: 'url' | 'streamKey'; message: string }

const refuse = (problem: string): TargetRefusal => ({
  code: 'DESTINATION_URL',
  field: 'url',
  message: `The address cannot work: ${problem}.`,
})

/**
 * Refuses what cannot work or must not be reached, before it is kept, and takes secrets out of pasted addresses: RTMP's last path part when
 * no key is given or when it is the key, a query with a token in it, SRT's `streamid` and `passphrase`. Names are judged again by the engine
 * when it connects.
 */
export function checkTarget(input: TargetInput, allowPrivateTargets: boolean): Target | TargetRefusal {
  const address = readOrRefuse(input.url)
  if ('problem' in address) return refuse(address.problem)
  const target = isSrt(address)
    ? splitSrt(address, input.streamKey)
    : isRtmp(address)
      ? splitRtmp(address, input.streamKey)
      : refuseWeb(address)
  if ('code' in target) return target
  const privateHost = privateHostOf(address, allowPrivateTargets)
  if (privateHost !== null) return privateHost
  const keyProblem = wrongKey(target.streamKey, address.scheme)
  return keyProblem === null ? target : { code: 'DESTINATION_KEY', field: 'streamKey', message: keyProblem }
}

/** A listener's host is an address of this machine to wait at, and nothing that is reached. */
function privateHostOf(address: Address, allowPrivateTargets: boolean): TargetRefusal | null {
  if (allowPrivateTargets || (isSrt(address) && address.srt.mode === 'listener') || !isPrivateHost(address.host)) return null
  const message = `${address.host} is an address on this machine or a private network. To allow these, start Sluice with --allow-private-targets.`
  return { code: 'DESTINATION_PRIVATE', field: 'url', message }
}

const refuseWeb = ({ scheme }: Address): TargetRefusal =>
  refuse(`the scheme is '${scheme}', not rtmp, rtmps or srt: use the platform's RTMP server address, not that of its web page`)

function splitRtmp(address: RtmpAddress, streamKey: string): Target | TargetRefusal {
  if (address.user !== null)
    return refuse('there is a user name or password before the host (`...@`): put the key into the stream key field')
  if (address.path === '') return refuse(`there is no application after the host, as in ${address.scheme}://host/live`)
  const parts = address.path.split('/')
  const last = parts.at(-1) ?? ''
  const holdsKey = parts.length > 1 && (streamKey === '' || isSameKey(last, streamKey))
  const path = holdsKey ? parts.slice(0, -1).join('/') : address.path
  if (/@|%40/.test(path)) return refuse("there is an '@' in the application: an RTMP address is rtmp://host/app")
  if (holdsKey && streamKey === '') {
    const key = address.query === '' ? last : `${last}?${address.query}`
    return { url: formatPublicAddress({ ...address, path, query: '' }), streamKey: key, passphrase: null, query: null }
  }
  if (streamKey.length >= minKeyChars && path.includes(stemOf(streamKey)) && stemOf(streamKey).length >= minKeyChars)
    return refuse('it contains the stream key too: leave the key out of the address')
  const isOpen = isPlainQuery(address.query)
  // The query behind a repeated key is the key's own.
  const query = isOpen || (holdsKey && streamKey.endsWith(`?${address.query}`)) ? null : address.query
  return { url: formatPublicAddress({ ...address, path }), streamKey, passphrase: null, query }
}

/** Shorter ones may be a word of the path by chance. */
const minKeyChars = 8
const stemOf = (key: string): string => key.split('?', 1)[0] ?? ''
const isSameKey = (part: string, key: string): boolean => part === stemOf(key) || decoded(part) === decoded(stemOf(key))

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `streamid` and `passphrase` are secrets: they leave the address. */
function splitSrt(address: SrtAddress, streamKey: string): Target {
  const { streamId, passphrase = null } = address.srt
  return { url: formatPublicAddress(address), streamKey: streamKey === '' ? streamId : streamKey, passphrase, query: null }
}

/** One sentence, or null. The key itself is never in it. */
function wrongKey(key: string, scheme: Address['scheme']): string | null {
  if (key === '') return scheme === 'srt' ? null : 'There is no stream key: copy it from the platform.'
  const odd = /[\s\p{Cc}]/u.exec(key)
  if (odd !== null)
    return `The stream key has a space or line break at position ${odd.index + 1} of ${key.length}: copy it again without it.`
  if (/^(rtmps?|srt|https?):\/\//i.test(key)) return 'The stream key is an address: put the server into the address field and the key here.'
  return null
}

/** The last characters of a key, to tell keys apart; null when so short that they would give it away. */
export const keyHint = (key: string): string | null => (key.length >= 12 ? key.slice(-4) : null)
