/** A part as a playlist shows it. */
export type ReadPart = { readonly uri: string; readonly durationS: number; readonly isIndependent: boolean; readonly isGap: boolean }

/** A segment as a playlist shows it; the last one without a URI is the one that grows. */
export type ReadSegment = {
  uri: string | null
  durationS: number
  isSpliced: boolean
  isGap: boolean
  map: string | null
  wallMs: number | null
  parts: ReadPart[]
}

export type ReadPlaylist = {
  readonly version: number
  readonly targetDurationS: number
  readonly control: string | null
  readonly partTargetS: number | null
  readonly mediaSequence: number
  readonly discontinuitySequence: number | null
  readonly isIndependent: boolean
  readonly skipped: number
  readonly segments: readonly ReadSegment[]
  /** What is known of the segment that comes next. */
  readonly open: ReadSegment
  readonly hint: string | null
  /** The init of the segment that comes next, where it is another one. */
  readonly mapHint: string | null
  /** Whole lines. */
  readonly dateRanges: readonly string[]
  readonly reports: readonly string[]
  readonly isEnded: boolean
}

const attribute = (line: string, name: string): string | null =>
  new RegExp(`[:,]${name}="([^"]*)"`).exec(line)?.[1] ?? new RegExp(`[:,]${name}=([^",]+)`).exec(line)?.[1] ?? null

/** Reads a playlist of low latency as a player does that trusts nothing. Written apart from the writer on purpose. Throws on what it does not know. */
export function readPlaylist(text: string): ReadPlaylist {
  const lines = text.split('\n')
  if (lines[0] !== '#EXTM3U' || lines.at(-1) !== '') throw new Error('not a whole playlist')
  const read = { version: 0, targetDurationS: 0, control: null as string | null, partTargetS: null as number | null }
  const place = { mediaSequence: 0, discontinuitySequence: null as number | null, skipped: 0 }
  const flags = { isIndependent: false, isEnded: false }
  const segments: ReadSegment[] = []
  const reports: string[] = []
  let hint: string | null = null
  let mapHint: string | null = null
  const dateRanges: string[] = []
  let map: string | null = null
  const fresh = (): ReadSegment => ({ uri: null, durationS: 0, isSpliced: false, isGap: false, map, wallMs: null, parts: [] })
  let open = fresh()
  for (const line of lines.slice(1, -1)) {
    const value = line.slice(line.indexOf(':') + 1)
    if (!line.startsWith('#')) {
      segments.push({ ...open, uri: line, map })
      open = fresh()
    } else if (line.startsWith('#EXT-X-VERSION:')) read.version = Number(value)
    else if (line.startsWith('#EXT-X-TARGETDURATION:')) read.targetDurationS = Number(value)
    else if (line.startsWith('#EXT-X-SERVER-CONTROL:')) read.control = value
    else if (line.startsWith('#EXT-X-PART-INF:')) read.partTargetS = Number(attribute(line, 'PART-TARGET'))
    else if (line.startsWith('#EXT-X-MEDIA-SEQUENCE:')) place.mediaSequence = Number(value)
    else if (line.startsWith('#EXT-X-DISCONTINUITY-SEQUENCE:')) place.discontinuitySequence = Number(value)
    else if (line === '#EXT-X-INDEPENDENT-SEGMENTS') flags.isIndependent = true
    else if (line.startsWith('#EXT-X-SKIP:')) place.skipped = Number(attribute(line, 'SKIPPED-SEGMENTS'))
    else if (line === '#EXT-X-DISCONTINUITY') open.isSpliced = true
    else if (line === '#EXT-X-GAP') open.isGap = true
    else if (line === '#EXT-X-ENDLIST') flags.isEnded = true
    else if (line.startsWith('#EXT-X-MAP:')) {
      if (open.parts.length > 0) throw new Error('MAP behind a part of its segment')
      map = attribute(line, 'URI')
      open.map = map
    } else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) {
      if (open.parts.length > 0) throw new Error('PROGRAM-DATE-TIME behind a part of its segment')
      open.wallMs = Date.parse(value)
    } else if (line.startsWith('#EXT-X-PART:')) {
      if (line.includes('BYTERANGE')) throw new Error('a part is a byte range')
      open.parts.push({
        uri: attribute(line, 'URI') ?? '',
        durationS: Number(attribute(line, 'DURATION')),
        isIndependent: attribute(line, 'INDEPENDENT') === 'YES',
        isGap: attribute(line, 'GAP') === 'YES',
      })
    } else if (line.startsWith('#EXT-X-DATERANGE:')) dateRanges.push(line)
    else if (line.startsWith('#EXT-X-PRELOAD-HINT:TYPE=MAP,')) {
      if (mapHint !== null || hint !== null) throw new Error('a hint of an init behind that of its part, or two')
      mapHint = attribute(line, 'URI')
    } else if (line.startsWith('#EXTINF:')) open.durationS = Number(value.split(',')[0])
    else if (line.startsWith('#EXT-X-PRELOAD-HINT:')) {
      if (hint !== null) throw new Error('two hints')
      hint = attribute(line, 'URI')
    } else if (line.startsWith('#EXT-X-RENDITION-REPORT:')) reports.push(attribute(line, 'URI') ?? '')
    else throw new Error(`unknown line ${line}`)
  }
  return { ...read, ...place, ...flags, segments, open, hint, mapHint, dateRanges, reports }
}
