import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { u16, u32, writeFullBox } from './box-bytes.ts'
import { BoxFields } from './box-fields.ts'
import type { Mp4Box } from './read-box.ts'

/** Object type indications of the audio that an esds box announces. Spec: ISO/IEC 14496-1 §7.2.6.6.2 */
export const EsdsObjectType = { aac: 0x40, mp3LowRate: 0x69, mp3: 0x6b } as const

const audioStream = (5 << 2) | 1

/** The esds box: ES_Descriptor down to the decoder's own configuration, which may be empty. Spec: ISO/IEC 14496-14 §5.6 */
export function writeEsds(objectType: number, config: Uint8Array): Uint8Array {
  const specific = config.length === 0 ? new Uint8Array(0) : descriptor(5, config)
  const decoder = descriptor(4, Uint8Array.from([objectType, audioStream, 0, 0, 0, ...u32(0), ...u32(0)]), specific)
  const sync = descriptor(6, Uint8Array.of(2))
  return writeFullBox('esds', 0, 0, descriptor(3, Uint8Array.from([...u16(0), 0]), decoder, sync))
}

/** Tag, length in 7-bit groups, content. Spec: ISO/IEC 14496-1 §8.3.3 */
function descriptor(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(parts)
  const length = [body.length & 0x7f]
  for (let rest = body.length >>> 7; rest > 0; rest >>>= 7) length.unshift(0x80 | (rest & 0x7f))
  return concatBytes([Uint8Array.of(tag, ...length), body])
}

/** What an esds box says of its stream: the object type, and a copy of the decoder's own configuration. Throws WireError. Spec: ISO/IEC 14496-14 §5.6 */
export function readEsds(b: Uint8Array, box: Mp4Box): { objectType: number; config: Uint8Array } {
  const fields = new BoxFields(b, box).skip(4)
  expectTag(fields, box, 3)
  fields.skip(2)
  const flags = fields.readU8()
  if ((flags & 0x80) !== 0) fields.skip(2) // the stream that this one depends on
  if ((flags & 0x40) !== 0) fields.skip(fields.readU8())
  if ((flags & 0x20) !== 0) fields.skip(2)
  const left = expectTag(fields, box, 4)
  const objectType = fields.readU8()
  fields.skip(12)
  if (left <= 13) return { objectType, config: new Uint8Array(0) }
  return { objectType, config: new Uint8Array(fields.readBytes(expectTag(fields, box, 5))) }
}

/** The length of the descriptor of `tag` that must stand next. Spec: ISO/IEC 14496-1 §8.3.3 */
function expectTag(fields: BoxFields, box: Mp4Box, tag: number): number {
  const found = fields.readU8()
  if (found !== tag) throw new WireError('FMP4_BOX', box.at, `descriptor ${found} in "esds", ${tag} expected`)
  let length = 0
  for (let i = 0; i < 4; i++) {
    const byte = fields.readU8()
    length = (length << 7) | (byte & 0x7f)
    if ((byte & 0x80) === 0) break
  }
  return length
}
