import { SluiceError } from '@sluice/base/errors'
import type { Folder } from '@sluice/base/files'
import { ticksPerMs } from '@sluice/codecs/frame'
import { MovieTrack, type ReadSample, writeMovieHead } from '@sluice/containers/fmp4'
import { indexName, initBytesOf, type MovieWindow, planMovie, readIndex, type SegmentLine, walkParts } from '@sluice/containers/recording'

/** What of a film's time is in it. */
type Shown = { readonly from90k: number; readonly to90k: number }
type Planned = SegmentLine & { readonly shift90k: number; readonly kind: 'video' | 'audio' }
/** The samples of a part that the film has, whose bytes stand in one piece. */
type Kept = { readonly samples: readonly ReadSample[]; readonly at: number; readonly end: number }
/** A film that can be read from its first byte to its last. */
export type Movie = { readonly bytes: number; readonly durationMs: number; read(): Generator<Uint8Array> }

/**
 * A recording as one MP4 file, without writing it anywhere: what players need to know first is made out of the heads of all parts, and the media
 * follows as it lies on the disk, each segment held against its checksum. Null: there is no media in the window.
 */
export function openMovie(folder: Folder, window: MovieWindow): Movie | null {
  const { lines } = readIndex(folder.read(indexName, 0, folder.size(indexName) ?? 0))
  const plan = planMovie(lines, window)
  if (plan === null) return null
  const tracks: MovieTrack[] = []
  const all = plan.tracks.flatMap(({ segments, kind }, track) => segments.map((segment) => ({ segment: { ...segment, kind }, track })))
  // Players read on in one place: what is shown at the same time lies side by side.
  all.sort((a, b) => a.segment.startDts + a.segment.shift90k - b.segment.startDts - b.segment.shift90k || a.track - b.track)
  let dataBytes = 0
  for (const { segment, track } of all) dataBytes += addSegment(folder, tracks, track, segment, plan, dataBytes)
  const head = writeMovieHead(tracks, plan.from90k, plan.to90k, dataBytes)
  return {
    bytes: head.length + dataBytes,
    durationMs: Math.round((plan.to90k - plan.from90k) / ticksPerMs),
    *read() {
      yield head
      for (const { segment } of all) yield* payloadsOf(folder, segment, plan)
    },
  }
}

/** Adds the samples of a segment to its track; answers the bytes that they take. Another file may mean another configuration. */
function addSegment(folder: Folder, tracks: MovieTrack[], index: number, segment: Planned, shown: Shown, offset: number): number {
  const { file } = segment
  const initBytes = initBytesOf(folder, file, folder.size(file) ?? 0)
  if (initBytes === null) throw damaged(segment)
  const init = folder.read(file, 0, initBytes)
  tracks[index] ??= new MovieTrack(init)
  const track = tracks[index]
  track.setInit(init)
  const kept = keptOf(folder, segment, shown)
  track.add(
    offset,
    kept.flatMap(({ samples }) => samples),
    segment.shift90k,
  )
  return kept.reduce((sum, { at, end }) => sum + end - at, 0)
}

function* payloadsOf(folder: Folder, segment: Planned, shown: Shown): Generator<Uint8Array> {
  const { file, offset, bytes, crc32 } = segment
  const whole = folder.read(file, offset, bytes)
  if (folder.crc32(whole) !== crc32) throw damaged(segment)
  for (const { at, end } of keptOf(folder, segment, shown)) yield whole.subarray(at - offset, end - offset)
}

/** Without sound from before the film, and anything from behind its end; pictures from before it are what the first one is made of. */
function keptOf(folder: Folder, segment: Planned, { from90k, to90k }: Shown): Kept[] {
  const { file, offset, bytes, shift90k, kind } = segment
  const parts = [...walkParts(folder, file, offset, offset + bytes)]
  if (parts.at(-1)?.end !== offset + bytes) throw damaged(segment)
  return parts.flatMap(({ samples, payloadAt }) => {
    const isIn = ({ dts, duration }: ReadSample): boolean =>
      dts + shift90k < to90k && (kind === 'video' || dts + duration + shift90k > from90k)
    const first = samples.findIndex(isIn)
    if (first === -1) return []
    const kept = samples.slice(first, 1 + samples.findLastIndex(isIn))
    const at = payloadAt + bytesOf(samples.slice(0, first))
    return [{ samples: kept, at, end: at + bytesOf(kept) }]
  })
}

const bytesOf = (samples: readonly ReadSample[]): number => samples.reduce((sum, { at, end }) => sum + end - at, 0)

const damaged = ({ file, number }: SegmentLine): SluiceError =>
  new SluiceError('RECORDING_DAMAGED', 'operator', `segment ${number} in ${file} has other bytes than were written`)
