import { ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import type { IndexLine, SegmentLine } from './index-line.ts'
import { readMediaFileName } from './layout.ts'

/** A time without media that is longer is left out of the film: what follows goes on where the media ended. */
const holeTicks = ticksPerSecond / 2

/** Media without a hole. Of its run, from `fromDts` until `endDts`; a film has it from `movie90k` on. */
export type RecordedPiece = {
  readonly run: number
  readonly fromDts: number
  readonly endDts: number
  readonly movie90k: number
  /** When its first frame came in. */
  readonly wallMs: number
}

/** Milliseconds of the film; absent: all of it. `isExact`: it is shown from this very frame on, and not from the key frame before. */
export type MovieWindow = { readonly fromMs?: number | undefined; readonly toMs?: number | undefined; readonly isExact?: boolean }

export type MovieTrackPlan = {
  readonly rendition: string
  readonly kind: 'video' | 'audio'
  /** `shift90k`: what its decoding times are later in the film. */
  readonly segments: readonly (SegmentLine & { readonly shift90k: number })[]
}

/** What a film is made of. Times are the film's, 90 kHz: it is shown from `from90k` until `to90k`. */
export type MoviePlan = {
  readonly tracks: readonly MovieTrackPlan[]
  readonly from90k: number
  readonly to90k: number
}

type Placed = SegmentLine & { readonly run: number; readonly no: number; readonly rendition: string }

const kindOf = (rendition: string): 'video' | 'audio' => (rendition.startsWith('v_') ? 'video' : 'audio')

/** The pieces of a recording in their order. Holes and restarts stand between them. */
export function planPieces(lines: readonly IndexLine[]): RecordedPiece[] {
  return piecesOf(placed(lines))
}

function piecesOf(segments: readonly Placed[]): RecordedPiece[] {
  const sorted = [...segments].sort((a, b) => a.run - b.run || a.startDts - b.startDts)
  const pieces: { -readonly [key in keyof RecordedPiece]: RecordedPiece[key] }[] = []
  for (const { run, startDts, duration90k, wallMs } of sorted) {
    const open = pieces.at(-1)
    if (open !== undefined && open.run === run && startDts - open.endDts <= holeTicks) {
      open.endDts = Math.max(open.endDts, startDts + duration90k)
      continue
    }
    const movie90k = open === undefined ? 0 : open.movie90k + open.endDts - open.fromDts
    pieces.push({ run, fromDts: startDts, endDts: startDts + duration90k, movie90k, wallMs })
  }
  return pieces
}

function placed(lines: readonly IndexLine[]): Placed[] {
  return lines.flatMap((line) => (line.type === 'segment' ? [{ ...line, ...readMediaFileName(line.file)! }] : []))
}

/**
 * Which segments make a film of a recording, and when each is shown in it. All tracks of a piece are moved by the same, so that sound stays with
 * its picture. Null: there is no media in the window.
 */
export function planMovie(lines: readonly IndexLine[], { fromMs = 0, toMs, isExact = false }: MovieWindow = {}): MoviePlan | null {
  const segments = placed(lines)
  const pieces = piecesOf(segments)
  const last = pieces.at(-1)
  if (last === undefined) return null
  const moved = segments
    .map((segment) => ({ ...segment, shift90k: shiftOf(pieces, segment) }))
    .sort((a, b) => a.run - b.run || a.no - b.no || a.offset - b.offset)
  const firstShown = Math.min(...firstOfEach(moved).map(shownFrom))
  const wishFrom = firstShown + fromMs * ticksPerMs
  const wholeEnd = last.movie90k + last.endDts - last.fromDts
  const to90k = Math.min(
    wholeEnd + (firstShown - shownStart(moved)),
    toMs === undefined ? Number.POSITIVE_INFINITY : firstShown + toMs * ticksPerMs,
  )
  const pictures = moved.filter(({ rendition }) => kindOf(rendition) === 'video')
  const cut = pictures.findLast((one) => one.isIndependent && shownFrom(one) <= wishFrom) ?? pictures.find((one) => one.isIndependent)
  const from90k = cut === undefined || isExact ? Math.max(wishFrom, cut === undefined ? 0 : shownFrom(cut)) : shownFrom(cut)
  if (to90k <= Math.max(from90k, wishFrom)) return null
  const decodeFrom = cut === undefined ? from90k : cut.startDts + cut.shift90k
  const renditions = [...new Set(moved.map(({ rendition }) => rendition))].sort(
    (a, b) => kindOf(b).localeCompare(kindOf(a)) || a.localeCompare(b),
  )
  const tracks = renditions.map((rendition): MovieTrackPlan => {
    const kind = kindOf(rendition)
    const isIn = (one: (typeof moved)[number]): boolean => {
      const start = one.startDts + one.shift90k
      if (one.rendition !== rendition || start >= to90k) return false
      return kind === 'video' ? start >= decodeFrom : start + one.duration90k > from90k
    }
    return { rendition, kind, segments: startingWhole(kind, moved.filter(isIn)) }
  })
  const filled = tracks.filter(({ segments: own }) => own.length > 0)
  return filled.length === 0 ? null : { tracks: filled, from90k, to90k }
}

const shownFrom = (one: SegmentLine & { shift90k: number }): number => one.startPts + one.shift90k

/** Of each rendition the first segment. */
function firstOfEach<T extends { readonly rendition: string }>(segments: readonly T[]): T[] {
  const seen = new Map<string, T>()
  for (const one of segments) if (!seen.has(one.rendition)) seen.set(one.rendition, one)
  const firsts = [...seen.values()]
  const pictures = firsts.filter(({ rendition }) => kindOf(rendition) === 'video')
  return pictures.length > 0 ? pictures : firsts
}

/** Where the decoding of the first of them begins: pictures are shown later than that. */
const shownStart = (moved: readonly (SegmentLine & { shift90k: number; rendition: string })[]): number =>
  Math.min(...firstOfEach(moved).map((one) => one.startDts + one.shift90k))

/** No player can begin a picture track without a key frame. */
function startingWhole<T extends SegmentLine>(kind: 'video' | 'audio', segments: readonly T[]): readonly T[] {
  const first = kind === 'audio' ? 0 : segments.findIndex(({ isIndependent }) => isIndependent)
  return first === -1 ? [] : segments.slice(first)
}

function shiftOf(pieces: readonly RecordedPiece[], { run, startDts }: Placed): number {
  const piece = pieces.findLast((one) => one.run === run && one.fromDts <= startDts)!
  return piece.movie90k - piece.fromDts
}
