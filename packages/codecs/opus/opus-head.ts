import { readU16, readU32, readU32LE, writeU16, writeU32, writeU32LE } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** What an Opus identification header says, in either of its two forms. Spec: RFC 7845 §5.1 */
export type OpusHead = {
  /** 1..255 */
  readonly channels: number
  /** Samples at 48 kHz to drop at the start. */
  readonly preSkip: number
  /** Hz before encoding, 0 unknown; decoding is always at 48000. */
  readonly inputSampleRate: number
  /** 1/256 dB, signed. */
  readonly outputGain: number
  /** 0: mono or stereo. */
  readonly mappingFamily: number
  /** Empty for family 0, else stream count, coupled count and one byte a channel. */
  readonly mapping: Uint8Array
}

const magic = [0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64] // OpusHead
const headBytes = 19
const boxBytes = 11
/** What libopus and browsers start with: 312 samples look-ahead at 48 kHz. */
const usualPreSkip = 312

/** Reads an OpusHead packet (little-endian). Throws WireError. Spec: RFC 7845 §5.1 */
export function readOpusHead(b: Uint8Array): OpusHead {
  if (b.length < headBytes) throw new WireError('OPUS_HEAD', 0, `OpusHead is ${b.length} bytes, at least ${headBytes} expected`)
  if (magic.some((byte, at) => b[at] !== byte)) throw new WireError('OPUS_HEAD', 0, 'the header does not start with "OpusHead"')
  if (b[8]! > 15) throw new WireError('OPUS_HEAD', 8, `OpusHead version is ${b[8]}, 15 or less expected`)
  const gain = b[16]! | (b[17]! << 8)
  return check({
    channels: b[9]!,
    preSkip: b[10]! | (b[11]! << 8),
    inputSampleRate: readU32LE(b, 12),
    outputGain: (gain << 16) >> 16,
    mappingFamily: b[18]!,
    mapping: readMapping(b, headBytes, b[18]!, b[9]!),
  })
}

/** Writes an OpusHead packet: a new array. Spec: RFC 7845 §5.1 */
export function writeOpusHead(head: OpusHead): Uint8Array {
  const out = new Uint8Array(headBytes + head.mapping.length)
  out.set(magic)
  out[8] = 1
  out[9] = head.channels
  out[10] = head.preSkip
  out[11] = head.preSkip >>> 8
  writeU32LE(out, 12, head.inputSampleRate)
  out[16] = head.outputGain
  out[17] = head.outputGain >> 8
  out[18] = head.mappingFamily
  out.set(head.mapping, headBytes)
  return out
}

/** Reads the payload of an MP4 dOps box (big-endian, no magic). Throws WireError. Spec: Encapsulation of Opus in ISOBMFF §4.3.2 */
export function readOpusBox(b: Uint8Array): OpusHead {
  if (b.length < boxBytes) throw new WireError('OPUS_HEAD', 0, `dOps is ${b.length} bytes, at least ${boxBytes} expected`)
  if (b[0] !== 0) throw new WireError('OPUS_HEAD', 0, `dOps version is ${b[0]}, not 0`)
  return check({
    channels: b[1]!,
    preSkip: readU16(b, 2),
    inputSampleRate: readU32(b, 4),
    outputGain: (readU16(b, 8) << 16) >> 16,
    mappingFamily: b[10]!,
    mapping: readMapping(b, boxBytes, b[10]!, b[1]!),
  })
}

/** Writes the payload of an MP4 dOps box: a new array. Spec: Encapsulation of Opus in ISOBMFF §4.3.2 */
export function writeOpusBox(head: OpusHead): Uint8Array {
  const out = new Uint8Array(boxBytes + head.mapping.length)
  out[1] = head.channels
  writeU16(out, 2, head.preSkip)
  writeU32(out, 4, head.inputSampleRate)
  writeU16(out, 8, head.outputGain)
  out[10] = head.mappingFamily
  out.set(head.mapping, boxBytes)
  return out
}

/** The header for a stream that came without one: mono or stereo, 48 kHz. */
export const makeOpusHead = (channels: 1 | 2): OpusHead => ({
  channels,
  preSkip: usualPreSkip,
  inputSampleRate: 48_000,
  outputGain: 0,
  mappingFamily: 0,
  mapping: new Uint8Array(0),
})

function readMapping(b: Uint8Array, at: number, family: number, channels: number): Uint8Array {
  if (family === 0) return new Uint8Array(0)
  const need = at + 2 + channels
  if (b.length < need) throw new WireError('OPUS_HEAD', at, `Opus header for ${channels} channels is ${b.length} bytes, ${need} expected`)
  return b.subarray(at, need)
}

function check(head: OpusHead): OpusHead {
  const most = head.mappingFamily === 0 ? 2 : 255
  if (head.channels < 1 || head.channels > most) {
    throw new WireError('OPUS_HEAD', 9, `${head.channels} channels with mapping family ${head.mappingFamily}, 1 to ${most} expected`)
  }
  return head
}
