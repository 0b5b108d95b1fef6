import { BitReader, BitWriter } from '@sluice/codecs/bits'

/** What tells the channels where the channel configuration is 0. Spec: ISO/IEC 14496-3 §4.4.1.1, §4.5.1.2 */
export type AacProgramConfig = {
  /** 1 and up. */
  readonly channels: number
  /** Its fields from element_instance_tag up to the alignment, as numbers of their own widths. */
  readonly fields: readonly (readonly [value: number, bits: number])[]
  readonly comment: Uint8Array
}

/** Syntactic element id of a program config element. Spec: ISO/IEC 14496-3 table 4.85 */
const programElementId = 5
const elementIdBits = 3
const maxChannels = 64

/**
 * Reads a program_config_element where `r` stands and leaves `r` behind it; its alignment counts from the start of what `r` reads. Null:
 * no channels, more than 64, or it runs over the end. Spec: ISO/IEC 14496-3 §4.4.1.1
 */
export function readProgramConfig(r: BitReader): AacProgramConfig | null {
  // bound: the fields of one element, whose counts are 2 to 4 bits
  const fields: [number, number][] = []
  const take = (bits: number): number => {
    const value = r.readBits(bits)
    fields.push([value, bits])
    return value
  }
  take(4 + 2 + 4) // element_instance_tag, object_type, sampling_frequency_index
  const front = take(4)
  const side = take(4)
  const back = take(4)
  const lfe = take(2)
  const data = take(3)
  const coupling = take(4)
  if (take(1) === 1) take(4) // mono mixdown
  if (take(1) === 1) take(4) // stereo mixdown
  if (take(1) === 1) take(3) // matrix mixdown
  let channels = lfe
  for (let i = 0; i < front + side + back; i++) channels += take(5) >= 16 ? 2 : 1
  for (let i = 0; i < lfe + data; i++) take(4)
  for (let i = 0; i < coupling; i++) take(5)
  r.alignToByte()
  const comment = r.readBytes(r.readBits(8))
  return r.isShort || channels < 1 || channels > maxChannels ? null : { channels, fields, comment }
}

/** Appends a program_config_element with its alignment, which counts from the writer's start. Spec: ISO/IEC 14496-3 §4.4.1.1 */
export function writeProgramConfig(w: BitWriter, { fields, comment }: AacProgramConfig): BitWriter {
  for (const [value, bits] of fields) w.writeBits(value, bits)
  return w.alignToByte().writeBits(comment.length, 8).writeBytes(comment)
}

/** The element as the first one of a raw data block: whole bytes, so that the block's other elements follow as they are. */
export function writeProgramElement(program: AacProgramConfig): Uint8Array {
  return writeProgramConfig(new BitWriter().writeBits(programElementId, elementIdBits), program).toBytes()
}

/** The element that the raw data block `b` begins with, and the bytes that it takes; null: another one stands there, or a broken one. */
export function readProgramElement(b: Uint8Array): { readonly program: AacProgramConfig; readonly elementBytes: number } | null {
  const r = new BitReader(b)
  if (r.readBits(elementIdBits) !== programElementId) return null
  const program = readProgramConfig(r)
  return program === null ? null : { program, elementBytes: r.offset }
}
