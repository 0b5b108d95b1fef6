import { WireError } from '@sluice/base/errors'
import type { Vp9KeyFrame } from './frame-header.ts'

/** VPCodecConfigurationRecord. Spec: VP Codec ISO Media File Format Binding v1.0 "Syntax" */
export type Vp9Config = {
  readonly profile: number
  /** Level times 10; 0: not stated, as ffmpeg writes it. */
  readonly level: number
  readonly bitDepth: number
  readonly chromaSubsampling: number
  readonly isFullRange: boolean
}

const fullBoxBytes = 4
const recordBytes = 8

/**
 * Reads a vpcC payload: version and flags, then the record. Throws WireError.
 * Spec: VP Codec ISO Media File Format Binding v1.0 "VP Codec Configuration Box"
 */
export function readVp9Config(b: Uint8Array): Vp9Config {
  const need = fullBoxBytes + recordBytes
  if (b.length < need) throw new WireError('VP9_CONFIG', 0, `vpcC is ${b.length} bytes, at least ${need} expected`)
  if (b[0] !== 1) throw new WireError('VP9_CONFIG', 0, `vpcC version is ${b[0]}, not 1`)
  const profile = b[4]!
  const bitDepth = b[6]! >>> 4
  if (profile > 3) throw new WireError('VP9_CONFIG', 4, `profile ${profile} is above 3`)
  if (bitDepth !== 8 && bitDepth !== 10 && bitDepth !== 12) throw new WireError('VP9_CONFIG', 6, `bit depth ${bitDepth} is not 8, 10 or 12`)
  return { profile, level: b[5]!, bitDepth, chromaSubsampling: (b[6]! >>> 1) & 7, isFullRange: (b[6]! & 1) !== 0 }
}

/** The vpcC payload for a bare record without version and flags, as Enhanced RTMP words it; a whole payload, as ffmpeg 8 sends it, comes back as it is. */
export function toVp9Config(record: Uint8Array): Uint8Array {
  const isWhole = record.length >= fullBoxBytes + recordBytes && record[0] === 1 && record[1] === 0 && record[2] === 0 && record[3] === 0
  if (isWhole) return record
  const out = new Uint8Array(fullBoxBytes + record.length)
  out[0] = 1
  out.set(record, fullBoxBytes)
  return out
}

/** Makes the vpcC payload that a key frame's header describes; colours not stated. */
export function writeVp9Config(frame: Vp9KeyFrame): Uint8Array {
  const unspecified = 2
  const sampling = (frame.bitDepth << 4) | (frame.chromaSubsampling << 1) | (frame.isFullRange ? 1 : 0)
  return Uint8Array.of(1, 0, 0, 0, frame.profile, vp9LevelOf(frame), sampling, unspecified, unspecified, unspecified, 0, 0)
}

/** `Profile 0 4.1`; a level that is not stated is left out. */
export const formatVp9Profile = (config: Vp9Config): string =>
  config.level === 0 ? `Profile ${config.profile}` : `Profile ${config.profile} ${(config.level / 10).toFixed(1)}`

/** `vp09.00.41.08`. Players refuse level 0, so an unstated one is taken from `size`. Spec: VP Codec ISO Media File Format Binding v1.0 "Codecs Parameter String" */
export function formatVp9Codec(config: Vp9Config, size: { readonly width: number; readonly height: number }): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `vp09.${two(config.profile)}.${two(config.level || vp9LevelOf(size))}.${two(config.bitDepth)}`
}

/** Largest luma picture of each level. Spec: VP9 Levels and Decoder Testing */
const pictureSizes: readonly (readonly [level: number, pixels: number])[] = [
  [10, 36_864],
  [11, 73_728],
  [20, 122_880],
  [21, 245_760],
  [30, 552_960],
  [31, 983_040],
  [41, 2_228_224],
  [51, 8_912_896],
  [61, 35_651_584],
]

/** The lowest level that the picture fits; from 1080p on the one that allows 60 frames a second. Size unknown: 4.1. */
function vp9LevelOf({ width, height }: { readonly width: number; readonly height: number }): number {
  if (width === 0 || height === 0) return 41
  return pictureSizes.find(([, pixels]) => width * height <= pixels)?.[0] ?? 62
}
