import type { Track } from '@sluice/codecs/frame'

/** What a decoder needs before any part made under it. A configuration that changes makes a new version; versions count from 0. */
export type InitData = { readonly version: number; readonly track: Track; readonly bytes: Uint8Array }

/** A piece of one track: one moof and its mdat, made once. `bytes` are shared by every view: nobody may write to them. */
export type Part = {
  /** Rises by one a part of its rendition, over restarts too: the name of its file. */
  readonly number: number
  /** Programme time, 90 kHz: each part begins where the one before ended. */
  readonly startDts: number
  /** Never over the part target. */
  readonly duration90k: number
  /** It begins with a key frame. */
  readonly isIndependent: boolean
  /** The track has no media here: there is nothing to fetch. */
  readonly isGap: boolean
  readonly bytes: Uint8Array
  readonly frames: number
  /** Bytes from its start to the end of its first sample. */
  readonly firstSampleEnd: number
}

/** Where a segment begins: the same for all renditions. */
export type Boundary = {
  /** Rises by one a segment, over restarts too. */
  readonly number: number
  readonly startDts: number
  /** When its first picture is shown: sound of the same moment begins here. */
  readonly startPts: number
  /** It does not continue the one before: another source, a gap, or another configuration. */
  readonly isSpliced: boolean
  /** Splices since the store was opened, its own among them. */
  readonly splices: number
  /** When its first frame came in, milliseconds since 1970. */
  readonly startWallMs: number
}

/** A segment of one rendition: the list of its parts, which only grows until the segment is whole. */
export type Segment = Boundary & {
  /** Null: it holds gaps alone. */
  readonly init: InitData | null
  readonly parts: readonly Part[]
  readonly isWhole: boolean
  readonly duration90k: number
  readonly bytes: number
  /** Its pictures begin with a key frame. Of sound always. */
  readonly isIndependent: boolean
}

/** CEA-608 channels of both fields, and the first service of CEA-708. Spec: RFC 8216 §4.3.4.1 (INSTREAM-ID) */
export const captionServices = ['CC1', 'CC3', 'SERVICE1'] as const
export type CaptionService = (typeof captionServices)[number]

/**
 * Something that happens at a moment of the programme, beside its media. Plain data: views show it, recordings and other processes keep it.
 * `id3`: whole tags; they lie in the parts of the pictures too. `scte35`: a whole section, of a break or another mark.
 */
export type TimedEvent = {
  readonly kind: 'id3' | 'scte35'
  /** Rises by one an event, over restarts too. */
  readonly id: number
  /** Programme time, 90 kHz: when it happens. */
  readonly pts: number
  /** The same on the clock of the playlist, milliseconds since 1970. */
  readonly wallMs: number
  readonly bytes: Uint8Array
}

/** Above the length that parts should have: they end at whole frames, and frames of 10 fps or of 46 ms of sound are long. */
const partRoom = 1.1

/** The length that no part passes, for parts that should last `part`, in its unit. */
export const partTargetOf = (part: number): number => part * partRoom
