/** Opus counts samples at this rate, whatever the input was. Spec: RFC 7845 §4 */
export const opusSampleRate = 48_000
const maxPacketSamples = 5760

/** Samples at 48 kHz for the low bits of the configuration number. Spec: RFC 6716 §3.1, table 2 */
const silkSamples = [480, 960, 1920, 2880]
const hybridSamples = [480, 960]
const celtSamples = [120, 240, 480, 960]

/** Samples at 48 kHz that a packet decodes to, 120..5760; 0 when it is empty or breaks the rules. Never throws. Spec: RFC 6716 §3.1, §3.2 */
export function opusPacketSamples(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) return 0
  const config = toc >>> 3
  const table = config < 12 ? silkSamples : config < 16 ? hybridSamples : celtSamples
  const frameSamples = table[config & (table.length - 1)]!
  const code = toc & 3
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 0x3f
  const samples = frames * frameSamples
  return samples > maxPacketSamples ? 0 : samples
}
