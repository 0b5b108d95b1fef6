import { ascii, u32, writeFullBox } from './box-bytes.ts'

/** ID3 in CMAF. Spec: AOM "Carriage of ID3 Timed Metadata in the Common Media Application Format" §2.1 */
export const id3Scheme = 'https://aomedia.org/emsg/ID3'

/** How long it lasts is not known. Spec: ISO/IEC 23009-1 §5.10.3.3.4 */
const unknownDuration = 0xffff_ffff

/** An event at a time of its own in 1/90000 s (version 1), before the moof of its part. Spec: ISO/IEC 23009-1 §5.10.3.3 */
export function writeEventMessage(event: {
  readonly schemeId: string
  readonly id: number
  readonly pts: number
  readonly message: Uint8Array
}): Uint8Array {
  const { schemeId, id, pts, message } = event
  return writeFullBox(
    'emsg',
    1,
    0,
    u32(90_000),
    u32(Math.floor(pts / 2 ** 32)),
    u32(pts % 2 ** 32),
    u32(unknownDuration),
    u32(id % 2 ** 32),
    ascii(`${schemeId}\0\0`),
    message,
  )
}
