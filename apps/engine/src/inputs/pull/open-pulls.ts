import type { Address } from '@sluice/base/address'
import { addressOf } from '../../targets/index.ts'
import type { OpenPull } from '../input-pull.ts'
import { failedPull, type PullParts } from './failed-pull.ts'
import { openFilePull } from './file-pull.ts'
import { openHlsPull } from './hls-pull.ts'
import { openRtmpPull } from './rtmp-pull.ts'
import { openSrtPull } from './srt-pull.ts'

/** Fetches an input's media by the scheme of its address. Guards what may be called, names and redirects included. */
export function openPulls(parts: PullParts): OpenPull {
  const [srt, rtmp, hls, file] = [openSrtPull(parts), openRtmpPull(parts), openHlsPull(parts), openFilePull(parts)] as const
  const byScheme: Readonly<Record<Address['scheme'], OpenPull>> = { srt, rtmp, rtmps: rtmp, http: hls, https: hls }
  return (input, url, events) => {
    // Loops of clips are files of our own, and no addresses that anybody typed.
    if (url.startsWith('file:')) return file(input, url, events)
    const address = addressOf(url)
    if ('kind' in address) return failedPull(parts.clock, address, events)
    return byScheme[address.scheme](input, url, events)
  }
}
