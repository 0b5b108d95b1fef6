import { maxDelayBytes } from '@sluice/contract/link'
import type { PlannedOutput, SourceFacts } from './facts.ts'
import type { PlannedRung } from './plan.ts'

type Track = Pick<PlannedRung, 'spec'> | null

/** A delay that does not fit into memory: what it would take, and the longest that fits. */
export type DelayExcess = { readonly bytes: number; readonly maxMs: number; readonly kbps: number }

/**
 * Whether an engine can keep so much of what an output gets: `tracks`, a rung each, or null for the source. The GOP before the delay is kept too. Null: it
 * fits, or nothing is known of the source yet.
 */
export function delayExcess(
  { delayMs = 0 }: Pick<PlannedOutput, 'delayMs'>,
  tracks: readonly Track[],
  sources: readonly SourceFacts[],
): DelayExcess | null {
  if (delayMs === 0) return null
  // Of the sources of a broadcast the heaviest: a failover to it must not shorten the delay.
  const rates = sources.length === 0 ? [rateOf(tracks, null)] : sources.map((source) => rateOf(tracks, source))
  const [kbps, gopMs] = rates.reduce((most, rate) => (rate[0] > most[0] ? rate : most))
  const bytesPerMs = kbps / 8
  const bytes = bytesPerMs * (delayMs + gopMs)
  if (bytes <= maxDelayBytes) return null
  return { bytes, maxMs: Math.max(0, Math.floor(maxDelayBytes / bytesPerMs - gopMs)), kbps }
}

/** Kilobits a second of all pictures and the sound together, and the longest GOP in ms. What is not known counts nothing. */
function rateOf(tracks: readonly Track[], source: SourceFacts | null): readonly [number, number] {
  const videos = tracks.map((track) => track?.spec.video ?? null)
  const pictures = videos.reduce((sum, video) => sum + (video === null ? (source?.video?.kbps ?? 0) : video.bitrateKbps), 0)
  const gops = videos.map((video) => (video === null ? (source?.video?.gopMs ?? 0) : video.gopMs))
  const audio = tracks[0]?.spec.audio ?? null
  return [pictures + (audio === null ? (source?.audio?.kbps ?? 0) : audio.bitrateKbps), Math.max(0, ...gops)]
}
