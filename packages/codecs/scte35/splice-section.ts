import { BitReader } from '../bits/index.ts'

/** Spec: SCTE 35 §9.6 */
export const spliceTableId = 0xfc

/** What one splice_info_section announces. */
export type SpliceSection = {
  /** `out`: the programme leaves for a break; `in`: it returns; `other`: a command without either, such as a chapter. */
  readonly kind: 'out' | 'in' | 'other'
  /** Of the splice or segmentation event: the same for the way out and the way back. Null: the command has none. */
  readonly eventId: number | null
  /** When it happens, 33 bits of 90 kHz on the clock of the source; null: at once. */
  readonly pts33: number | null
  /** How long the break is planned to last; null: it ends with a word of its own. */
  readonly durationTicks: number | null
}

const Command = { null: 0x00, insert: 0x05, signal: 0x06 } as const
const segmentationTag = 0x02
/** Breaks, advertisements, placement opportunities, overlays: the number above each is its end. Spec: SCTE 35 §10.3.3.1 */
const outTypes: ReadonlySet<number> = new Set([0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46])
const wrap33 = 2 ** 33
const headBytes = 14
const cuei = 0x43554549
/** A section names one event, or a handful for several systems. */
const maxDescriptors = 32

type Announced = Pick<SpliceSection, 'kind' | 'eventId' | 'durationTicks'>

/**
 * Reads a splice_info_section, whole and with its checksum verified by the caller. Null: it announces nothing (a heartbeat, a cancelled event), is
 * encrypted, or broken. Spec: SCTE 35 §9.6, §9.7, §10.3.3
 */
export function readSpliceSection(b: Uint8Array): SpliceSection | null {
  if (b.length < headBytes + 4 || b[0] !== spliceTableId) return null
  const bits = new BitReader(b, 4)
  if (bits.readFlag()) return null
  bits.skipBits(6)
  const adjustment = read33(bits)
  bits.skipBits(8 + 12)
  const declared = bits.readBits(12)
  const type = bits.readBits(8)
  if (type !== Command.insert && type !== Command.signal) return null
  const insert = type === Command.insert ? readInsert(bits) : null
  const time = insert === null ? readTime(bits) : insert.time
  if (bits.isShort || insert?.isCancelled === true) return null
  // 0xfff is what older equipment writes for a length that it does not tell.
  const descriptorsAt = declared === 0xfff ? bits.offset : headBytes + declared
  const announced = insert?.announced ?? readSegmentation(b, descriptorsAt) ?? nothing
  if (announced === 'cancelled') return null
  return { ...announced, pts33: time === null ? null : (time + adjustment) % wrap33 }
}

const nothing: Announced = { kind: 'other', eventId: null, durationTicks: null }

const read33 = (bits: BitReader): number => bits.readBits(1) * 2 ** 32 + bits.readBits(32)

function readTime(bits: BitReader): number | null {
  if (!bits.readFlag()) {
    bits.skipBits(7)
    return null
  }
  bits.skipBits(6)
  return read33(bits)
}

function readInsert(bits: BitReader): { readonly isCancelled: boolean; readonly announced: Announced; readonly time: number | null } {
  const eventId = bits.readBits(32)
  const isCancelled = bits.readFlag()
  bits.skipBits(7)
  if (isCancelled) return { isCancelled, announced: nothing, time: null }
  const [isOut, isProgram, hasDuration, isImmediate] = [bits.readFlag(), bits.readFlag(), bits.readFlag(), bits.readFlag()]
  bits.skipBits(4)
  let time = isProgram && !isImmediate ? readTime(bits) : null
  if (!isProgram) {
    // Each component has a time of its own: the first one counts for all.
    for (let left = bits.readBits(8); left > 0 && !bits.isShort; left--) {
      bits.skipBits(8)
      const own = isImmediate ? null : readTime(bits)
      time ??= own
    }
  }
  if (hasDuration) bits.skipBits(7)
  const durationTicks = hasDuration ? read33(bits) : null
  bits.skipBits(32)
  return { isCancelled, announced: { kind: isOut ? 'out' : 'in', eventId, durationTicks }, time }
}

/** The first segmentation descriptor that tells of a break, else the first of all. */
function readSegmentation(b: Uint8Array, from: number): Announced | 'cancelled' | null {
  let first: Announced | 'cancelled' | null = null
  const loopEnd = Math.min(b.length - 4, from + 2 + (((b[from] ?? 0) << 8) | (b[from + 1] ?? 0)))
  for (let at = from + 2, count = 0; at + 2 <= loopEnd && count < maxDescriptors; count++) {
    const end = Math.min(loopEnd, at + 2 + b[at + 1]!)
    const found = b[at] === segmentationTag ? readSegmentationDescriptor(b.subarray(at + 2, end)) : null
    if (found !== null && found !== 'cancelled' && found.kind !== 'other') return found
    first ??= found
    at = end
  }
  return first
}

function readSegmentationDescriptor(b: Uint8Array): Announced | 'cancelled' | null {
  const bits = new BitReader(b)
  if (bits.readBits(32) !== cuei) return null
  const eventId = bits.readBits(32)
  const isCancelled = bits.readFlag()
  bits.skipBits(7)
  if (isCancelled) return bits.isShort ? null : 'cancelled'
  const [isProgram, hasDuration] = [bits.readFlag(), bits.readFlag()]
  bits.skipBits(6)
  if (!isProgram) bits.skipBits(48 * bits.readBits(8))
  const durationTicks = hasDuration ? bits.readBits(8) * 2 ** 32 + bits.readBits(32) : null
  bits.skipBits(8)
  bits.skipBits(8 * bits.readBits(8))
  const type = bits.readBits(8)
  if (bits.isShort) return null
  const kind = outTypes.has(type) ? 'out' : outTypes.has(type - 1) ? 'in' : 'other'
  return { kind, eventId, durationTicks }
}
