import type { SettledRung, SourceFacts } from './facts.ts'
import { fpsOf } from './settle.ts'

type Rendition = NonNullable<SourceFacts['renditions']>[number]

/** Sound is not worth an encode for less than this, in kbit/s. */
const fairAudioKbps = 160

/** The track of the source's own encoder that is what `rung` asks for; null: there is none, and it is encoded here. */
export function renditionFor({ video }: SettledRung, source: SourceFacts | undefined): Rendition | null {
  if (video === null || video.fit !== 'fit' || (video.overlays ?? []).length > 0) return null
  const serves = ({ codec, width, height, fps, kbps, gopMs }: Rendition): boolean =>
    codec === video.codec &&
    width === video.width &&
    height === video.height &&
    Math.abs(fps / fpsOf(video.fps) - 1) < 0.01 &&
    // A constant rate swings by so much from GOP to GOP.
    kbps <= video.bitrateKbps * 1.08 &&
    kbps >= video.bitrateKbps * 0.5 &&
    gopMs !== null &&
    gopMs <= video.gopMs * 1.05
  return (source?.renditions ?? []).find(serves) ?? null
}

/** The rung without an encode of its sound, where the source's own is as good as what it asks for. */
export function withSourceSound(rung: SettledRung, source: SourceFacts | undefined): SettledRung {
  const { audio } = rung
  const own = source?.audio ?? null
  if (audio === null || own === null || own.kbps === null) return rung
  const isFair = own.kbps <= Math.max(fairAudioKbps, audio.bitrateKbps) * 1.05
  const isAlike = audio.codec === own.codec && own.sampleRate === 48_000 && own.channels === audio.channels
  return isFair && isAlike && audio.track === 0 && audio.gainDb === 0 ? { ...rung, audio: null } : rung
}
