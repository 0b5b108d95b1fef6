import { AacObjectType } from '@sluice/codecs/aac'
import { BitReader, BitWriter } from '@sluice/codecs/bits'

/** What a StreamMuxConfig of one program with one layer says. Spec: ISO/IEC 14496-3 §1.7.3.1 */
export type LatmConfig = {
  /** AudioSpecificConfig, moved to byte boundaries. */
  readonly audioConfig: Uint8Array
  /** Payloads in each AudioMuxElement, 1..64. */
  readonly subFrames: number
  /** Bytes of each payload where it is fixed; 0: each states its own. */
  readonly fixedBytes: number
}

const escapeIndex = 15
const escapeObjectType = 31

/**
 * Reads a StreamMuxConfig where `r` stands in `b` and leaves `r` behind it. Null: it runs over the end, or it is of a form
 * that no encoder in the field sends in TS: several programs or layers, speech coders, a program config element.
 * Spec: ISO/IEC 14496-3 §1.7.3.1
 */
export function readLatmConfig(b: Uint8Array, r: BitReader): LatmConfig | null {
  const version = r.readBits(1)
  if (version === 1 && r.readFlag()) return null // audioMuxVersionA
  if (version === 1) readLatmValue(r) // taraBufferFullness
  const isSameTiming = r.readFlag()
  const subFrames = r.readBits(6) + 1
  const programs = r.readBits(4) + 1
  const layers = r.readBits(3) + 1
  if (!isSameTiming || programs !== 1 || layers !== 1) return null
  const audioConfig = takeBits(r, version === 1 ? readLatmValue(r) : audioConfigBits(b, r))
  const lengthType = r.readBits(3)
  if (lengthType > 1) return null
  const fixedBytes = lengthType === 1 ? r.readBits(9) + 20 : 0
  if (lengthType === 0) r.skipBits(8) // latmBufferFullness
  if (r.readFlag()) skipOtherDataLength(r, version)
  if (r.readFlag()) r.skipBits(8) // crcCheckSum
  return r.isShort || audioConfig.length === 0 ? null : { audioConfig, subFrames, fixedBytes }
}

/** Bits from the start of `b` to where `r`, a reader of `b`, stands. */
export const bitPosition = (b: Uint8Array, r: BitReader): number => b.length * 8 - r.bitsLeft

/** Spec: ISO/IEC 14496-3 §1.7.3.1, LatmGetValue */
function readLatmValue(r: BitReader): number {
  return r.readBits(8 * (r.readBits(2) + 1))
}

function skipOtherDataLength(r: BitReader, version: number): void {
  if (version === 1) readLatmValue(r)
  else while (r.readFlag()) r.skipBits(8)
  if (version === 0) r.skipBits(8)
}

/**
 * Bits of the AudioSpecificConfig where `r` stands, which does not state them itself; 0: not a plain AAC one. Spec: ISO/IEC
 * 14496-3 §1.6.2.1
 */
function audioConfigBits(b: Uint8Array, r: BitReader): number {
  const ahead = new BitReader(b)
  const from = bitPosition(b, r)
  ahead.skipBits(from)
  let objectType = readObjectType(ahead)
  skipSampleRate(ahead)
  const channelConfig = ahead.readBits(4)
  if (objectType === AacObjectType.sbr || objectType === AacObjectType.ps) {
    skipSampleRate(ahead)
    objectType = readObjectType(ahead)
  }
  ahead.skipBits(1) // frameLengthFlag
  if (ahead.readFlag()) ahead.skipBits(14) // coreCoderDelay
  const hasExtension = ahead.readFlag()
  const isPlain = objectType >= AacObjectType.main && objectType <= AacObjectType.ltp && channelConfig !== 0 && !hasExtension
  return isPlain && !ahead.isShort ? bitPosition(b, ahead) - from : 0
}

function readObjectType(r: BitReader): number {
  const type = r.readBits(5)
  return type === escapeObjectType ? 32 + r.readBits(6) : type
}

function skipSampleRate(r: BitReader): void {
  if (r.readBits(4) === escapeIndex) r.skipBits(24)
}

/** The next `count` bits as bytes from a byte boundary on, filled with zeros. Empty when they are not there. */
function takeBits(r: BitReader, count: number): Uint8Array {
  if (count > r.bitsLeft) {
    r.skipBits(count)
    return new Uint8Array(0)
  }
  const w = new BitWriter()
  for (let left = count; left > 0; left -= 8) {
    const bits = Math.min(8, left)
    w.writeBits(r.readBits(bits), bits)
  }
  return w.toBytes()
}
