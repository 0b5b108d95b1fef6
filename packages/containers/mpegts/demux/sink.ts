import type { Frame, MediaNote, Track } from '@sluice/codecs/frame'

/** What the demuxer learns about the stream beside its media, for the operator's eyes. */
export type TsFact =
  /** The first program with media is carried; `others` of the stream are not. */
  | { readonly type: 'program.chosen'; readonly programNumber: number; readonly others: readonly number[] }
  /** The program that was carried is gone from the PAT: the next PMT with media is taken. */
  | { readonly type: 'program.lost'; readonly programNumber: number }
  /** A stream that is not carried, and what it is (`MP2 audio`). Given once for each PMT that names it anew. */
  | { readonly type: 'stream.unsupported'; readonly pid: number; readonly streamType: number; readonly name: string }
  /** A stream that was carried left the PMT. */
  | { readonly type: 'track.ended'; readonly kind: Track['kind']; readonly id: number }
  /** The sender began a new time base: timestamps may jump. */
  | { readonly type: 'timebase.changed' }

/** Where the demuxer puts what it finds, in stream order. Called inside `push`; must not throw, nor call back into the demuxer. */
export interface TsSink {
  /** A stream's configuration, before its first frame and again when it changes: then a new object with the same id. */
  onTrack(track: Track): void
  /** `frame.bytes` belongs to the receiver: nothing writes to it any more. */
  onFrame(frame: Frame): void
  onFact?(fact: TsFact): void
  /** Something is left out or can't be used: once for what the tables name, after each push for what is counted. */
  onNote?(note: MediaNote): void
}
