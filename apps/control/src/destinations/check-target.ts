import type { ProblemCode } from '@sluice/contract/errors'
import { isPrivateTarget } from './private-address.ts'
import { isSrtListener, srtParameter } from './srt-query.ts'
import { formatTargetUrl, parseTargetUrl, type TargetUrl } from './target-url.ts'

/** What an operator typed. */
export type TargetInput = { url: string; streamKey: string }
/** What is kept: the address without anything secret, and the secrets apart. */
export type Target = { url: string; streamKey: string; passphrase: string | null }
export type TargetRefusal = { code: ProblemCode; field: 'url' | 'streamKey'; message: string }

/** An SRT address that waits or meets instead of calling: the stream then needs a port of this machine. */
export function holdsLocalPort(url: string): boolean {
  const parsed = parseTargetUrl(url)
  return !('problem' in parsed) && parsed.scheme === 'srt' && (isSrtListener(parsed) || srtParameter(parsed.query, 'mode') === 'rendezvous')
}

const passphraseLength = { min: 10, max: 79 }

/**
 * Refuses what cannot work or must not be reached, before it is kept, and takes keys out of pasted addresses: RTMP's last path
 * part when no key is given, SRT's `streamid` and `passphrase`. Names are judged again by the engine when it connects.
 */
export function checkTarget(input: TargetInput, allowPrivateTargets: boolean): Target | TargetRefusal {
  const parsed = parseTargetUrl(input.url)
  if ('problem' in parsed) return { code: 'DESTINATION_URL', field: 'url', message: `The address cannot work: ${parsed.problem}.` }
  // A listener's host is an address of this machine to wait at, and nothing that is reached.
  const isListener = parsed.scheme === 'srt' && isSrtListener(parsed)
  if (!allowPrivateTargets && !isListener && isPrivateTarget(parsed.host)) {
    const message = `${parsed.host} is an address inside this machine or a private network.`
    return { code: 'DESTINATION_PRIVATE', field: 'url', message }
  }
  const target = parsed.scheme === 'srt' ? splitSrt(parsed, input.streamKey) : splitRtmp(parsed, input.streamKey)
  if ('code' in target) return target
  const keyProblem = wrongKey(target.streamKey, parsed.scheme)
  return keyProblem === null ? target : { code: 'DESTINATION_KEY', field: 'streamKey', message: keyProblem }
}

function splitRtmp(parsed: TargetUrl, streamKey: string): Target {
  const parts = parsed.path.split('/').filter((part) => part !== '')
  if (streamKey !== '' || parts.length < 2) return { url: formatTargetUrl(parsed), streamKey, passphrase: null }
  const key = parts.at(-1)!
  const path = parsed.path.slice(0, parsed.path.lastIndexOf(key)).replace(/\/+$/, '')
  const query = parsed.query === '' ? '' : `?${parsed.query}`
  return { url: formatTargetUrl({ ...parsed, path, query: '' }), streamKey: `${key}${query}`, passphrase: null }
}

/** `streamid` and `passphrase` are secrets: they leave the address. Values are kept as they came, percent signs decoded. */
function splitSrt(parsed: TargetUrl, streamKey: string): Target | TargetRefusal {
  const pairs = parsed.query.split('&').filter((pair) => pair !== '')
  const passphrase = srtParameter(parsed.query, 'passphrase')
  if (passphrase !== null && (passphrase.length < passphraseLength.min || passphrase.length > passphraseLength.max)) {
    const message = `The address cannot work: the passphrase has ${passphrase.length} characters, not ${passphraseLength.min}..${passphraseLength.max}.`
    return { code: 'DESTINATION_URL', field: 'url', message }
  }
  const query = pairs.filter((pair) => !/^(streamid|passphrase)=/.test(pair)).join('&')
  return {
    url: formatTargetUrl({ ...parsed, query }),
    streamKey: streamKey === '' ? (srtParameter(parsed.query, 'streamid') ?? '') : streamKey,
    passphrase,
  }
}

/** One sentence, or null. The key itself is never in it. */
function wrongKey(key: string, scheme: TargetUrl['scheme']): string | null {
  if (key === '') return scheme === 'srt' ? null : 'There is no stream key: copy it from the platform.'
  const odd = /[\s\p{Cc}]/u.exec(key)
  if (odd !== null)
    return `The stream key has a space or line break at position ${odd.index + 1} of ${key.length}: copy it again without it.`
  if (/^(rtmps?|srt|https?):\/\//i.test(key)) return 'The stream key is an address: put the server into the address field and the key here.'
  return null
}

/** The last characters of a key, to tell keys apart; null when so short that they would give it away. */
export const keyHint = (key: string): string | null => (key.length >= 12 ? key.slice(-4) : null)
