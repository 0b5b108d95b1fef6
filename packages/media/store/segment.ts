import type { Track } from '@sluice/codecs/frame'

/** What a decoder needs before any segment made under it. A configuration that changes makes a new version; versions count from 0. */
export type InitData = { readonly version: number; readonly tracks: readonly Track[]; readonly bytes: Uint8Array }

/** A piece of the programme as a packager hands it over. `bytes` are shared from then on: nobody may write to them. */
export type SegmentMedia = {
  readonly bytes: Uint8Array
  /** Programme time of its first frame, 90 kHz. */
  readonly startDts: number
  readonly duration90k: number
  readonly frames: number
  /** It decodes without the one before it: its pictures begin with a key frame. */
  readonly isIndependent: boolean
}

/** A segment as the store keeps it. */
export type Segment = SegmentMedia & {
  /** Rises by one a segment, over restarts too. */
  readonly number: number
  readonly init: InitData
  /** It does not continue the one before it: another source, a gap, or another configuration. */
  readonly isSpliced: boolean
  /** Splices since the store was opened, its own among them. */
  readonly splices: number
  /** When its first frame was made, milliseconds since 1970. */
  readonly startWallMs: number
}
