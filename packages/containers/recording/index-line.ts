import { readMediaFileName } from './layout.ts'

/** A file was begun: its first `initBytes` are an init segment, so that it plays by itself. */
export type FileLine = { readonly type: 'file'; readonly file: string; readonly initBytes: number; readonly wallMs: number }

/** One segment of one rendition, whole in its file. */
export type SegmentLine = {
  readonly type: 'segment'
  readonly file: string
  readonly offset: number
  readonly bytes: number
  /** Of its bytes. */
  readonly crc32: number
  /** The same moment in every rendition of a run. */
  readonly number: number
  /** Programme time of this run, 90 kHz. */
  readonly startDts: number
  /** When its first picture or sound is shown. */
  readonly startPts: number
  readonly duration90k: number
  /** When its first frame came in, milliseconds since 1970. */
  readonly wallMs: number
  /** It does not continue the one before. */
  readonly isSpliced: boolean
  /** Decoding can begin here. */
  readonly isIndependent: boolean
}

const markWhys = ['resumed', 'disk-slow', 'end'] as const
export type MarkWhy = (typeof markWhys)[number]
/** What happened to the recording itself. `lostMs`: programme that is not in it because of that; 0 where nobody can know. */
export type MarkLine = { readonly type: 'mark'; readonly why: MarkWhy; readonly wallMs: number; readonly lostMs: number }

export type IndexLine = FileLine | SegmentLine | MarkLine

/** One line of JSON with its line break: a line that was cut anywhere is none. */
export const formatLine = (line: IndexLine): string => `${JSON.stringify(line)}\n`

/** Null: not a line that `formatLine` wrote. */
function parseLine(text: string): IndexLine | null {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof read !== 'object' || read === null) return null
  const line = read as Readonly<Record<string, unknown>>
  if (line.type === 'mark') {
    const isMark = markWhys.some((why) => why === line.why) && isCount(line.wallMs) && isCount(line.lostMs)
    return isMark ? (line as MarkLine) : null
  }
  if (typeof line.file !== 'string' || readMediaFileName(line.file) === null || !isCount(line.wallMs)) return null
  if (line.type === 'file') return isCount(line.initBytes) ? (line as FileLine) : null
  if (line.type !== 'segment') return null
  const counts = [line.offset, line.bytes, line.crc32, line.number, line.startDts, line.startPts, line.duration90k]
  const isSegment = counts.every(isCount) && typeof line.isSpliced === 'boolean' && typeof line.isIndependent === 'boolean'
  return isSegment ? (line as SegmentLine) : null
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const lineBreak = 10

/** The lines of an index up to the first one that is none; `goodBytes`: where they end. */
export function readIndex(bytes: Uint8Array): { readonly lines: IndexLine[]; readonly goodBytes: number } {
  const text = new TextDecoder()
  const lines: IndexLine[] = []
  let at = 0
  for (let end = bytes.indexOf(lineBreak); end !== -1; end = bytes.indexOf(lineBreak, at)) {
    const line = parseLine(text.decode(bytes.subarray(at, end)))
    if (line === null) break
    lines.push(line)
    at = end + 1
  }
  return { lines, goodBytes: at }
}
