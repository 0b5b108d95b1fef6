import { readU32, readU64 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** One box as it stands in `b` from `at` to `end`; `bodyAt` is where its content starts. */
export type Mp4Box = {
  readonly type: string
  readonly at: number
  readonly bodyAt: number
  readonly end: number
  readonly children: readonly Mp4Box[]
}

/** Bytes between a box's header and its first child, for the boxes that hold others. */
// biome-ignore format: one line a level reads as the tree
const childOffsets: { readonly [type: string]: number } = {
  moov: 0, trak: 0, edts: 0, mdia: 0, minf: 0, dinf: 0, stbl: 0, mvex: 0, moof: 0, traf: 0,
  stsd: 8, dref: 8,
  avc1: 78, avc3: 78, hvc1: 78, hev1: 78, av01: 78, vp09: 78,
  mp4a: 28, Opus: 28, 'ac-3': 28, 'ec-3': 28, fLaC: 28,
}

const maxDepth = 12
/** An hour in fragments of a second with sound and pictures has 50 000. An empty box is 8 bytes and costs us twenty times that. */
const maxBoxes = 60_000

/** The boxes from `at` to `end`, with their children. Throws WireError when one leaves its parent. Spec: ISO/IEC 14496-12 §4.2 */
export function readBoxes(b: Uint8Array, at = 0, end = b.length): Mp4Box[] {
  return readLevel(b, at, end, 0, { boxes: maxBoxes })
}

type Budget = { boxes: number }

function readLevel(b: Uint8Array, from: number, end: number, depth: number, budget: Budget): Mp4Box[] {
  const boxes: Mp4Box[] = []
  for (let at = from; at < end; ) {
    const box = readBox(b, at, end, depth, budget)
    boxes.push(box)
    at = box.end
  }
  return boxes
}

function readBox(b: Uint8Array, at: number, parentEnd: number, depth: number, budget: Budget): Mp4Box {
  if (--budget.boxes < 0) throw new WireError('FMP4_BOX', at, `more than ${maxBoxes} boxes`)
  const left = parentEnd - at
  if (left < 8) throw new WireError('FMP4_BOX', at, `${left} bytes left, a box header has 8`)
  const type = String.fromCharCode(...b.subarray(at + 4, at + 8))
  const size32 = readU32(b, at)
  const headerBytes = size32 === 1 ? 16 : 8
  if (left < headerBytes) throw new WireError('FMP4_BOX', at, `${left} bytes left, the header of "${type}" has 16`)
  const size = size32 === 0 ? left : size32 === 1 ? readU64(b, at + 8) : size32
  if (size < headerBytes || size > left) throw new WireError('FMP4_BOX', at, `box "${type}" of ${size} bytes, ${left} are left`)
  const bodyAt = at + headerBytes
  const end = at + size
  const childAt = childOffsets[type]
  const hasChildren = childAt !== undefined && depth < maxDepth && bodyAt + childAt <= end
  return { type, at, bodyAt, end, children: hasChildren ? readLevel(b, bodyAt + childAt, end, depth + 1, budget) : [] }
}

/** The first box on the path `types` below `boxes` (`['moov', 'trak', 'tkhd']`), or null. */
export function findBox(boxes: readonly Mp4Box[], types: readonly string[]): Mp4Box | null {
  let found: Mp4Box | null = null
  for (const type of types) {
    found = (found === null ? boxes : found.children).find((box) => box.type === type) ?? null
    if (found === null) return null
  }
  return found
}
