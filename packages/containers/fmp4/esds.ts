import { concatBytes } from '@sluice/base/bytes'
import { u16, u32, writeFullBox } from './box-bytes.ts'

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
