import { AacObjectType, readAacConfig } from '@sluice/codecs/aac'
import { BitWriter } from '@sluice/codecs/bits'

const elements = { single: 0, pair: 1, lfe: 3, end: 7 } as const
type Element = 'single' | 'pair' | 'lfe'

/** The elements of one frame by channel configuration. Spec: ISO/IEC 14496-3 table 1.19 */
const layouts: Readonly<Record<number, readonly Element[]>> = {
  1: ['single'],
  2: ['pair'],
  3: ['single', 'pair'],
  4: ['single', 'pair', 'single'],
  5: ['single', 'pair', 'pair'],
  6: ['single', 'pair', 'pair', 'lfe'],
  7: ['single', 'pair', 'pair', 'pair', 'lfe'],
}
/** Any gain will do, as no band is coded; encoders write this one for silence. */
const globalGain = 100

/**
 * One frame of silence for the AudioSpecificConfig `config`, with what it lasts in samples and their rate; null where the elements of a
 * frame are not known: other object types than LC, or channels by a program config element. Below SBR the core alone is silent, which
 * decoders extend to silence. Spec: ISO/IEC 14496-3 §4.4.2.1
 */
export function aacSilence(config: Uint8Array): { bytes: Uint8Array; samples: number; sampleRate: number } | null {
  const { objectType, channelConfig, frameSamples, sampleRate } = readAacConfig(config)
  const layout = layouts[channelConfig]
  if (objectType !== AacObjectType.lc || layout === undefined) return null
  const w = new BitWriter()
  const tags = { single: 0, pair: 0, lfe: 0 }
  for (const element of layout) {
    w.writeBits(elements[element], 3).writeBits(tags[element]++, 4)
    if (element === 'pair') w.writeBits(0, 1) // common_window
    writeSilentStream(w)
    if (element === 'pair') writeSilentStream(w)
  }
  return { bytes: w.writeBits(elements.end, 3).alignToByte().toBytes(), samples: frameSamples, sampleRate }
}

/** individual_channel_stream of one long window with max_sfb 0: no section, no scale factor, no spectrum. Spec: ISO/IEC 14496-3 §4.4.2.7 */
function writeSilentStream(w: BitWriter): void {
  w.writeBits(globalGain, 8)
  w.writeBits(0, 1 + 2 + 1 + 6 + 1) // ics_reserved_bit, window_sequence, window_shape, max_sfb, predictor_data_present
  w.writeBits(0, 3) // pulse_data, tns_data, gain_control_data
}
