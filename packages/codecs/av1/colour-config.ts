import type { BitReader } from '@sluice/codecs/bits'

/** Bit depth, sampling and colour of a stream. Spec: AV1 §5.5.2 */
export type Av1Colour = {
  /** 8, 10 or 12. */
  readonly bitDepth: number
  readonly isMonochrome: boolean
  readonly isSubsampledX: boolean
  readonly isSubsampledY: boolean
  /** 0 unknown, 1 vertical, 2 colocated. */
  readonly chromaPosition: number
  /** Null when not described. */
  readonly description: { readonly primaries: number; readonly transfer: number; readonly matrix: number } | null
  readonly isFullRange: boolean
}

const srgb = { primaries: 1, transfer: 13, matrix: 0 }

/** Reads color_config() where `r` stands. Spec: AV1 §5.5.2 */
export function readAv1Colour(r: BitReader, profile: number): Av1Colour {
  const isHighDepth = r.readFlag()
  const bitDepth = !isHighDepth ? 8 : profile === 2 && r.readFlag() ? 12 : 10
  const isMonochrome = profile !== 1 && r.readFlag()
  const description = r.readFlag() ? { primaries: r.readBits(8), transfer: r.readBits(8), matrix: r.readBits(8) } : null
  const base = { bitDepth, isMonochrome, description }
  if (isMonochrome) return { ...base, isFullRange: r.readFlag(), isSubsampledX: true, isSubsampledY: true, chromaPosition: 0 }
  const isSrgb = description?.primaries === srgb.primaries && description.transfer === srgb.transfer && description.matrix === srgb.matrix
  if (isSrgb) {
    r.skipBits(1) // separate_uv_delta_q
    return { ...base, isFullRange: true, isSubsampledX: false, isSubsampledY: false, chromaPosition: 0 }
  }
  const isFullRange = r.readFlag()
  const sampling = readSampling(r, profile, bitDepth)
  const chromaPosition = sampling.isSubsampledX && sampling.isSubsampledY ? r.readBits(2) : 0
  r.skipBits(1) // separate_uv_delta_q
  return { ...base, isFullRange, ...sampling, chromaPosition }
}

function readSampling(r: BitReader, profile: number, bitDepth: number): { isSubsampledX: boolean; isSubsampledY: boolean } {
  if (profile === 0) return { isSubsampledX: true, isSubsampledY: true }
  if (profile === 1) return { isSubsampledX: false, isSubsampledY: false }
  if (bitDepth !== 12) return { isSubsampledX: true, isSubsampledY: false }
  const isSubsampledX = r.readFlag()
  return { isSubsampledX, isSubsampledY: isSubsampledX && r.readFlag() }
}
