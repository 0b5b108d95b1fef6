import { toHex } from '@sluice/base/bytes'
import { formatAttributes, quote } from './attribute-list.ts'
import type {
  ByteRange,
  DateRange,
  InitMap,
  LowLatency,
  MediaPlaylist,
  MediaSegment,
  OpenSegment,
  PartialSegment,
} from './media-playlist.ts'

/** Parts of a segment add up to it: with three decimals they would not. */
const decimals = { plain: 3, lowLatency: 5 } as const

/** The playlist as text, lines ended by LF. Spec: RFC 8216 §4.3.2, §4.3.3, draft-pantos-hls-rfc8216bis §4.4 */
export function formatMediaPlaylist(playlist: MediaPlaylist): string {
  const { lowLatency } = playlist
  const lines = [...formatHead(playlist)]
  const toText = (seconds: number): string => seconds.toFixed(lowLatency === undefined ? decimals.plain : decimals.lowLatency)
  for (const range of playlist.dateRanges ?? []) lines.push(formatDateRange(range))
  const skipped = lowLatency?.skippedSegments ?? 0
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`)
  let map: InitMap | undefined
  const putStart = (segment: Pick<MediaSegment, 'map' | 'hasDiscontinuity' | 'programDateTimeMs'>): void => {
    if (segment.hasDiscontinuity) lines.push('#EXT-X-DISCONTINUITY')
    if (segment.map !== undefined && !isSameMap(segment.map, map)) lines.push(formatMap(segment.map))
    map = segment.map ?? map
    if (segment.programDateTimeMs !== undefined) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateTimeMs).toISOString()}`)
  }
  for (const segment of playlist.segments.slice(skipped)) {
    putStart(segment)
    for (const part of segment.parts ?? []) lines.push(formatPart(part, toText))
    lines.push(...formatSegment(segment, toText))
  }
  if (lowLatency !== undefined) lines.push(...formatEdge(lowLatency, putStart, lines, toText))
  if (playlist.isEnded) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

function formatHead(playlist: MediaPlaylist): string[] {
  const { lowLatency } = playlist
  const lines = ['#EXTM3U', `#EXT-X-VERSION:${playlist.version}`, `#EXT-X-TARGETDURATION:${playlist.targetDurationS}`]
  if (lowLatency !== undefined) lines.push(formatControl(lowLatency), `#EXT-X-PART-INF:PART-TARGET=${lowLatency.partTargetS}`)
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`)
  if (lowLatency !== undefined || playlist.discontinuitySequence > 0) {
    lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`)
  }
  if (playlist.playlistType !== undefined) lines.push(`#EXT-X-PLAYLIST-TYPE:${playlist.playlistType}`)
  if (playlist.hasIFramesOnly) lines.push('#EXT-X-I-FRAMES-ONLY')
  if (playlist.hasIndependentSegments) lines.push('#EXT-X-INDEPENDENT-SEGMENTS')
  return lines
}

const formatControl = ({ partHoldBackS, holdBackS, canSkipUntilS }: LowLatency): string =>
  `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${partHoldBackS},HOLD-BACK=${holdBackS},CAN-SKIP-UNTIL=${canSkipUntilS}`

/** What stands behind the last whole segment. */
function formatEdge(
  { open, hintUri, mapHintUri = null, reports }: LowLatency,
  putStart: (segment: OpenSegment) => void,
  lines: string[],
  toText: (seconds: number) => string,
): string[] {
  if (open !== null) {
    putStart(open)
    for (const part of open.parts) lines.push(formatPart(part, toText))
  }
  return [
    // The part last: players that know one hint alone take the last.
    ...(mapHintUri === null ? [] : [formatHint('MAP', mapHintUri)]),
    ...(hintUri === null ? [] : [formatHint('PART', hintUri)]),
    ...reports.map(
      ({ uri, lastNumber, lastPart }) =>
        `#EXT-X-RENDITION-REPORT:${formatAttributes([
          ['URI', quote(uri)],
          ['LAST-MSN', lastNumber],
          ['LAST-PART', lastPart],
        ])}`,
    ),
  ]
}

const formatHint = (type: 'MAP' | 'PART', uri: string): string =>
  `#EXT-X-PRELOAD-HINT:${formatAttributes([
    ['TYPE', type],
    ['URI', quote(uri)],
  ])}`

const formatPart = ({ uri, durationS, isIndependent, isGap }: PartialSegment, toText: (seconds: number) => string): string =>
  `#EXT-X-PART:${formatAttributes([
    ['DURATION', toText(durationS)],
    ['URI', quote(uri)],
    ['INDEPENDENT', isIndependent ? 'YES' : undefined],
    ['GAP', isGap ? 'YES' : undefined],
  ])}`

function formatSegment(segment: MediaSegment, toText: (seconds: number) => string): string[] {
  const lines: string[] = []
  if (segment.isGap) lines.push('#EXT-X-GAP')
  lines.push(`#EXTINF:${toText(segment.durationS)},${segment.title?.replace(/[\r\n]+/g, ' ') ?? ''}`)
  if (segment.byteRange !== undefined) lines.push(`#EXT-X-BYTERANGE:${formatByteRange(segment.byteRange)}`)
  lines.push(segment.uri)
  return lines
}

const formatDateRange = ({ id, startMs, endMs, plannedDurationS, scte35 }: DateRange): string =>
  `#EXT-X-DATERANGE:${formatAttributes([
    ['ID', quote(id)],
    ['START-DATE', quote(new Date(startMs).toISOString())],
    ['END-DATE', endMs === undefined ? undefined : quote(new Date(endMs).toISOString())],
    ['DURATION', endMs === undefined ? undefined : ((endMs - startMs) / 1000).toFixed(3)],
    ['PLANNED-DURATION', plannedDurationS?.toFixed(3)],
    [`SCTE35-${scte35?.as}`, scte35 === undefined ? undefined : `0x${toHex(scte35.section).toUpperCase()}`],
  ])}`

const formatByteRange = (range: ByteRange): string => `${range.length}@${range.offset}`

const formatMap = (map: InitMap): string =>
  `#EXT-X-MAP:${formatAttributes([
    ['URI', quote(map.uri)],
    ['BYTERANGE', map.byteRange === undefined ? undefined : quote(formatByteRange(map.byteRange))],
  ])}`

const isSameMap = (a: InitMap, b: InitMap | undefined): boolean =>
  a.uri === b?.uri && a.byteRange?.offset === b.byteRange?.offset && a.byteRange?.length === b.byteRange?.length
