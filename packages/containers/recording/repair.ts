import { ticksPerMs } from '@sluice/codecs/frame'
import { type FileLine, formatLine, type IndexLine, readIndex, type SegmentLine } from './index-line.ts'
import { indexName, readMediaFileName } from './layout.ts'
import type { RecordingDisk } from './recording-disk.ts'
import { initBytesOf, walkParts } from './walk-parts.ts'

/** What a repair found. `lines`: the index as it is now. */
export type Repair = {
  readonly lines: readonly IndexLine[]
  /** Bytes that were in no whole part, and are gone. */
  readonly cutBytes: number
  /** Media that the index did not have yet. */
  readonly recoveredMs: number
}

/**
 * Makes a recording whole after its writer died: every line of the index has its bytes, every byte of media is in a line. Parts that were
 * whole on the disk stay, though their segment was not; what is behind them is cut off. Done twice it changes nothing the second time.
 */
export function repairRecording(disk: RecordingDisk): Repair {
  const indexBytes = disk.size(indexName) ?? 0
  const { lines, goodBytes } = readIndex(disk.read(indexName, 0, indexBytes))
  const kept = keepTrue(disk, lines)
  const added: IndexLine[] = []
  let cutBytes = 0
  let recoveredMs = 0
  for (const name of disk.names().filter((one) => readMediaFileName(one) !== null)) {
    const size = disk.size(name) ?? 0
    const own = kept.filter((line): line is FileLine | SegmentLine => line.type !== 'mark' && line.file === name)
    const initBytes = initBytesOf(disk, name, size)
    const from = Math.max(initBytes ?? 0, ...own.map((line) => (line.type === 'segment' ? line.offset + line.bytes : 0)))
    const found = initBytes === null ? null : readTail(disk, name, from, size, [...kept, ...added])
    if (initBytes === null || (found === null && own.every(({ type }) => type === 'file'))) {
      disk.remove(name)
      cutBytes += size
      for (const line of own) kept.splice(kept.indexOf(line), 1)
      continue
    }
    if (found !== null) {
      if (own.length === 0) added.push({ type: 'file', file: name, initBytes, wallMs: found.wallMs })
      added.push(found)
      recoveredMs += found.duration90k / ticksPerMs
    }
    const end = found === null ? from : found.offset + found.bytes
    if (end < size) disk.truncate(name, end)
    cutBytes += size - end
  }
  const whole = [...kept, ...added]
  const isChanged = goodBytes !== indexBytes || added.length > 0 || kept.length !== lines.length || disk.size(indexName) === null
  if (isChanged) disk.replace(indexName, new TextEncoder().encode(whole.map(formatLine).join('')))
  return { lines: whole, cutBytes, recoveredMs: Math.round(recoveredMs) }
}

/** Without the lines whose bytes are not there. After a power cut the last ones of a file may stand for bytes that never reached the disk. */
function keepTrue(disk: RecordingDisk, lines: readonly IndexLine[]): IndexLine[] {
  const sizes = new Map<string, number>(disk.names().map((name) => [name, disk.size(name) ?? 0]))
  const begun = new Set<string>()
  const broken = new Set<string>()
  const kept = lines.filter((line) => {
    if (line.type === 'mark') return true
    const size = sizes.get(line.file) ?? 0
    if (line.type === 'file') {
      if (size < line.initBytes || begun.has(line.file)) return false
      begun.add(line.file)
      return true
    }
    if (!begun.has(line.file) || line.offset + line.bytes > size) broken.add(line.file)
    return !broken.has(line.file)
  })
  for (const file of begun) {
    for (let at = lastOf(kept, file); at !== -1; at = lastOf(kept, file)) {
      if (isIntact(disk, kept[at] as SegmentLine)) break
      kept.splice(at, 1)
    }
  }
  return kept
}

const lastOf = (lines: readonly IndexLine[], file: string): number =>
  lines.findLastIndex((line) => line.type === 'segment' && line.file === file)

const isIntact = (disk: RecordingDisk, { file, offset, bytes, crc32 }: SegmentLine): boolean => crcOf(disk, file, offset, bytes) === crc32

const pieceBytes = 1024 * 1024

function crcOf(disk: RecordingDisk, file: string, offset: number, bytes: number): number {
  let crc = 0
  for (let at = offset; at < offset + bytes; at += pieceBytes) {
    crc = disk.crc32(disk.read(file, at, Math.min(pieceBytes, offset + bytes - at)), crc)
  }
  return crc
}

/** The whole parts behind the last segment of a file, as one segment; null: there are none. */
function readTail(disk: RecordingDisk, file: string, from: number, size: number, lines: readonly IndexLine[]): SegmentLine | null {
  const parts = [...walkParts(disk, file, from, size)]
  const [first] = parts
  const [start] = first?.samples ?? []
  const last = parts.at(-1)
  if (start === undefined || last === undefined) return null
  const end = last.samples.at(-1)!
  const before = lastSegment(lines, file)
  const continues = before !== null && start.dts >= before.startDts
  return {
    ...{ type: 'segment', file, offset: from, bytes: last.end - from, crc32: crcOf(disk, file, from, last.end - from) },
    number: (before?.number ?? 0) + 1,
    startDts: start.dts,
    startPts: start.pts,
    duration90k: Math.max(0, end.dts + end.duration - start.dts),
    wallMs: continues ? Math.round(before.wallMs + (start.dts - before.startDts) / ticksPerMs) : wallOf(lines, file),
    isSpliced: !continues,
    isIndependent: start.isSync,
  }
}

/** The last one of the same rendition and run. */
function lastSegment(lines: readonly IndexLine[], file: string): SegmentLine | null {
  const name = readMediaFileName(file)!
  const isOwn = (line: IndexLine): line is SegmentLine => {
    if (line.type !== 'segment') return false
    const other = readMediaFileName(line.file)!
    return other.run === name.run && other.rendition === name.rendition && other.no <= name.no
  }
  return lines.findLast(isOwn) ?? null
}

const wallOf = (lines: readonly IndexLine[], file: string): number =>
  (lines.find((line) => line.type === 'file' && line.file === file) ?? lines.at(-1))?.wallMs ?? 0
