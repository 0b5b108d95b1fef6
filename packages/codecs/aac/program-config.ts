import type { BitReader } from '@sluice/codecs/bits'

/** Channels that a program_config_element describes, passed over to its end. Spec: ISO/IEC 14496-3 §4.4.1.1 */
export function readProgramChannels(r: BitReader): number {
  r.skipBits(4 + 2 + 4) // element_instance_tag, object_type, sampling_frequency_index
  const front = r.readBits(4)
  const side = r.readBits(4)
  const back = r.readBits(4)
  const lfe = r.readBits(2)
  const data = r.readBits(3)
  const coupling = r.readBits(4)
  if (r.readFlag()) r.skipBits(4) // mono mixdown
  if (r.readFlag()) r.skipBits(4) // stereo mixdown
  if (r.readFlag()) r.skipBits(3) // matrix mixdown
  let channels = lfe
  for (let i = 0; i < front + side + back; i++) {
    channels += r.readFlag() ? 2 : 1
    r.skipBits(4)
  }
  r.skipBits(4 * lfe + 4 * data + 5 * coupling)
  r.alignToByte()
  r.skipBits(8 * r.readBits(8)) // comment
  return channels
}
