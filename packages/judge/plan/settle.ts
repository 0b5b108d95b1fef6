import type { RungAudioWish, RungVideoWish, RungWish } from '@sluice/contract/api'
import type { RungAudio, RungVideo } from '@sluice/contract/link'
import type { SettledRung, SourceFacts } from './facts.ts'

type Fps = RungVideo['fps']

/** Frame rates that cameras and encoders have; what is measured or typed in near one is that one. */
const rates: readonly Fps[] = [
  ...[24, 30, 48, 60, 120].map((fps) => ({ num: fps * 1000, den: 1001 })),
  ...[10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120].map((fps) => ({ num: fps, den: 1 })),
]
const maxFps = 60
/** Where nothing is known of the source. */
const usualFps: Fps = { num: 30, den: 1 }
const usualShape = 16 / 9
const usualLines = 1080

export const fpsOf = ({ num, den }: Fps): number => num / den

/** The frame rate as a fraction: 29.97 is 30000/1001. Rates that are near none of the usual ones become whole. */
export function fpsFraction(fps: number): Fps {
  const near = rates.toSorted((a, b) => Math.abs(fpsOf(a) - fps) - Math.abs(fpsOf(b) - fps))[0]!
  // 29.97 and 30 are 0.1 % apart: the nearest wins, and half a percent of jitter in a measured rate stays with it.
  if (Math.abs(fpsOf(near) - fps) <= fps * 0.005) return near
  return { num: Math.max(1, Math.round(fps)), den: 1 }
}

/** Halved until it is at most `most`: every second picture of a source is evenly spaced, three of five are not. */
export function fpsUpTo(fps: Fps, most: number): Fps {
  let { num, den } = fps
  while (num / den > most * 1.005) den *= 2
  return num % 2 === 0 && den % 2 === 0 ? { num: num / 2, den: den / 2 } : { num, den }
}

/** Of the source, at most 60; 30 where it is not known. */
export const sourceFps = (source: SourceFacts | null): Fps =>
  source?.video?.fps == null || source.video.fps < 1 ? usualFps : fpsUpTo(fpsFraction(source.video.fps), maxFps)

const shapeOf = (source: SourceFacts | null): number =>
  source?.video == null || source.video.height === 0 ? usualShape : source.video.width / source.video.height

export const even = (pixels: number): number => Math.min(4096, Math.max(64, Math.round(pixels / 2) * 2))

/** Of the short side. */
export const linesOf = ({ video }: SourceFacts): number => (video === null ? usualLines : Math.min(video.width, video.height))

/** A picture of the source's shape whose short side has so many lines. */
export function sizeOf(source: SourceFacts | null, lines: number): { width: number; height: number } {
  const { width, height } = source?.video ?? { width: 16, height: 9 }
  const long = even((lines * Math.max(width, height)) / Math.min(width, height))
  const short = even(lines)
  return width >= height ? { width: long, height: short } : { width: short, height: long }
}

/** Exact size and frame rate of a wished picture, for a source of that shape and rate. */
export function settleVideo(wish: RungVideoWish, source: SourceFacts | null): Omit<RungVideo, 'preset'> {
  return {
    codec: wish.codec,
    width: wish.width ?? even(wish.height * shapeOf(source)),
    height: wish.height,
    fps: wish.fps === undefined ? sourceFps(source) : fpsFraction(wish.fps),
    bitrateKbps: wish.bitrateKbps,
    gopMs: wish.gopMs,
    fit: wish.fit ?? 'fit',
    cropAt: wish.cropAt ?? 0.5,
    ...(wish.hdr === undefined ? {} : { hdr: wish.hdr }),
    ...(wish.overlays === undefined || wish.overlays.length === 0 ? {} : { overlays: wish.overlays }),
  }
}

const settleAudio = (wish: RungAudioWish): RungAudio => ({
  codec: wish.codec,
  bitrateKbps: wish.bitrateKbps,
  channels: wish.channels ?? 2,
  track: wish.track ?? 0,
  gainDb: wish.gainDb ?? 0,
})

export const settleRung = ({ name, video, audio }: RungWish & { name: string }, source: SourceFacts | null): SettledRung => ({
  name,
  video: video === null ? null : settleVideo(video, source),
  audio: audio === null ? null : settleAudio(audio),
})

/** The same for equal encodings and for no others, whatever they are called: what shares one encode. Stable over restarts. */
export function rungKey({ video, audio }: Pick<SettledRung, 'video' | 'audio'>): string {
  const picture =
    video === null
      ? 'source'
      : [
          ...[video.codec, `${video.width}x${video.height}`, `${video.fps.num}.${video.fps.den}`, video.bitrateKbps, video.gopMs],
          ...(video.followsSourceKeys === true ? ['keys'] : []),
          ...(video.hdr === undefined ? [] : [video.hdr]),
          ...(video.fit === 'fit' ? [] : [video.fit]),
          // Only the window of `fill` has a place.
          ...(video.fit === 'fill' && video.cropAt !== 0.5 ? [video.cropAt] : []),
          ...(video.overlays ?? []).map(({ pictureId, x, y, width, opacity }) => ['over', pictureId, x, y, width, opacity].join('.')),
        ].join('-')
  const sound =
    audio === null
      ? 'source'
      : [
          ...[audio.codec, audio.bitrateKbps, audio.channels],
          ...(audio.track === 0 ? [] : [`track${audio.track}`]),
          ...(audio.gainDb === 0 ? [] : [`gain${audio.gainDb}`]),
        ].join('-')
  return `planned_${picture}_${sound}`
}
