import { refuseLiteral } from '@sluice/base/targets'
import { isMultivariantPlaylist, type MediaPlaylist, parseMediaPlaylist, parseMultivariantPlaylist } from '@sluice/containers/m3u8'
import type { OutputLook } from '@sluice/contract/prober'
import type { Getter, Got } from '../http/index.ts'

const maxPlaylistBytes = 4 * 1024 * 1024
const maxMediaBytes = 48 * 1024 * 1024
const limitMs = 15_000
const maxRedirects = 5

export type Looked = Pick<OutputLook, 'seen' | 'behindMs' | 'fault'> & { readonly edge: string | null }

export type HlsLookParts = {
  readonly getter: Getter
  readonly allowPrivate: boolean
  readonly signal: AbortSignal
  readonly wallMs: number
}

type Fault = NonNullable<OutputLook['fault']>
/** Says no more than it must: an address may hold a token. */
class LookFailed extends Error {
  readonly fault: Fault
  constructor(code: Fault['code'], detail: string) {
    super(code)
    this.fault = { code, detail }
  }
}

/** Looks at a playback address as a plain HLS client does: its playlists, and the newest segment of the smallest variant. `edgeBefore`: of the look before. */
export async function lookAtHls(url: string, edgeBefore: string | null, parts: HlsLookParts): Promise<Looked> {
  try {
    const { list, listUrl } = await mediaPlaylist(url, parts)
    const last = list.segments.at(-1)
    if (last === undefined) throw new LookFailed('no-media', 'the playlist lists no segment')
    const edge = `${list.mediaSequence + list.segments.length}`
    if (list.isEnded) throw new LookFailed('not-moving', 'the playlist says that the stream has ended')
    if (edge === edgeBefore) throw new LookFailed('not-moving', `no segment after number ${Number(edge) - 1}`)
    const media = await fetchFile(new URL(last.uri, listUrl).href, maxMediaBytes, parts)
    if (media.bytes.length === 0) throw new LookFailed('no-media', 'the newest segment is empty')
    const dated = last.programDateTimeMs
    const behindMs = dated === undefined ? null : Math.max(0, Math.round(parts.wallMs - dated - last.durationS * 1000))
    return { seen: true, behindMs, fault: null, edge }
  } catch (error) {
    const fault = error instanceof LookFailed ? error.fault : ({ code: 'unreadable', detail: 'the playlist cannot be read' } as const)
    return { seen: false, behindMs: null, fault, edge: null }
  }
}

async function mediaPlaylist(url: string, parts: HlsLookParts): Promise<{ list: MediaPlaylist; listUrl: string }> {
  let at = url
  for (let depth = 0; depth < 2; depth++) {
    const { bytes, url: from } = await fetchFile(at, maxPlaylistBytes, parts)
    const text = new TextDecoder().decode(bytes)
    if (!isMultivariantPlaylist(text)) return { list: parseMediaPlaylist(text), listUrl: from }
    const { variants } = parseMultivariantPlaylist(text)
    const smallest = variants.reduce((a, b) => (b.bandwidthBps < a.bandwidthBps ? b : a))
    at = new URL(smallest.uri, from).href
  }
  throw new LookFailed('unreadable', 'the playlist names playlists of playlists')
}

async function fetchFile(
  from: string,
  maxBytes: number,
  { getter, allowPrivate, signal }: HlsLookParts,
): Promise<{ bytes: Uint8Array; url: string }> {
  let url = new URL(from)
  for (let hop = 0; hop <= maxRedirects; hop++) {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new LookFailed('refused', 'the address leads away from HTTP')
    const refused = refuseLiteral(url.hostname, allowPrivate)
    if (refused !== null) throw new LookFailed('refused', refused.message)
    const got: Got = await getter.get(url.href, { maxBytes, limitMs, signal })
    if (got.status === null) throw new LookFailed('no-answer', got.reason)
    if (got.status >= 300 && got.status < 400 && got.location !== null && URL.canParse(got.location, url.href))
      url = new URL(got.location, url.href)
    else if (got.status !== 200) throw new LookFailed('error-answer', `HTTP ${got.status}`)
    else return { bytes: got.bytes, url: url.href }
  }
  throw new LookFailed('error-answer', 'too many redirects')
}
