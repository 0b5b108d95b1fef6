import { WireError } from '@sluice/base/errors'
import { aacSampleRates } from './constants.ts'

/** The header before each AAC frame outside of MP4 and FLV. Spec: ISO/IEC 14496-3 §1.A.2.2 */
export type AdtsHeader = {
  /** 7, or 9 with a checksum. */
  readonly headerBytes: number
  /** Header and payload. */
  readonly frameBytes: number
  /** 1..4 (2 is LC). */
  readonly objectType: number
  readonly sampleRate: number
  /** 0..7; 0: the first frame tells in a program config element. */
  readonly channelConfig: number
  /** Raw data blocks in the frame, 1..4: 1024 samples each. Nearly always 1. */
  readonly blocks: number
}

const adtsHeaderBytes = 7
const maxFrameBytes = 0x1fff

/**
 * Reads the ADTS header at `at`. Null: fewer bytes than a header has. Throws WireError when what stands there is no header;
 * search on from `at + 1` then. Spec: ISO/IEC 14496-3 §1.A.2.2
 */
export function readAdtsHeader(b: Uint8Array, at: number): AdtsHeader | null {
  if (at + adtsHeaderBytes > b.length) return null
  if (b[at] !== 0xff || (b[at + 1]! & 0xf6) !== 0xf0) {
    throw new WireError('AAC_ADTS', at, `no ADTS sync word: ${b[at]!.toString(16)} ${b[at + 1]!.toString(16)}`)
  }
  const headerBytes = (b[at + 1]! & 1) === 0 ? 9 : adtsHeaderBytes
  const sampleRate = aacSampleRates[(b[at + 2]! >>> 2) & 15]
  if (sampleRate === undefined) throw new WireError('AAC_ADTS', at + 2, `sampling frequency index ${(b[at + 2]! >>> 2) & 15} is above 12`)
  const frameBytes = ((b[at + 3]! & 3) << 11) | (b[at + 4]! << 3) | (b[at + 5]! >>> 5)
  if (frameBytes < headerBytes) throw new WireError('AAC_ADTS', at + 3, `ADTS frame of ${frameBytes} bytes, its header has ${headerBytes}`)
  return {
    headerBytes,
    frameBytes,
    objectType: (b[at + 2]! >>> 6) + 1,
    sampleRate,
    channelConfig: ((b[at + 2]! & 1) << 2) | (b[at + 3]! >>> 6),
    blocks: (b[at + 6]! & 3) + 1,
  }
}

/**
 * Makes the 7-byte header (no checksum) for one raw frame of `payloadBytes`. Null: it can't be said in ADTS, since the object
 * type is above 4, the rate is no standard one, the channel configuration is above 7 or the frame above 8191 bytes. Spec: ISO/IEC 14496-3 §1.A.2.2
 */
export function writeAdtsHeader(
  config: { readonly objectType: number; readonly coreSampleRate: number; readonly channelConfig: number },
  payloadBytes: number,
): Uint8Array | null {
  const index = aacSampleRates.indexOf(config.coreSampleRate)
  const frameBytes = adtsHeaderBytes + payloadBytes
  const profile = config.objectType - 1
  if (index < 0 || profile < 0 || profile > 3 || config.channelConfig > 7 || frameBytes > maxFrameBytes) return null
  return Uint8Array.of(
    0xff,
    0xf1,
    (profile << 6) | (index << 2) | (config.channelConfig >>> 2),
    ((config.channelConfig & 3) << 6) | (frameBytes >>> 11),
    frameBytes >>> 3,
    ((frameBytes & 7) << 5) | 0x1f,
    0xfc,
  )
}
