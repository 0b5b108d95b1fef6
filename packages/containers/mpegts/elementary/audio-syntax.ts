import type { AudioTrack } from '@sluice/codecs/frame'

/** What one frame of a self-framed audio stream holds. */
export type AudioUnit = {
  /** The same object as long as the configuration stays. */
  readonly track: AudioTrack
  /** Bare access units, in order, as Frame.bytes wants them: views of the frame, or fresh arrays. */
  readonly payloads: readonly Uint8Array[]
  /** Duration of each payload in samples, and how many of them make a second. */
  readonly samples: number
  readonly samplesPerSecond: number
}

/** How an audio format with a sync word is cut: the state of one stream. */
export interface AudioSyntax {
  /** Longest frame: what is kept from one PES packet to the next. */
  readonly maxFrameBytes: number
  /** Whole length of the frame at `at`; 0: `b` ends before that can be told; -1: no frame starts here. Never throws. */
  frameBytes(b: Uint8Array, at: number): number
  /** Why the last frame that was read gave null, in the operator's words; null while nothing is known to be wrong with its form. */
  readonly refusal?: string | null
  /** Reads the whole frame `b`. Null: its form is one that is not carried. Throws WireError when it is broken. */
  readFrame(b: Uint8Array): AudioUnit | null
}
