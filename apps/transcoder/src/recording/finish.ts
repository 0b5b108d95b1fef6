import { createHash } from 'node:crypto'
import type { Folder } from '@sluice/base/files'
import { ticksPerMs } from '@sluice/codecs/frame'
import { type IndexLine, planPieces, readMediaFileName, repairRecording, type SegmentLine } from '@sluice/containers/recording'
import type { RecordingFacts } from '@sluice/contract/transcoder'

const pieceBytes = 4 * 1024 * 1024

/** Makes a recording whole that nobody writes any more, and reads all of it once: what is in it, and whether the disk still has it. */
export function finishRecording(folder: Folder): RecordingFacts {
  const { lines } = repairRecording(folder)
  const segments = lines.filter((line): line is SegmentLine => line.type === 'segment')
  const pieces = planPieces(lines)
  const names = folder.names().filter((name) => readMediaFileName(name) !== null)
  const files = names.map((name) => ({ name, bytes: folder.size(name) ?? 0, sha256: sha256Of(folder, name) }))
  return {
    durationMs: Math.round(pieces.reduce((sum, { fromDts, endDts }) => sum + endDts - fromDts, 0) / ticksPerMs),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    lostMs: lostMs(lines, pieces),
    damaged: segments.filter((segment) => !isIntact(folder, segment)).length,
    pieces: pieces.map(({ movie90k, fromDts, endDts, wallMs }) => ({
      atMs: Math.round(movie90k / ticksPerMs),
      durationMs: Math.round((endDts - fromDts) / ticksPerMs),
      startedAtMs: wallMs,
    })),
    tracks: [...new Set(names.map((name) => readMediaFileName(name)!.rendition))].map((name) => ({
      name,
      kind: name.startsWith('v_') ? ('video' as const) : ('audio' as const),
    })),
    files,
  }
}

/** What the disk was too slow for, and what was on air between two processes that wrote. */
function lostMs(lines: readonly IndexLine[], pieces: ReturnType<typeof planPieces>): number {
  const marked = lines.reduce((sum, line) => sum + (line.type === 'mark' && line.why === 'disk-slow' ? line.lostMs : 0), 0)
  const between = pieces.slice(1).map((piece, i) => {
    const before = pieces[i]!
    return piece.run === before.run ? 0 : Math.max(0, piece.wallMs - before.wallMs - (before.endDts - before.fromDts) / ticksPerMs)
  })
  return Math.round(between.reduce((sum, ms) => sum + ms, marked))
}

function isIntact(folder: Folder, { file, offset, bytes, crc32 }: SegmentLine): boolean {
  let crc = 0
  for (let at = offset; at < offset + bytes; at += pieceBytes) {
    crc = folder.crc32(folder.read(file, at, Math.min(pieceBytes, offset + bytes - at)), crc)
  }
  return crc === crc32
}

function sha256Of(folder: Folder, name: string): string {
  const hash = createHash('sha256')
  const size = folder.size(name) ?? 0
  for (let at = 0; at < size; at += pieceBytes) hash.update(folder.read(name, at, pieceBytes))
  return hash.digest('hex')
}
