import type { DataTrack, Frame, MediaNote, Track } from '@sluice/codecs/frame'

/** A piece of timed data: a SCTE-35 section, or ID3 tags. `bytes` belong to the receiver. */
export type TsData = {
  readonly track: DataTrack
  /** On the time of the frames: of ID3 its own, of a section that of the newest frame. */
  readonly dts: number
  /** From `dts` to the splice point; 0: now. */
  readonly aheadTicks: number
  readonly bytes: Uint8Array
}

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
  /** Without it timed data is a stream that is not carried. */
  onTimed?(data: TsData): void
  onFact?(fact: TsFact): void
  /** Something is left out or can't be used: once for what the tables name, after each push for what is counted. */
  onNote?(note: MediaNote): void
}
