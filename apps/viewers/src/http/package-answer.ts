import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { GrowingFile, ViewFile } from '@sluice/media/view'
import { readByteRange } from './byte-range.ts'

/** One answer, whole: what is sent of which file, buffer after buffer. `held`: those of the store that it keeps in memory. */
export type PackageAnswer = {
  readonly status: 200 | 206 | 304 | 416
  readonly headers: OutgoingHttpHeaders
  readonly body: readonly Uint8Array[]
  readonly held: readonly Uint8Array[]
}

/** An entry playlist begins one viewer's playback: two viewers must not get the same. */
const entryCaching = 'private, no-store'
const growingCaching = 'public, max-age=31536000, immutable'
const nothing: readonly Uint8Array[] = []

/** Spec: RFC 9110 §12.5.3, §13.1.2, §13.1.5, §14.2, §15.3.7 */
export function answerFile(name: string, file: ViewFile, headers: IncomingHttpHeaders): PackageAnswer {
  const caching = file.maxAgeS === null ? entryCaching : `public, max-age=${file.maxAgeS}${file.isFixed ? ', immutable' : ''}`
  const gzip = acceptsGzip(headers) ? file.gzip : null
  const body = gzip === null ? file.body : [gzip]
  const total = lengthOf(body)
  const etag = file.isFixed ? `"${name}"` : `"${digestOf(file)}${gzip === null ? '' : '-gzip'}"`
  const common = { etag, 'cache-control': caching }
  if (hasTag(headers['if-none-match'], etag)) return { status: 304, headers: common, body: nothing, held: nothing }
  const form = file.isFixed ? { 'accept-ranges': 'bytes' } : { vary: 'Origin, Accept-Encoding' }
  const whole = { ...common, ...form, 'content-type': file.contentType, ...(gzip === null ? {} : { 'content-encoding': 'gzip' }) }
  const ifRange = headers['if-range']
  const asks = file.isFixed && (ifRange === undefined || ifRange === etag) ? headers.range : undefined
  const range = readByteRange(asks, total)
  if (range === 'none') {
    const refused = { ...common, 'cache-control': 'no-store', 'content-range': `bytes */${total}`, 'content-length': 0 }
    return { status: 416, headers: refused, body: nothing, held: nothing }
  }
  const held = file.isFixed ? file.body : nothing
  if (range === 'whole') return { status: 200, headers: { ...whole, 'content-length': total }, body, held }
  const part = sliceOf(body, range.first, range.last + 1)
  const place = `bytes ${range.first}-${range.last}/${total}`
  return { status: 206, headers: { ...whole, 'content-range': place, 'content-length': lengthOf(part) }, body: part, held }
}

/** Of a segment that is sent while it is made: its name never gets other bytes, so that a cache may keep it once it has all of it. */
export const growingHeaders = (name: string, { contentType }: GrowingFile): OutgoingHttpHeaders => ({
  'content-type': contentType,
  'cache-control': growingCaching,
  etag: `"${name}"`,
})

const lengthOf = (body: readonly Uint8Array[]): number => body.reduce((sum, { length }) => sum + length, 0)

/** Views of the buffers that hold the bytes from `from` up to `to`. */
function sliceOf(body: readonly Uint8Array[], from: number, to: number): Uint8Array[] {
  const slices: Uint8Array[] = []
  let at = 0
  for (const bytes of body) {
    const slice = bytes.subarray(Math.max(0, from - at), Math.max(0, to - at))
    if (slice.length > 0) slices.push(slice)
    at += bytes.length
  }
  return slices
}

/** Of a playlist's text, once for each version of it. */
const digests = new WeakMap<ViewFile, string>()
function digestOf(file: ViewFile): string {
  const known = digests.get(file)
  if (known !== undefined) return known
  const hash = createHash('sha1')
  for (const bytes of file.body) hash.update(bytes)
  const digest = hash.digest('base64url')
  digests.set(file, digest)
  return digest
}

const acceptsGzip = (headers: IncomingHttpHeaders): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(headers['accept-encoding']?.toString() ?? '')

/** Spec: RFC 9110 §13.1.2, weak comparison */
function hasTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}
