import { WireError } from '@sluice/base/errors'
import {
  type H264Sets,
  type H264SliceHeader,
  isH264FieldPair,
  isOtherH264Picture,
  readH264Pps,
  readH264SliceHeader,
  readH264Sps,
} from '@sluice/codecs/h264'
import { type H265Sets, isFirstH265Slice, isH265Idr, readH265Pps, readH265SliceHeader, readH265Sps } from '@sluice/codecs/h265'
import { h264Syntax } from './h264-syntax.ts'
import { h265Syntax } from './h265-syntax.ts'
import type { ParameterSets, VideoSyntax } from './video-syntax.ts'

/** What a slice says of its picture. `order` is null where the sets are missing or the codec's order is not in the slices. */
export type Slice = {
  /** Its address is that of the first macroblock or coding block. */
  readonly isFirst: boolean
  /** A field, whose other field is to come or has come. */
  readonly isField: boolean
  readonly order: PictureOrderFields | null
  readonly h264: H264SliceHeader | null
}

/** The order count as slices carry it, for PictureOrderCount to unwrap. */
export type PictureOrderFields = {
  /** Order counts begin anew here. */
  readonly isReset: boolean
  /** Later pictures count from this one. */
  readonly isAnchor: boolean
  readonly isB: boolean
  readonly lsb: number
  readonly lsbBits: number
  /** Of the second field against the first, or 0. */
  readonly delta: number
}

/** How a slice stands to the one before it on the same track. */
export type SliceRelation = 'same-picture' | 'second-field' | 'other-picture'

/** Reads slices of one track under its parameter sets, and tells where pictures end. Never throws on any bytes. */
export type PictureSyntax = {
  readonly video: VideoSyntax
  /** Pictures that the sets allow to be decoded before and shown after another one; null: they don't say. */
  readonly maxReorder: number | null
  /** Order counts go up by so much from one picture to the next, as encoders of this codec count. */
  readonly orderStep: number
  /** A look at one byte: whether the slice at `b[at]` has the first address of a picture. */
  readonly isFirstSlice: (b: Uint8Array, at: number) => boolean
  readonly readSlice: (b: Uint8Array, at: number, end: number) => Slice
  readonly relation: (before: Slice, next: Slice) => SliceRelation
}

const baseline = 66
/** first_mb_in_slice is an Exp-Golomb code: a set bit is 0. */
const isFirstH264Slice = (b: Uint8Array, at: number): boolean => ((b[at + 1] ?? 0) & 0x80) !== 0

/** `sets` that can't be read are left out: slices that name them are told apart by their address alone. */
export function makePictureSyntax(codec: 'h264' | 'h265', sets: ParameterSets): PictureSyntax {
  return codec === 'h264' ? makeH264(sets) : makeH265(sets)
}

function makeH264(sets: ParameterSets): PictureSyntax {
  const sps = readAll(sets.sps, readH264Sps).map((one) => [one.spsId, one] as const)
  const pps = readAll(sets.pps, readH264Pps).map((one) => [one.ppsId, one] as const)
  const known: H264Sets = { sps: new Map(sps), pps: new Map(pps) }
  const first = sps[0]?.[1]
  const isInOrder = first !== undefined && (first.slices.orderType === 2 || first.profileIdc === baseline)
  return {
    video: h264Syntax,
    maxReorder: isInOrder ? 0 : (first?.vui?.maxNumReorder ?? null),
    orderStep: 2,
    isFirstSlice: isFirstH264Slice,
    readSlice(b, at, end) {
      const isFirst = isFirstH264Slice(b, at)
      const header = readH264SliceHeader(b, at, end, known)
      if (header === null) return { isFirst, isField: false, order: null, h264: null }
      const { sps, isIdr, refIdc, sliceType, orderLsb, orderDelta } = header
      const isCounted = sps.slices.orderType === 0
      const order = isCounted
        ? {
            isReset: isIdr,
            isAnchor: refIdc !== 0,
            isB: sliceType % 5 === 1,
            lsb: orderLsb,
            lsbBits: sps.slices.orderLsbBits,
            delta: Math.min(0, orderDelta),
          }
        : null
      return { isFirst, isField: header.isField, order, h264: header }
    },
    relation(before, next) {
      if (before.h264 === null || next.h264 === null) return next.isFirst ? 'other-picture' : 'same-picture'
      if (!isOtherH264Picture(before.h264, next.h264)) return 'same-picture'
      return isH264FieldPair(before.h264, next.h264) ? 'second-field' : 'other-picture'
    },
  }
}

function makeH265(sets: ParameterSets): PictureSyntax {
  const sps = readAll(sets.sps, readH265Sps).map((one) => [one.spsId, one] as const)
  const pps = readAll(sets.pps, readH265Pps).map((one) => [one.ppsId, one] as const)
  const known: H265Sets = { sps: new Map(sps), pps: new Map(pps) }
  return {
    video: h265Syntax,
    maxReorder: sps[0]?.[1].maxNumReorder ?? null,
    orderStep: 1,
    isFirstSlice: isFirstH265Slice,
    readSlice(b, at, end) {
      const isFirst = isFirstH265Slice(b, at)
      const header = isFirst ? readH265SliceHeader(b, at, end, known) : null
      if (header === null) return { isFirst, isField: false, order: null, h264: null }
      const { nalType, temporalId, sliceType, orderLsb, sps } = header
      // Sub-layer non-reference pictures (even types below 16), RADL and RASL are no anchors. Spec: ITU-T H.265 §8.3.1
      const isAnchor = temporalId === 0 && !(nalType < 16 && nalType % 2 === 0) && !(nalType >= 6 && nalType <= 9)
      const isReset = isH265Idr(nalType) || (nalType >= 16 && nalType <= 18)
      const order = { isReset, isAnchor, isB: sliceType === 0, lsb: orderLsb, lsbBits: sps.slices.orderLsbBits, delta: 0 }
      return { isFirst, isField: false, order, h264: null }
    },
    relation: (_before, next) => (next.isFirst ? 'other-picture' : 'same-picture'),
  }
}

function readAll<T>(units: readonly Uint8Array[], read: (unit: Uint8Array) => T | null): T[] {
  return units.flatMap((unit) => {
    try {
      return read(unit) ?? []
    } catch (err) {
      if (!(err instanceof WireError)) throw err
      return []
    }
  })
}
