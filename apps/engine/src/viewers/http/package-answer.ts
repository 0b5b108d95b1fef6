import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { HlsFile } from '@sluice/media/hls'
import { readByteRange } from './byte-range.ts'

/** One answer, whole: what is sent of which file. `held`: the buffer of the store that it keeps in memory. */
export type PackageAnswer = {
  readonly status: 200 | 206 | 304 | 416
  readonly headers: OutgoingHttpHeaders
  readonly body: Uint8Array
  readonly held: Uint8Array | null
}

/** Playlists must be asked for anew, half a target duration may pass at a cache; files with fixed names never change. */
const playlistCaching = 'public, max-age=1'
const fileCaching = 'public, max-age=31536000, immutable'
/** An entry playlist begins one viewer's playback: two viewers must not get the same. */
const entryCaching = 'private, no-store'
const nothing = new Uint8Array(0)

/** `isEntry`: the playlist is of one viewer. Spec: RFC 9110 §13.1.2, §13.1.5, §14.2, §15.3.7 */
export function answerFile(name: string, file: HlsFile, headers: IncomingHttpHeaders, isEntry: boolean): PackageAnswer {
  const held = typeof file.body === 'string' ? null : file.body
  const body = held ?? Buffer.from(file.body)
  const etag = file.isFixed ? `"${name}"` : `"${createHash('sha1').update(body).digest('base64url')}"`
  const common = { etag, 'cache-control': isEntry ? entryCaching : file.isFixed ? fileCaching : playlistCaching }
  if (hasTag(headers['if-none-match'], etag)) return { status: 304, headers: common, body: nothing, held: null }
  const whole = { ...common, 'content-type': file.contentType, ...(file.isFixed ? { 'accept-ranges': 'bytes' } : {}) }
  const ifRange = headers['if-range']
  const asks = file.isFixed && (ifRange === undefined || ifRange === etag) ? headers.range : undefined
  const range = readByteRange(asks, body.length)
  if (range === 'none') {
    const refused = { ...common, 'cache-control': 'no-store', 'content-range': `bytes */${body.length}`, 'content-length': 0 }
    return { status: 416, headers: refused, body: nothing, held: null }
  }
  if (range === 'whole') return { status: 200, headers: { ...whole, 'content-length': body.length }, body, held }
  const part = body.subarray(range.first, range.last + 1)
  const place = `bytes ${range.first}-${range.last}/${body.length}`
  return { status: 206, headers: { ...whole, 'content-range': place, 'content-length': part.length }, body: part, held }
}

/** Spec: RFC 9110 §13.1.2, weak comparison */
function hasTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}
