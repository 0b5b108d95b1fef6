import {
  type Address,
  formatAddress,
  formatPublicAddress,
  isPrivateHost,
  isRtmp,
  isSrt,
  type RtmpAddress,
  type SrtAddress,
} from '@sluice/base/address'
import type { TargetRefusal } from './check-target.ts'
import { readOrRefuse } from './read-or-refuse.ts'

/** An address that an input may call: `url` is without anything secret, `whole` is what the engine is told. */
export type Source = { url: string; whole: string }

const refuse = (message: string): TargetRefusal => ({ code: 'DESTINATION_URL', field: 'url', message })
const cannotWork = (problem: string): TargetRefusal => refuse(`The address cannot work: ${problem}.`)

/**
 * Refuses what an input cannot call or must not reach, before it is kept, and takes secrets out of the address: SRT's stream id and passphrase,
 * the name of an RTMP stream with its query, the query of a web address, user and password. Names are judged again by the engine.
 */
export function checkSource(text: string, allowPrivateTargets: boolean): Source | TargetRefusal {
  const begin = /^([a-z][a-z0-9+.-]{0,15}):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (begin === undefined || !['srt', 'rtmp', 'rtmps', 'http', 'https'].includes(begin)) {
    const found = begin === undefined ? 'has none of these' : begin.length <= 8 ? `begins with ${begin}://` : 'begins with something else'
    return refuse(`An input pulls from addresses that begin with srt://, rtmp://, rtmps://, http:// or https://; this one ${found}.`)
  }
  const address = readOrRefuse(text)
  if ('problem' in address) return cannotWork(address.problem)
  const source = isSrt(address) ? splitSrt(address) : isRtmp(address) ? splitRtmp(address) : split(address)
  if ('code' in source || allowPrivateTargets || !isPrivateHost(address.host)) return source
  const message = `${address.host} is an address on this machine or a private network. To allow these, start Sluice with --allow-private-targets.`
  return { code: 'DESTINATION_PRIVATE', field: 'url', message }
}

const split = (address: Address): Source => ({ url: formatPublicAddress(address), whole: formatAddress(address) })

function splitSrt(address: SrtAddress): Source | TargetRefusal {
  if (address.srt.mode !== 'listener') return split(address)
  return refuse(
    'The address waits for a caller (mode=listener), but a pull input calls. For an encoder that calls, use the input’s own SRT address.',
  )
}

function splitRtmp(address: RtmpAddress): Source | TargetRefusal {
  const slash = address.path.lastIndexOf('/')
  if (slash < 1) return cannotWork(`there is no stream behind the application, as in ${address.scheme}://host/live/stream`)
  const path = address.path.slice(0, slash)
  if (/@|%40/.test(path)) return cannotWork("there is an '@' in the application: write %40 for an @ in a user name or password")
  return { url: formatPublicAddress({ ...address, path, query: '' }), whole: formatAddress(address) }
}
