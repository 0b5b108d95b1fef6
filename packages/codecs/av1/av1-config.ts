import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { BitReader, BitWriter } from '@sluice/codecs/bits'
import { Av1ObuType, readAv1Obus } from './obu.ts'
import { type Av1Sequence, readAv1Sequence } from './sequence-header.ts'

const recordHeaderBytes = 4
const markerAndVersion = 0x81

/**
 * Reads an av1C record: the sequence header in it, or, as encoders may leave that to the frames, what the record's own four
 * bytes say, with a size of 0. Throws WireError. Spec: AV1 in ISOBMFF §2.3.3
 */
export function readAv1Config(b: Uint8Array): Av1Sequence {
  if (b.length < recordHeaderBytes) {
    throw new WireError('AV1_CONFIG', 0, `av1C is ${b.length} bytes, at least ${recordHeaderBytes} expected`)
  }
  if (b[0] !== markerAndVersion) throw new WireError('AV1_CONFIG', 0, `av1C starts with ${b[0]}, not ${markerAndVersion}`)
  const sequence = findAv1Sequence(b.subarray(recordHeaderBytes))
  return sequence === null ? readRecordHeader(b) : readAv1Sequence(sequence.payload)
}

function readRecordHeader(b: Uint8Array): Av1Sequence {
  const r = new BitReader(b, 1)
  const profile = r.readBits(3)
  if (profile > 2) throw new WireError('AV1_CONFIG', 1, `profile ${profile} is above 2`)
  const levelIdx = r.readBits(5)
  const isHighTier = r.readFlag()
  const isHighDepth = r.readFlag()
  const is12Bit = r.readFlag()
  const colour = {
    bitDepth: is12Bit ? 12 : isHighDepth ? 10 : 8,
    isMonochrome: r.readFlag(),
    isSubsampledX: r.readFlag(),
    isSubsampledY: r.readFlag(),
    chromaPosition: r.readBits(2),
    description: null,
    isFullRange: false,
  }
  return { profile, levelIdx, isHighTier, width: 0, height: 0, fps: null, colour }
}

/**
 * Makes the av1C record out of a temporal unit or any OBUs that hold a sequence header (with size field). Null when there is
 * none. Throws WireError when it is broken. Spec: AV1 in ISOBMFF §2.3.3
 */
export function writeAv1Config(obus: Uint8Array): Uint8Array | null {
  const found = findAv1Sequence(obus)
  if (found === null) return null
  const { profile, levelIdx, isHighTier, colour } = readAv1Sequence(found.payload)
  const flag = (value: boolean): number => (value ? 1 : 0)
  const header = new BitWriter()
    .writeBits(markerAndVersion, 8)
    .writeBits(profile, 3)
    .writeBits(levelIdx, 5)
    .writeBits(flag(isHighTier), 1)
    .writeBits(flag(colour.bitDepth > 8), 1)
    .writeBits(flag(colour.bitDepth === 12), 1)
    .writeBits(flag(colour.isMonochrome), 1)
    .writeBits(flag(colour.isSubsampledX), 1)
    .writeBits(flag(colour.isSubsampledY), 1)
    .writeBits(colour.chromaPosition, 2)
    .writeBits(0, 8) // no initial presentation delay
  return concatBytes([header.toBytes(), found.obu])
}

function findAv1Sequence(b: Uint8Array): { obu: Uint8Array; payload: Uint8Array } | null {
  const obu = readAv1Obus(b).find((each) => each.type === Av1ObuType.sequenceHeader)
  return obu === undefined ? null : { obu: b.subarray(obu.at, obu.end), payload: b.subarray(obu.payloadAt, obu.end) }
}
