/** Bytes of a resource: `length` from `offset`. Spec: RFC 8216 §4.3.2.2 */
export type ByteRange = { readonly length: number; readonly offset: number }

/** The init segment that the segments from here on need. Spec: RFC 8216 §4.3.2.5 */
export type InitMap = { readonly uri: string; readonly byteRange?: ByteRange }

/** A piece of a segment that can be fetched before the segment is whole. Spec: draft-pantos-hls-rfc8216bis §4.4.4.9 */
export type PartialSegment = {
  readonly uri: string
  readonly durationS: number
  readonly isIndependent: boolean
  readonly isGap: boolean
}

/** One media segment with the tags before it. Optional fields are left out when not set. */
export type MediaSegment = {
  readonly uri: string
  readonly durationS: number
  readonly title?: string
  readonly byteRange?: ByteRange
  /** Written where it differs from the segment before. */
  readonly map?: InitMap
  /** Timestamps or codecs break before this segment. Spec: RFC 8216 §4.3.2.3 */
  readonly hasDiscontinuity?: boolean
  /** Wall-clock time of the segment's first frame, milliseconds since 1970. Spec: RFC 8216 §4.3.2.6 */
  readonly programDateTimeMs?: number
  /** METHOD of the key in force (`AES-128`, `SAMPLE-AES`), left out for NONE. Read, not written. Spec: RFC 8216 §4.3.2.4 */
  readonly keyMethod?: string
  /** There is no media here, and nothing to fetch. Spec: draft-pantos-hls-rfc8216bis §4.4.4.7 */
  readonly isGap?: boolean
  /** Written, not read. */
  readonly parts?: readonly PartialSegment[]
}

/** What is known of the segment that comes next: the tags before its first part, and the parts that there are. */
export type OpenSegment = Pick<MediaSegment, 'map' | 'hasDiscontinuity' | 'programDateTimeMs'> & {
  readonly parts: readonly PartialSegment[]
}

/** A span of time that something holds for: a break. Written, not read. Spec: RFC 8216 §4.3.2.7 */
export type DateRange = {
  /** The same in every rendition, and never that of another range. */
  readonly id: string
  readonly startMs: number
  readonly endMs?: number
  readonly plannedDurationS?: number
  /** A whole splice_info_section, in hexadecimal. */
  readonly scte35?: { readonly as: 'OUT' | 'IN' | 'CMD'; readonly section: Uint8Array }
}

/** What makes a playlist one of low latency. Written, not read. Spec: draft-pantos-hls-rfc8216bis §4.4.3.7, §4.4.3.8, §4.4.5.3, §4.4.5.4 */
export type LowLatency = {
  readonly partTargetS: number
  readonly partHoldBackS: number
  readonly holdBackS: number
  readonly canSkipUntilS: number
  /** Segments at the top that this text leaves out; 0: none. */
  readonly skippedSegments: number
  readonly open: OpenSegment | null
  /** The next part; null: the playlist has ended. */
  readonly hintUri: string | null
  /** The init segment that the next part needs, where it is another one. */
  readonly mapHintUri?: string | null
  readonly reports: readonly { readonly uri: string; readonly lastNumber: number; readonly lastPart: number }[]
}

/** A media playlist. Spec: RFC 8216 §4.3.3 */
export type MediaPlaylist = {
  readonly version: number
  /** Whole seconds, not below any rounded segment duration, and never changed in a live playlist. */
  readonly targetDurationS: number
  /** Number of the first segment here. */
  readonly mediaSequence: number
  /** Discontinuities that have left the playlist at its top. */
  readonly discontinuitySequence: number
  readonly playlistType?: 'EVENT' | 'VOD'
  /** Every segment starts with a key frame. */
  readonly hasIndependentSegments: boolean
  /** No segment will follow. */
  readonly isEnded: boolean
  readonly segments: readonly MediaSegment[]
  readonly lowLatency?: LowLatency
  readonly dateRanges?: readonly DateRange[]
  /** Each segment is one key frame. Written, not read. Spec: RFC 8216 §4.3.3.6 */
  readonly hasIFramesOnly?: boolean
}
