import type { OpenPull } from '../channels/input-pull.ts'
import { failedPull, type PullParts } from './failed-pull.ts'
import { openFilePull } from './file-pull.ts'
import { openHlsPull } from './hls-pull.ts'
import { openRtmpPull } from './rtmp-pull.ts'
import { openSrtPull } from './srt-pull.ts'

/** Fetches an input's media by the scheme of its address. Guards what may be called, names and redirects included. */
export function openPulls(parts: PullParts): OpenPull {
  const [srt, rtmp, hls, file] = [openSrtPull(parts), openRtmpPull(parts), openHlsPull(parts), openFilePull(parts)]
  const byScheme: Readonly<Record<string, OpenPull>> = { srt, rtmp, rtmps: rtmp, http: hls, https: hls, file }
  return (input, url, events) => {
    const scheme = /^[a-z]+/i.exec(url)?.[0].toLowerCase() ?? ''
    const open = byScheme[scheme]
    if (open !== undefined) return open(input, url, events)
    const message = `the scheme is '${scheme}', not ${Object.keys(byScheme).join(', ')}`
    return failedPull(parts.clock, { kind: 'handshake', code: 'PULL_SCHEME', message }, events)
  }
}
