import { WireError } from '@sluice/base/errors'
import { parseAttributes } from './attribute-list.ts'
import { type PlaylistLine, parseLines, parseNumber, parseSeconds, parseWhole } from './lines.ts'
import type { ByteRange, InitMap, MediaPlaylist, MediaSegment } from './media-playlist.ts'

type Tag = Extract<PlaylistLine, { type: 'tag' }>
type Mutable<T> = { -readonly [key in keyof T]: T[key] }
type Header = Mutable<Omit<MediaPlaylist, 'segments'>>
type Tags = Partial<Mutable<Omit<MediaSegment, 'uri'>>>

/**
 * Reads a media playlist; tags that Sluice does not use are passed over. Each segment has the map that is in force for it.
 * Throws WireError on a bad number, a segment without a duration, or a playlist without target duration. Spec: RFC 8216 §4.3
 */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const header: Header = {
    version: 1,
    targetDurationS: Number.NaN,
    mediaSequence: 0,
    discontinuitySequence: 0,
    hasIndependentSegments: false,
    isEnded: false,
  }
  const segments: MediaSegment[] = []
  let tags: Tags = {}
  for (const line of parseLines(text)) {
    if (line.type === 'tag') {
      if (!takeHeaderTag(header, line)) takeSegmentTag(tags, line, segments.at(-1))
      continue
    }
    const { durationS, ...rest } = tags
    if (durationS === undefined) throw new WireError('M3U8_SYNTAX', line.at, `segment ${segments.length} has no #EXTINF`)
    segments.push({ uri: line.uri, durationS, ...rest })
    tags = { ...(tags.map === undefined ? {} : { map: tags.map }), ...(tags.keyMethod === undefined ? {} : { keyMethod: tags.keyMethod }) }
  }
  if (Number.isNaN(header.targetDurationS)) throw new WireError('M3U8_SYNTAX', text.length, 'media playlist has no #EXT-X-TARGETDURATION')
  return { ...header, segments }
}

/** False: no tag of the playlist as a whole. */
function takeHeaderTag(header: Header, { name, value, at }: Tag): boolean {
  if (name === '#EXT-X-VERSION') header.version = parseNumber(value, name, at)
  else if (name === '#EXT-X-TARGETDURATION') header.targetDurationS = parseSeconds(value, name, at)
  else if (name === '#EXT-X-MEDIA-SEQUENCE') header.mediaSequence = parseNumber(value, name, at)
  else if (name === '#EXT-X-DISCONTINUITY-SEQUENCE') header.discontinuitySequence = parseNumber(value, name, at)
  else if (name === '#EXT-X-INDEPENDENT-SEGMENTS') header.hasIndependentSegments = true
  else if (name === '#EXT-X-ENDLIST') header.isEnded = true
  else if (name === '#EXT-X-PLAYLIST-TYPE' && (value === 'EVENT' || value === 'VOD')) header.playlistType = value
  else return false
  return true
}

function takeSegmentTag(tags: Tags, { name, value, at }: Tag, before: MediaSegment | undefined): void {
  if (name === '#EXTINF') {
    tags.durationS = parseSeconds(value, name, at)
    const comma = value.indexOf(',')
    if (comma >= 0 && comma < value.length - 1) tags.title = value.slice(comma + 1)
  } else if (name === '#EXT-X-DISCONTINUITY') tags.hasDiscontinuity = true
  else if (name === '#EXT-X-BYTERANGE') tags.byteRange = parseByteRange(value, before?.byteRange, at)
  else if (name === '#EXT-X-MAP') tags.map = parseMap(value, at)
  else if (name === '#EXT-X-GAP') tags.isGap = true
  else if (name === '#EXT-X-KEY') takeKey(tags, parseAttributes(value).get('METHOD'))
  else if (name === '#EXT-X-PROGRAM-DATE-TIME') {
    const ms = Date.parse(value)
    if (!Number.isNaN(ms)) tags.programDateTimeMs = ms // a date that nobody can read is no reason not to play
  }
}

/** Holds for all segments up to the next key. A key without a method is a key all the same. Spec: RFC 8216 §4.3.2.4 */
function takeKey(tags: Tags, method = 'unknown'): void {
  if (method === 'NONE') delete tags.keyMethod
  else tags.keyMethod = method
}

/** Without an offset a range goes on where the one before ended. Spec: RFC 8216 §4.3.2.2 */
function parseByteRange(value: string, before: ByteRange | undefined, at: number): ByteRange {
  const [length, offset] = value.split('@')
  const next = before === undefined ? 0 : before.offset + before.length
  return {
    length: parseWhole(length, 'byte range', at),
    offset: offset === undefined ? next : parseWhole(offset, 'byte range offset', at),
  }
}

function parseMap(value: string, at: number): InitMap {
  const attributes = parseAttributes(value)
  const uri = attributes.get('URI')
  if (uri === undefined) throw new WireError('M3U8_SYNTAX', at, '#EXT-X-MAP has no URI')
  const range = attributes.get('BYTERANGE')
  return range === undefined ? { uri } : { uri, byteRange: parseByteRange(range, undefined, at) }
}
