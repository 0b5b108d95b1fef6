import type { AskedTrack, PlannedOutput, SettledRung, SourceFacts } from './facts.ts'
import { fpsOf } from './settle.ts'
import type { Want } from './wants.ts'

/** Each of the tracks that a platform asks for, largest first as it asked: the source where it is just that, else a rung. */
export function wantsOfTracks(output: PlannedOutput, asked: readonly AskedTrack[], source: SourceFacts | undefined): Want[] {
  return asked.map((track): Want => {
    const reason = { code: 'enhanced-track', by: output.rules?.name ?? 'The platform' } as const
    if (isSource(track, source)) return { type: 'source', reason, warning: null }
    return { type: 'rung', rung: rungOf(track), rungId: null, reason }
  })
}

/** Its key frames have to fall on the grid of the others: a regular interval of the very length that was asked for. */
function isSource({ width, height, fps, kbps, gopMs }: AskedTrack, source: SourceFacts | undefined): boolean {
  const video = source?.video ?? null
  if (video === null || video.fps === null || video.kbps === null || video.gopMs === null) return false
  return (
    video.codec === 'h264' &&
    source?.audio?.codec === 'aac' &&
    video.width === width &&
    video.height === height &&
    Math.abs(video.fps / fpsOf(fps) - 1) < 0.01 &&
    video.kbps <= kbps * 1.05 &&
    Math.abs(video.gopMs / gopMs - 1) < 0.02
  )
}

const rungOf = ({ width, height, fps, kbps, gopMs, audioKbps }: AskedTrack): SettledRung => ({
  name: `${Math.min(width, height)}p${Math.round(fpsOf(fps))} at ${kbps} kbps`,
  video: { codec: 'h264', width, height, fps, bitrateKbps: kbps, gopMs, fit: 'fit', cropAt: 0.5 },
  audio: { codec: 'aac', bitrateKbps: audioKbps, channels: 2, track: 0, gainDb: 0 },
})
