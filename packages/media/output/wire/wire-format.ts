import type { Frame, Track } from '@sluice/codecs/frame'
import type { ProgrammeData } from '../../bus/index.ts'

/**
 * How the programme looks on one kind of wire. The bytes must depend on no connection's state: one buffer goes to every output
 * that stands at the same point. A format is used by one fan-out alone and may keep counters.
 */
export interface WireFormat {
  /**
   * Codec configuration and metadata: sent to a joiner before its first frame, and to all when tracks change. Metadata is stamped with
   * `dts`, each configuration with `dtsOf` its track (the same unless given), so that no track steps back.
   */
  head(tracks: readonly Track[], dts: number, dtsOf?: (track: Track) => number): Uint8Array
  /** One frame on the wire, or null for a frame of a track that the format does not carry. */
  frame(frame: Frame): Uint8Array | null
  /** What `frame` gives, in pieces of which one is the frame's own bytes: they are copied once, into what is written. Absent: there is no such form. */
  pieces?(frame: Frame): readonly Uint8Array[] | null
  /** Timed data on the wire. Absent or undefined: this wire has no place for it. */
  data?(data: ProgrammeData): Uint8Array | undefined
  /** Tracks that this wire leaves out beside what it refuses, in words for the operator. */
  leavesOut?(tracks: readonly Track[]): readonly string[]
  /** The far end plays by the time of each write: nothing is held back for company. */
  readonly keepsPace?: boolean
  /** The first track that this wire can't carry, or null: tested before an output joins. */
  refuses(tracks: readonly Track[]): Track | null
}
