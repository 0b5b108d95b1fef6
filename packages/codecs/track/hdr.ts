import { WireError } from '@sluice/base/errors'
import { readAv1Config } from '@sluice/codecs/av1'
import type { Track } from '@sluice/codecs/frame'
import { readAvcConfig, readH264Sps } from '@sluice/codecs/h264'
import { readH265Sps, readHevcConfig } from '@sluice/codecs/h265'

/** HDR10 and its kin by SMPTE ST 2084, or HLG by ARIB STD-B67. Spec: ITU-T H.273 §8.2 */
const transfers: Readonly<Record<number, 'pq' | 'hlg'>> = { 16: 'pq', 18: 'hlg' }

/** What kind of HDR the configuration of a video track describes; null: SDR, or it does not tell. Never throws: a record that can't be read describes nothing. */
export function hdrOf(track: Track): 'pq' | 'hlg' | null {
  try {
    const transfer = transferOf(track)
    return transfer === null ? null : (transfers[transfer] ?? null)
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}

function transferOf({ codec, config }: Track): number | null {
  if (codec === 'h264') return readH264Sps(readAvcConfig(config).sps[0]!).vui?.transfer ?? null
  if (codec === 'h265') return readH265Sps(readHevcConfig(config).sps[0]!).vui?.transfer ?? null
  return codec === 'av1' ? (readAv1Config(config).colour.description?.transfer ?? null) : null
}
