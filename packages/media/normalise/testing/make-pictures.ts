import { h264Syntax } from '@sluice/codecs/access-unit'
import { BitWriter } from '@sluice/codecs/bits'
import type { Frame, VideoTrack } from '@sluice/codecs/frame'
import { writeNalUnits } from '@sluice/codecs/nal'

/** A picture that is made up: a header that is true, and a payload that nobody decodes. */
export type MadePicture = {
  readonly units: readonly Uint8Array[]
  readonly isKey: boolean
  readonly dts: number
  readonly pts: number
}

export type MakeOptions = {
  readonly pictures: number
  readonly slices?: number
  /** Between a picture and the next one that pictures refer to: 0 to 3. */
  readonly bFrames?: number
  readonly gopFrames?: number
  readonly stepTicks?: number
  /** Frames are pairs of fields, two slices groups in one access unit. */
  readonly isFields?: boolean
  readonly isBottomFirst?: boolean
  /** The parameter sets say how deep the reordering is. */
  readonly tellsReorder?: boolean
}

const frameNumBits = 8
const orderBits = 8

const writeUe = (w: BitWriter, value: number): BitWriter => {
  const bits = Math.floor(Math.log2(value + 1))
  return w.writeBits(0, bits).writeBits(value + 1, bits + 1)
}
const writeSe = (w: BitWriter, value: number): BitWriter => writeUe(w, value > 0 ? 2 * value - 1 : -2 * value)

/** A NAL unit with emulation prevention. Spec: ITU-T H.264 §7.4.1.1 */
function writeNal(header: readonly number[], rbsp: Uint8Array): Uint8Array {
  const out = [...header]
  let zeros = 0
  for (const byte of rbsp) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3)
      zeros = 0
    }
    out.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return Uint8Array.from(out)
}

const end = (w: BitWriter): Uint8Array => w.writeBits(1, 1).alignToByte().toBytes()

/** Main profile, 160x96. */
export function makeH264Sps({ isFields = false, maxReorder = null as number | null } = {}): Uint8Array {
  const w = new BitWriter().writeBits(77, 8).writeBits(0, 8).writeBits(21, 8)
  writeUe(w, 0)
  writeUe(w, frameNumBits - 4)
  writeUe(w, 0) // pic_order_cnt_type
  writeUe(w, orderBits - 4)
  writeUe(w, 4)
  w.writeBits(0, 1)
  writeUe(w, 9)
  writeUe(w, isFields ? 2 : 5)
  w.writeBits(isFields ? 0 : 1, 1)
  if (isFields) w.writeBits(0, 1)
  w.writeBits(1, 1).writeBits(0, 1) // direct_8x8_inference_flag, no cropping
  if (maxReorder === null) return writeNal([0x67], end(w.writeBits(0, 1)))
  w.writeBits(1, 1).writeBits(0, 8) // VUI without all that stands before the restrictions
  w.writeBits(1, 1).writeBits(1, 1)
  for (const value of [0, 0, 10, 10]) writeUe(w, value)
  writeUe(w, maxReorder)
  writeUe(w, 4)
  return writeNal([0x67], end(w))
}

export function makeH264Pps(ppsId = 0): Uint8Array {
  const w = new BitWriter()
  writeUe(w, ppsId)
  writeUe(w, 0)
  w.writeBits(0, 2)
  for (let i = 0; i < 3; i++) writeUe(w, 0)
  w.writeBits(0, 3)
  for (let i = 0; i < 3; i++) writeSe(w, 0)
  return writeNal([0x68], end(w.writeBits(0, 3)))
}

type SlicePlan = {
  readonly type: 'I' | 'P' | 'B'
  readonly isIdr: boolean
  readonly isRef: boolean
  readonly firstMb: number
  readonly frameNum: number
  readonly order: number
  readonly idrPicId: number
  readonly field?: 'top' | 'bottom' | undefined
  readonly isInterlaced: boolean
}

const sliceTypes = { P: 5, B: 6, I: 7 } as const

/** The payload repeats what the slice is, so that no two are alike. */
function makeH264Slice(plan: SlicePlan): Uint8Array {
  const w = new BitWriter()
  writeUe(w, plan.firstMb)
  writeUe(w, sliceTypes[plan.type])
  writeUe(w, 0)
  w.writeBits(plan.frameNum % 2 ** frameNumBits, frameNumBits)
  if (plan.isInterlaced) {
    w.writeBits(plan.field === undefined ? 0 : 1, 1)
    if (plan.field !== undefined) w.writeBits(plan.field === 'bottom' ? 1 : 0, 1)
  }
  if (plan.isIdr) writeUe(w, plan.idrPicId)
  w.writeBits(plan.order & (2 ** orderBits - 1), orderBits)
  const text = new TextEncoder().encode(`${plan.type}${plan.frameNum}/${plan.order}/${plan.firstMb}/${plan.field ?? ''}`)
  w.writeBits(0x5a, 8).alignToByte().writeBytes(text)
  return writeNal([((plan.isRef ? 3 : 0) << 5) | (plan.isIdr ? 5 : 1)], end(w))
}

export const h264Delimiter = Uint8Array.of(0x09, 0xf0)
export const h264Sei = Uint8Array.of(0x06, 0x05, 0x02, 0x41, 0x42, 0x80)

export function makeH264Track(options: MakeOptions): VideoTrack {
  const { isFields = false, bFrames = 0, tellsReorder = true } = options
  const maxReorder = bFrames === 0 ? 0 : 1
  const sps = makeH264Sps({ isFields, maxReorder: tellsReorder ? maxReorder : null })
  return h264Syntax.readTrack(0, { vps: [], sps: [sps], pps: [makeH264Pps()] })
}

/** Display positions of one mini GOP in decoding order: the last one first. */
function orderOf(options: MakeOptions): { shown: number; type: 'I' | 'P' | 'B'; isIdr: boolean }[] {
  const { pictures, bFrames = 0, gopFrames = 12 } = options
  const out: { shown: number; type: 'I' | 'P' | 'B'; isIdr: boolean }[] = []
  for (let gopAt = 0; gopAt < pictures; gopAt += gopFrames) {
    out.push({ shown: gopAt, type: 'I', isIdr: true })
    const last = Math.min(gopAt + gopFrames, pictures) - 1
    for (let at = gopAt + 1; at <= last; at += bFrames + 1) {
      const anchor = Math.min(at + bFrames, last)
      out.push({ shown: anchor, type: 'P', isIdr: false })
      for (let b = at; b < anchor; b++) out.push({ shown: b, type: 'B', isIdr: false })
    }
  }
  return out
}

/** Pictures in decoding order with the times that a good encoder gives them. */
export function makeH264Pictures(options: MakeOptions): MadePicture[] {
  const { slices = 1, bFrames = 0, stepTicks = 3600, isFields = false, isBottomFirst = false } = options
  const depth = bFrames === 0 ? 0 : 1
  let frameNum = 0
  let idrPicId = 0
  let gopAt = 0
  return orderOf(options).map(({ shown, type, isIdr }, i) => {
    if (isIdr) {
      gopAt = shown
      frameNum = 0
      idrPicId = 1 - idrPicId
    }
    const isRef = type !== 'B'
    const order = 2 * (shown - gopAt)
    const units: Uint8Array[] = []
    const fields = isFields ? (isBottomFirst ? (['bottom', 'top'] as const) : (['top', 'bottom'] as const)) : [undefined]
    for (const [f, field] of fields.entries()) {
      for (let s = 0; s < slices; s++) {
        const plan = {
          type: f > 0 && type === 'I' ? ('P' as const) : type,
          isIdr: isIdr && f === 0,
          isRef,
          firstMb: s * 10,
          frameNum,
          idrPicId,
        }
        units.push(makeH264Slice({ ...plan, order: order + f, field, isInterlaced: isFields }))
      }
    }
    if (isRef) frameNum++
    return { units, isKey: isIdr, dts: 90_000 + i * stepTicks, pts: 90_000 + (shown + depth) * stepTicks }
  })
}

export const frameFrom = (
  track: VideoTrack,
  units: readonly Uint8Array[],
  times: { dts: number; pts: number; isKey?: boolean },
): Frame => ({
  track,
  dts: times.dts,
  pts: times.pts,
  isKey: times.isKey ?? false,
  bytes: writeNalUnits(units),
})
