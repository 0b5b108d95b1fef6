import type { Frame, Track } from '@sluice/codecs/frame'
import type { Descriptor } from '../psi/descriptor.ts'

/** Puts the frames of one track into the form that PES packets carry. Made anew when the track changes. */
export interface TrackWriter {
  readonly track: Track
  readonly streamType: number
  readonly streamId: number
  readonly descriptors: readonly Descriptor[]
  /**
   * Ticks from this frame to the next where they may share a PES packet, 0 where they may not: the receiver then finds the
   * later ones' time by counting.
   */
  readonly frameTicks: number
  /** The frame's bytes in parts: views and small headers. Null: broken, or too long for its form; nothing is written then. */
  pieces(frame: Frame): Uint8Array[] | null
}
