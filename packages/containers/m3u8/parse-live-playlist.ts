import { WireError } from '@sluice/base/errors'
import { type Attributes, parseAttributes } from './attribute-list.ts'
import { type PlaylistLine, parseLines, parseSeconds, parseWhole } from './lines.ts'
import type { PartialSegment } from './media-playlist.ts'

/** A segment with its parts; `uri` null: the one that still grows. */
export type LiveSegment = {
  readonly uri: string | null
  readonly durationS: number
  readonly hasDiscontinuity: boolean
  readonly isGap: boolean
  readonly mapUri: string | null
  readonly programDateTimeMs: number | null
  readonly parts: readonly PartialSegment[]
}

/** What a server says that players may rely on; constant for the life of an address. Null: it does not say. */
type ServerPromises = {
  readonly targetDurationS: number
  readonly partTargetS: number | null
  readonly partHoldBackS: number | null
  readonly holdBackS: number | null
  readonly canBlockReload: boolean
  readonly canSkipUntilS: number | null
}

/** A live media playlist with all that a player of low latency reads. */
export type LivePlaylist = {
  readonly promises: ServerPromises
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  readonly hasIndependentSegments: boolean
  readonly isEnded: boolean
  /** Whole ones. */
  readonly segments: readonly LiveSegment[]
  readonly open: LiveSegment
  /** Where the next part will be; null: there is no hint. */
  readonly hintUri: string | null
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] }
type Tag = Extract<PlaylistLine, { type: 'tag' }>
type Growing = Mutable<Omit<LiveSegment, 'parts'>> & { parts: PartialSegment[] }
type Head = Mutable<Omit<LivePlaylist, 'promises' | 'segments' | 'open'>> & { promises: Mutable<ServerPromises> }

/** Of one segment: 30 s in parts of 0.1 s have 300. */
const maxParts = 1000

/**
 * Reads a live media playlist with its parts; tags that it does not know are passed over, and so are deltas: they can't be read alone. Throws
 * WireError. Spec: RFC 8216 §4.3.3, draft-pantos-hls-rfc8216bis §4.4.3, §4.4.4
 */
export function parseLivePlaylist(text: string): LivePlaylist {
  const head = emptyHead()
  const segments: LiveSegment[] = []
  let growing = emptySegment(null)
  for (const line of parseLines(text)) {
    if (line.type === 'tag') {
      if (!readHeadTag(head, line)) readSegmentTag(growing, line)
      continue
    }
    if (Number.isNaN(growing.durationS)) throw new WireError('M3U8_SYNTAX', line.at, `segment ${segments.length} has no #EXTINF`)
    segments.push({ ...growing, uri: line.uri })
    growing = emptySegment(growing.mapUri)
  }
  if (Number.isNaN(head.promises.targetDurationS))
    throw new WireError('M3U8_SYNTAX', text.length, 'media playlist has no #EXT-X-TARGETDURATION')
  return { ...head, segments, open: { ...growing, durationS: 0 } }
}

const emptyHead = (): Head => ({
  promises: {
    targetDurationS: Number.NaN,
    partTargetS: null,
    partHoldBackS: null,
    holdBackS: null,
    canBlockReload: false,
    canSkipUntilS: null,
  },
  mediaSequence: 0,
  discontinuitySequence: 0,
  hasIndependentSegments: false,
  isEnded: false,
  hintUri: null,
})

const emptySegment = (mapUri: string | null): Growing => ({
  uri: null,
  durationS: Number.NaN,
  hasDiscontinuity: false,
  isGap: false,
  mapUri,
  programDateTimeMs: null,
  parts: [],
})

/** False: no tag of the playlist as a whole. */
function readHeadTag(head: Head, { name, value, at }: Tag): boolean {
  const { promises } = head
  if (name === '#EXT-X-TARGETDURATION') promises.targetDurationS = parseSeconds(value, name, at)
  else if (name === '#EXT-X-PART-INF') promises.partTargetS = secondsIn(parseAttributes(value), 'PART-TARGET', at)
  else if (name === '#EXT-X-SERVER-CONTROL') {
    const control = parseAttributes(value)
    promises.canBlockReload = control.get('CAN-BLOCK-RELOAD') === 'YES'
    promises.partHoldBackS = secondsIn(control, 'PART-HOLD-BACK', at)
    promises.holdBackS = secondsIn(control, 'HOLD-BACK', at)
    promises.canSkipUntilS = secondsIn(control, 'CAN-SKIP-UNTIL', at)
  } else if (name === '#EXT-X-MEDIA-SEQUENCE') head.mediaSequence = parseWhole(value, name, at)
  else if (name === '#EXT-X-DISCONTINUITY-SEQUENCE') head.discontinuitySequence = parseWhole(value, name, at)
  else if (name === '#EXT-X-INDEPENDENT-SEGMENTS') head.hasIndependentSegments = true
  else if (name === '#EXT-X-ENDLIST') head.isEnded = true
  else if (name === '#EXT-X-PRELOAD-HINT') {
    const hint = parseAttributes(value)
    if (hint.get('TYPE') === 'PART') head.hintUri = hint.get('URI') ?? null
  } else return false
  return true
}

function readSegmentTag(segment: Growing, { name, value, at }: Tag): void {
  if (name === '#EXTINF') segment.durationS = parseSeconds(value, name, at)
  else if (name === '#EXT-X-DISCONTINUITY') segment.hasDiscontinuity = true
  else if (name === '#EXT-X-GAP') segment.isGap = true
  else if (name === '#EXT-X-MAP') segment.mapUri = parseAttributes(value).get('URI') ?? null
  else if (name === '#EXT-X-PROGRAM-DATE-TIME') {
    const ms = Date.parse(value)
    if (!Number.isNaN(ms)) segment.programDateTimeMs = ms
  } else if (name === '#EXT-X-PART') {
    if (segment.parts.length >= maxParts) throw new WireError('M3U8_SYNTAX', at, `a segment of more than ${maxParts} parts`)
    segment.parts.push(readPart(parseAttributes(value), at))
  }
}

function readPart(part: Attributes, at: number): PartialSegment {
  const uri = part.get('URI')
  if (uri === undefined) throw new WireError('M3U8_SYNTAX', at, '#EXT-X-PART has no URI')
  return {
    uri,
    durationS: parseSeconds(part.get('DURATION'), 'DURATION', at),
    isIndependent: part.get('INDEPENDENT') === 'YES',
    isGap: part.get('GAP') === 'YES',
  }
}

const secondsIn = (attributes: Attributes, name: string, at: number): number | null =>
  attributes.has(name) ? parseSeconds(attributes.get(name), name, at) : null
