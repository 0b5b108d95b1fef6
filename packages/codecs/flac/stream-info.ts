import { WireError } from '@sluice/base/errors'
import { BitReader } from '@sluice/codecs/bits'

/** What a STREAMINFO metadata block says. Spec: RFC 9639 §8.2 */
export type FlacInfo = {
  readonly sampleRate: number
  readonly channels: number
  readonly bitsPerSample: number
  /** Samples a frame when all have the same number, else null. */
  readonly frameSamples: number | null
}

const blockHeaderBytes = 4
const streamInfoBytes = 34

/** Reads metadata blocks whose first one is STREAMINFO: the form that MP4 and Track.config hold. Throws WireError. Spec: RFC 9639 §8.1, §8.2 */
export function readFlacInfo(b: Uint8Array): FlacInfo {
  const need = blockHeaderBytes + streamInfoBytes
  if (b.length < need) throw new WireError('FLAC_INFO', 0, `FLAC header is ${b.length} bytes, at least ${need} expected`)
  if ((b[0]! & 0x7f) !== 0)
    throw new WireError('FLAC_INFO', 0, `FLAC header starts with a block of type ${b[0]! & 0x7f}, not STREAMINFO (0)`)
  const r = new BitReader(b, blockHeaderBytes)
  const least = r.readBits(16)
  const most = r.readBits(16)
  r.skipBits(48) // frame sizes
  const sampleRate = r.readBits(20)
  const channels = r.readBits(3) + 1
  const bitsPerSample = r.readBits(5) + 1
  if (sampleRate === 0) throw new WireError('FLAC_INFO', 14, 'FLAC header states a sample rate of 0 Hz')
  return { sampleRate, channels, bitsPerSample, frameSamples: least === most && most > 0 ? most : null }
}
