import type { Frame, MediaNote, Track } from '@sluice/codecs/frame'
import { TsDemuxer, type TsDemuxerOptions, type TsFact, type TsSink, type TsStats } from '../index.ts'

/** All that a demuxer gave. */
export type Collected = { readonly tracks: Track[]; readonly frames: Frame[]; readonly facts: TsFact[]; readonly notes: MediaNote[] }

/** A sink that keeps everything. */
export function makeCollector(): Collected & TsSink {
  const tracks: Track[] = []
  const frames: Frame[] = []
  const facts: TsFact[] = []
  const notes: MediaNote[] = []
  return {
    tracks,
    frames,
    facts,
    notes,
    onTrack: (track) => tracks.push(track),
    onFrame: (frame) => frames.push(frame),
    onFact: (fact) => facts.push(fact),
    onNote: (note) => notes.push(note),
  }
}

/** Demuxes all of `ts`, in pieces of the sizes that `nextBytes` gives (default: SRT payloads), and flushes. */
export function demuxAll(
  ts: Uint8Array,
  options: TsDemuxerOptions = {},
  nextBytes: () => number = () => 1316,
): Collected & { stats: TsStats } {
  const demuxer = new TsDemuxer(options)
  const { tracks, frames, facts, notes, ...sink } = makeCollector()
  for (let at = 0; at < ts.length; ) {
    const end = at + nextBytes()
    demuxer.push(ts.subarray(at, end), sink)
    at = end
  }
  demuxer.flush(sink)
  return { tracks, frames, facts, notes, stats: demuxer.stats() }
}

/** The frames of one kind, and of one track id if given. */
export const framesOf = (all: readonly Frame[], kind: Track['kind'], id?: number): Frame[] =>
  all.filter((frame) => frame.track.kind === kind && (id === undefined || frame.track.id === id))
