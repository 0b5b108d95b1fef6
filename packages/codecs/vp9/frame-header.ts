import { BitReader } from '@sluice/codecs/bits'

/** What the uncompressed header of a key frame says. Spec: VP9 §6.2 */
export type Vp9KeyFrame = {
  /** 0..3 */
  readonly profile: number
  readonly bitDepth: number
  /** As vpcC counts: 1 is 4:2:0 with chroma colocated with luma, 2 is 4:2:2, 3 is 4:4:4. */
  readonly chromaSubsampling: number
  readonly isFullRange: boolean
  readonly width: number
  readonly height: number
}

const frameMarker = 2
const syncCode = 0x498342
const srgbColourSpace = 7

/** True when a decoder can start at this frame. Never throws. Spec: VP9 §6.2 */
export function isVp9KeyFrame(frame: Uint8Array): boolean {
  const r = new BitReader(frame)
  return readStart(r).isKey && !r.isShort
}

/** The header of a key frame; null when the frame is none, or is too short to tell. Never throws. Spec: VP9 §6.2 */
export function readVp9KeyFrame(frame: Uint8Array): Vp9KeyFrame | null {
  const r = new BitReader(frame)
  const { isKey, profile } = readStart(r)
  if (!isKey || r.readBits(24) !== syncCode) return null
  const bitDepth = profile < 2 ? 8 : r.readFlag() ? 12 : 10
  const isOdd = profile === 1 || profile === 3
  let isFullRange = true
  let chromaSubsampling = 1
  if (r.readBits(3) === srgbColourSpace) {
    chromaSubsampling = 3
    if (isOdd) r.skipBits(1)
  } else {
    isFullRange = r.readFlag()
    if (isOdd) {
      const isSubsampledX = r.readFlag()
      const isSubsampledY = r.readFlag()
      chromaSubsampling = isSubsampledX ? (isSubsampledY ? 1 : 2) : 3
      r.skipBits(1)
    }
  }
  const width = r.readBits(16) + 1
  const height = r.readBits(16) + 1
  return r.isShort ? null : { profile, bitDepth, chromaSubsampling, isFullRange, width, height }
}

/** Up to and with error_resilient_mode. */
function readStart(r: BitReader): { isKey: boolean; profile: number } {
  const hasMarker = r.readBits(2) === frameMarker
  const low = r.readBits(1)
  const profile = r.readBits(1) * 2 + low
  if (profile === 3) r.skipBits(1)
  const isExisting = r.readFlag()
  const isInter = r.readFlag()
  r.skipBits(2) // show_frame, error_resilient_mode
  return { isKey: hasMarker && !isExisting && !isInter, profile }
}
