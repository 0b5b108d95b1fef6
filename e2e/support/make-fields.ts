import { BitWriter } from '@sluice/codecs/bits'

/** One frame of two field pictures: NAL units of each, parameter sets and delimiters with them. */
export type FieldFrame = { readonly isKey: boolean; readonly fields: readonly [readonly Uint8Array[], readonly Uint8Array[]] }

const [widthMbs, heightMbs] = [10, 6]
const numBits = 8

const ue = (w: BitWriter, value: number): BitWriter => {
  const bits = Math.floor(Math.log2(value + 1))
  return w.writeBits(0, bits).writeBits(value + 1, bits + 1)
}
const unit = (header: number, w: BitWriter): Uint8Array => {
  const out = [header]
  let zeros = 0
  for (const byte of w.writeBits(1, 1).alignToByte().toBytes()) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3)
      zeros = 0
    }
    out.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return Uint8Array.from(out)
}

/** Main profile, 160x96, fields allowed. Spec: ITU-T H.264 §7.3.2.1.1 */
function makeSps(): Uint8Array {
  const w = new BitWriter().writeBits(77, 8).writeBits(0, 8).writeBits(21, 8)
  for (const value of [0, numBits - 4, 0, numBits - 4, 1]) ue(w, value)
  w.writeBits(0, 1)
  ue(w, widthMbs - 1)
  ue(w, heightMbs / 2 - 1)
  // Fields, no MBAFF, direct 8x8, no cropping; VUI with a rate of 25 frames a second.
  w.writeBits(0b001_0, 4).writeBits(0b1_0000_1, 6).writeBits(1, 32).writeBits(50, 32).writeBits(1, 1).writeBits(0b0010, 4)
  return unit(0x67, w)
}

function makePps(): Uint8Array {
  const w = new BitWriter()
  for (const value of [0, 0]) ue(w, value)
  w.writeBits(0, 2)
  for (const value of [0, 0, 0]) ue(w, value)
  w.writeBits(0, 3)
  for (const value of [0, 0, 0]) ue(w, value)
  return unit(0x68, w.writeBits(0, 3))
}

function header(isIntra: boolean, isIdr: boolean, frameNum: number, isBottom: boolean, order: number, idrPicId: number): BitWriter {
  const w = new BitWriter()
  for (const value of [0, isIntra ? 7 : 5, 0]) ue(w, value)
  w.writeBits(frameNum, numBits)
    .writeBits(1, 1)
    .writeBits(isBottom ? 1 : 0, 1)
  if (isIdr) ue(w, idrPicId)
  w.writeBits(order & 0xff, numBits)
  if (!isIntra) w.writeBits(0, 2) // no override, no reordering
  w.writeBits(0, isIdr ? 2 : 1)
  return ue(w, 0)
}

/** PCM macroblocks whose brightness tells one picture from another. */
function intraField(order: number, idrPicId: number, level: number): Uint8Array {
  const w = header(true, true, 0, false, order, idrPicId)
  for (let mb = 0; mb < (widthMbs * heightMbs) / 2; mb++) {
    ue(w, 25).alignToByte()
    for (let i = 0; i < 256; i++) w.writeBits(((level + mb * 3) % 200) + 20, 8)
    for (let i = 0; i < 128; i++) w.writeBits(128, 8)
  }
  return unit(0x65, w)
}

/** A field that repeats the one before. */
const skippedField = (frameNum: number, isBottom: boolean, order: number): Uint8Array =>
  unit(0x41, ue(header(false, false, frameNum, isBottom, order, 0), (widthMbs * heightMbs) / 2))

const delimiter = Uint8Array.of(0x09, 0x30)

/** `count` frames coded as two fields each, a key frame every `gop`: decodable H.264 that no encoder here makes. */
export function makeFieldFrames(count: number, gop = 25): FieldFrame[] {
  return Array.from({ length: count }, (_, i) => {
    const at = i % gop
    const isKey = at === 0
    const first = isKey ? [makeSps(), makePps(), intraField(0, Math.floor(i / gop) % 2, (i * 7) % 180)] : [skippedField(at, false, 2 * at)]
    return {
      isKey,
      fields: [
        [delimiter, ...first],
        [delimiter, skippedField(at, true, 2 * at + 1)],
      ],
    }
  })
}
