import { formatAttributes, quote } from './attribute-list.ts'
import type { ByteRange, InitMap, MediaPlaylist, MediaSegment } from './media-playlist.ts'

/** The playlist as text, lines ended by LF. Durations have three decimals. Spec: RFC 8216 §4.3.2, §4.3.3 */
export function formatMediaPlaylist(playlist: MediaPlaylist): string {
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${playlist.version}`,
    `#EXT-X-TARGETDURATION:${playlist.targetDurationS}`,
    `#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`,
  ]
  if (playlist.discontinuitySequence > 0) lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`)
  if (playlist.playlistType !== undefined) lines.push(`#EXT-X-PLAYLIST-TYPE:${playlist.playlistType}`)
  if (playlist.hasIndependentSegments) lines.push('#EXT-X-INDEPENDENT-SEGMENTS')
  let map: InitMap | undefined
  for (const segment of playlist.segments) {
    if (segment.hasDiscontinuity) lines.push('#EXT-X-DISCONTINUITY')
    if (segment.map !== undefined && !isSameMap(segment.map, map)) lines.push(formatMap(segment.map))
    map = segment.map ?? map
    lines.push(...formatSegment(segment))
  }
  if (playlist.isEnded) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

function formatSegment(segment: MediaSegment): string[] {
  const lines: string[] = []
  if (segment.programDateTimeMs !== undefined) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateTimeMs).toISOString()}`)
  lines.push(`#EXTINF:${segment.durationS.toFixed(3)},${segment.title?.replace(/[\r\n]+/g, ' ') ?? ''}`)
  if (segment.byteRange !== undefined) lines.push(`#EXT-X-BYTERANGE:${formatByteRange(segment.byteRange)}`)
  lines.push(segment.uri)
  return lines
}

const formatByteRange = (range: ByteRange): string => `${range.length}@${range.offset}`

const formatMap = (map: InitMap): string =>
  `#EXT-X-MAP:${formatAttributes([
    ['URI', quote(map.uri)],
    ['BYTERANGE', map.byteRange === undefined ? undefined : quote(formatByteRange(map.byteRange))],
  ])}`

const isSameMap = (a: InitMap, b: InitMap | undefined): boolean =>
  a.uri === b?.uri && a.byteRange?.offset === b.byteRange?.offset && a.byteRange?.length === b.byteRange?.length
