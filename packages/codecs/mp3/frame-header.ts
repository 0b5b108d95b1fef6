/** One frame of MPEG audio, layer 1 to 3. Spec: ISO/IEC 11172-3 §2.4.1.3, ISO/IEC 13818-3 §2.4.2.3 */
export type MpegAudioHeader = {
  readonly layer: 1 | 2 | 3
  readonly sampleRate: number
  readonly channels: 1 | 2
  readonly bitrateBps: number
  /** Header and payload. */
  readonly frameBytes: number
  readonly frameSamples: number
}

const headerBytes = 4
const rates = [44_100, 48_000, 32_000]
/** kbit/s by bitrate_index 1..14. */
const bitrates = {
  v1l1: [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  v1l2: [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  v1l3: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  v2l1: [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  v2l23: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}

/**
 * The MPEG audio header at `at`. Null: none there, too few bytes for one, or one in free format, whose length no header tells.
 * Never throws. Spec: ISO/IEC 11172-3 §2.4.2.3
 */
export function readMpegAudioHeader(b: Uint8Array, at: number): MpegAudioHeader | null {
  if (at + headerBytes > b.length || b[at] !== 0xff || (b[at + 1]! & 0xe0) !== 0xe0) return null
  const version = (b[at + 1]! >>> 3) & 3 // 3 MPEG-1, 2 MPEG-2, 0 MPEG-2.5
  const layerBits = (b[at + 1]! >>> 1) & 3
  const rate = rates[(b[at + 2]! >>> 2) & 3]
  if (version === 1 || layerBits === 0 || rate === undefined) return null
  const layer = (4 - layerBits) as 1 | 2 | 3
  const isMpeg1 = version === 3
  const kbps = bitrateTable(isMpeg1, layer)[(b[at + 2]! >>> 4) - 1]
  if (kbps === undefined) return null
  const sampleRate = rate >> (isMpeg1 ? 0 : version === 2 ? 1 : 2)
  const frameSamples = layer === 1 ? 384 : layer === 3 && !isMpeg1 ? 576 : 1152
  const padding = (b[at + 2]! >>> 1) & 1
  const slots = Math.floor((frameSamples * kbps * 125) / (sampleRate * (layer === 1 ? 4 : 1)))
  const frameBytes = (slots + padding) * (layer === 1 ? 4 : 1)
  return { layer, sampleRate, channels: b[at + 3]! >>> 6 === 3 ? 1 : 2, bitrateBps: kbps * 1000, frameBytes, frameSamples }
}

function bitrateTable(isMpeg1: boolean, layer: 1 | 2 | 3): readonly number[] {
  if (!isMpeg1) return layer === 1 ? bitrates.v2l1 : bitrates.v2l23
  return layer === 1 ? bitrates.v1l1 : layer === 2 ? bitrates.v1l2 : bitrates.v1l3
}
