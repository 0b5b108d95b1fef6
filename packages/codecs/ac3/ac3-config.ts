import { WireError } from '@sluice/base/errors'
import { BitReader, BitWriter } from '@sluice/codecs/bits'
import { type Ac3Frame, ac3BitrateCode, ac3Channels, ac3Rate } from './sync-frame.ts'

/** What a dac3 or dec3 box says. */
export type Ac3Config = { readonly sampleRate: number; readonly channels: number }

/** Makes the payload of a dac3 or dec3 box out of a stream's first sync frame. Dependent substreams (7.1) are not described. Spec: ETSI TS 102 366 §F.4, §F.6 */
export function writeAc3Config(frame: Ac3Frame): Uint8Array {
  const w = new BitWriter()
  const lfe = frame.hasLfe ? 1 : 0
  if (frame.codec === 'ac3') {
    const code = ac3BitrateCode(frame.bitrateBps)
    w.writeBits(frame.fscod, 2).writeBits(frame.bsid, 5).writeBits(frame.bsmod, 3).writeBits(frame.acmod, 3)
    return w.writeBits(lfe, 1).writeBits(code, 5).writeBits(0, 5).toBytes()
  }
  w.writeBits(Math.round(frame.bitrateBps / 1000), 13).writeBits(0, 3) // data_rate, num_ind_sub - 1
  w.writeBits(frame.fscod, 2).writeBits(frame.bsid, 5).writeBits(0, 2).writeBits(frame.bsmod, 3).writeBits(frame.acmod, 3)
  return w.writeBits(lfe, 1).writeBits(0, 3).writeBits(0, 4).writeBits(0, 1).toBytes()
}

/** Reads the payload of a dac3 box (`ac3`) or dec3 box (`eac3`). Throws WireError. Spec: ETSI TS 102 366 §F.4, §F.6 */
export function readAc3Config(codec: 'ac3' | 'eac3', b: Uint8Array): Ac3Config {
  const r = new BitReader(b)
  if (codec === 'eac3') r.skipBits(16)
  const fscod = r.readBits(2)
  r.skipBits(codec === 'ac3' ? 8 : 10) // bsid, (reserved, asvc,) bsmod
  const acmod = r.readBits(3)
  const hasLfe = r.readFlag()
  if (r.isShort)
    throw new WireError('AC3_CONFIG', b.length, `${codec} configuration is ${b.length} bytes, at least ${codec === 'ac3' ? 3 : 5} expected`)
  // Half rates (fscod 3 of E-AC-3) are not told in the box; 24 kHz is the one in use.
  const sampleRate = ac3Rate(fscod) || (codec === 'eac3' ? 24_000 : 0)
  if (sampleRate === 0) throw new WireError('AC3_CONFIG', 0, `sample rate code ${fscod} is reserved`)
  return { sampleRate, channels: ac3Channels(acmod, hasLfe) }
}
