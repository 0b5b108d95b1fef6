import { SluiceError } from '@sluice/base/errors'
import type { Folder } from '@sluice/base/files'
import { ticksPerMs } from '@sluice/codecs/frame'
import { MovieTrack, writeMovieHead } from '@sluice/containers/fmp4'
import { indexName, initBytesOf, type MovieWindow, planMovie, readIndex, type SegmentLine, walkParts } from '@sluice/containers/recording'

type Planned = SegmentLine & { readonly shift90k: number }
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
  const all = plan.tracks.flatMap(({ segments }, track) => segments.map((segment) => ({ segment, track })))
  // Players read on in one place: what is shown at the same time lies side by side.
  all.sort((a, b) => a.segment.startDts + a.segment.shift90k - b.segment.startDts - b.segment.shift90k || a.track - b.track)
  let dataBytes = 0
  for (const { segment, track } of all) dataBytes += addSegment(folder, tracks, track, segment, dataBytes)
  const head = writeMovieHead(tracks.filter(Boolean), plan.from90k, plan.to90k, dataBytes)
  return {
    bytes: head.length + dataBytes,
    durationMs: Math.round((plan.to90k - plan.from90k) / ticksPerMs),
    *read() {
      yield head
      for (const { segment } of all) yield* payloadsOf(folder, segment)
    },
  }
}

/** The files of before this segment's: a track may have another configuration in each. */
function addSegment(folder: Folder, tracks: MovieTrack[], index: number, segment: Planned, offset: number): number {
  const { file, shift90k } = segment
  const initBytes = initBytesOf(folder, file, folder.size(file) ?? 0)
  if (initBytes === null) throw damaged(segment)
  const init = folder.read(file, 0, initBytes)
  tracks[index] ??= new MovieTrack(init)
  const track = tracks[index]
  track.setInit(init)
  const parts = [...walkParts(folder, file, segment.offset, segment.offset + segment.bytes)]
  if (parts.at(-1)?.end !== segment.offset + segment.bytes) throw damaged(segment)
  track.add(
    offset,
    parts.flatMap(({ samples }) => samples),
    shift90k,
  )
  return parts.reduce((sum, { payloadAt, end }) => sum + end - payloadAt, 0)
}

function* payloadsOf(folder: Folder, segment: Planned): Generator<Uint8Array> {
  const { file, offset, bytes, crc32 } = segment
  const whole = folder.read(file, offset, bytes)
  if (folder.crc32(whole) !== crc32) throw damaged(segment)
  for (const { payloadAt, end } of walkParts(folder, file, offset, offset + bytes)) yield whole.subarray(payloadAt - offset, end - offset)
}

const damaged = ({ file, number }: SegmentLine): SluiceError =>
  new SluiceError('RECORDING_DAMAGED', 'operator', `segment ${number} in ${file} has other bytes than were written`)
