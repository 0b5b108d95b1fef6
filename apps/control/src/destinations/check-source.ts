import type { TargetRefusal } from './check-target.ts'
import { checkTarget } from './check-target.ts'
import { isPrivateTarget } from './private-address.ts'
import { isSrtListener } from './srt-query.ts'
import { findBlank, formatTargetUrl, parseTargetUrl } from './target-url.ts'

/** An address that an input may call: `url` is without anything secret, `whole` is what the engine is told. */
export type Source = { url: string; whole: string }

const schemes = ['srt', 'rtmp', 'rtmps', 'http', 'https'] as const
const userInfoForm = /^([a-z][a-z0-9+.-]*:\/\/)([^@/?#]*@)/i

const refuse = (message: string): TargetRefusal => ({ code: 'DESTINATION_URL', field: 'url', message })
const refusePrivate = (host: string): TargetRefusal => ({
  code: 'DESTINATION_PRIVATE',
  field: 'url',
  message: `${host} is an address inside this machine or a private network.`,
})

/**
 * Refuses what an input cannot call or must not reach, before it is kept, and takes secrets out of the address: SRT's stream id and passphrase,
 * the name of an RTMP stream with its query, the query of a web address, user and password. Names are judged again by the engine.
 */
export function checkSource(text: string, allowPrivateTargets: boolean): Source | TargetRefusal {
  const odd = /[\s\p{Cc}]/u.exec(text)
  if (odd !== null) return refuse(`The address cannot work: there is a space or control character at position ${odd.index + 1}.`)
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  const known = schemes.find((one) => one === scheme)
  if (known === undefined) {
    const found = scheme === undefined ? 'has no such beginning' : `begins with ${scheme}://`
    return refuse(`An input calls addresses that begin with srt://, rtmp://, rtmps://, http:// or https://; this one ${found}.`)
  }
  if (known === 'srt') return checkSrt(text, allowPrivateTargets)
  return known === 'http' || known === 'https' ? checkWeb(text, allowPrivateTargets) : checkRtmp(text, allowPrivateTargets)
}

function checkSrt(text: string, allowPrivateTargets: boolean): Source | TargetRefusal {
  const target = checkTarget({ url: text, streamKey: '' }, allowPrivateTargets)
  if ('code' in target) return target
  const parsed = parseTargetUrl(target.url)
  if ('problem' in parsed) return refuse(`The address cannot work: ${parsed.problem}.`)
  if (isSrtListener(parsed))
    return refuse('The address waits for a caller (mode=listener): an input calls. Encoders that call reach its own SRT address.')
  const secrets = [
    ...(target.streamKey === '' ? [] : [`streamid=${encodeURIComponent(target.streamKey)}`]),
    ...(target.passphrase === null ? [] : [`passphrase=${encodeURIComponent(target.passphrase)}`]),
  ]
  return {
    url: target.url,
    whole: secrets.length === 0 ? target.url : `${target.url}${target.url.includes('?') ? '&' : '?'}${secrets.join('&')}`,
  }
}

function checkRtmp(text: string, allowPrivateTargets: boolean): Source | TargetRefusal {
  const userInfo = userInfoForm.exec(text)?.[2] ?? ''
  const parsed = parseTargetUrl(text.replace(userInfoForm, '$1'))
  if ('problem' in parsed) return refuse(`The address cannot work: ${parsed.problem}.`)
  if (!allowPrivateTargets && isPrivateTarget(parsed.host)) return refusePrivate(parsed.host)
  const parts = parsed.path.split('/').filter((part) => part !== '')
  if (parts.length < 2) {
    return refuse(`The address cannot work: there is no stream behind the application, as in ${parsed.scheme}://host/live/stream.`)
  }
  const url = formatTargetUrl({ ...parsed, path: `/${parts.slice(0, -1).join('/')}`, query: '' })
  const whole = formatTargetUrl({ ...parsed, path: `/${parts.join('/')}` })
  return { url, whole: whole.replace('://', () => `://${userInfo}`) }
}

function checkWeb(text: string, allowPrivateTargets: boolean): Source | TargetRefusal {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) return refuse('The address cannot work: it has no form of an address, as in https://host/path/index.m3u8.')
  const blank = findBlank(text)
  if (blank !== null) return refuse(`The address cannot work: ${blank.problem}.`)
  if (!allowPrivateTargets && isPrivateTarget(url.hostname)) return refusePrivate(url.hostname)
  url.hash = ''
  return { url: `${url.origin}${url.pathname}`, whole: url.href }
}
