import type { Frame, MediaNote, Track } from '@sluice/codecs/frame'
import { Normaliser } from '../index.ts'

/** A normaliser with all that it gave. */
export function collect() {
  const frames: Frame[] = []
  const tracks: Track[] = []
  const notes: MediaNote[] = []
  const normaliser = new Normaliser({
    onTrack: (track) => tracks.push(track),
    onFrame: (frame) => frames.push(frame),
    onNote: (note) => notes.push(note),
  })
  return { normaliser, frames, tracks, notes, codes: () => [...new Set(notes.map(({ code }) => code))].sort() }
}
