import type { AudioFacts, VideoFacts } from '@sluice/contract/link'
import type { SlateAudio, SlateVideo } from '@sluice/contract/transcoder'

/** A programme as it is on the air. `fps` as measured, `videoBps` over the last second; 0: unknown. */
export type OnAir = { video: VideoFacts | null; audio: AudioFacts | null; fps: number; videoBps: number }

export type SlateParameters = { video: SlateVideo; audio: SlateAudio | null }

const h264Profiles: Readonly<Record<string, SlateVideo['profile']>> = { '42': 'baseline', '4d': 'main', '64': 'high' }
const h265Profiles: Readonly<Record<string, SlateVideo['profile']>> = { '1': 'main', '2': 'main10' }
/** In a slate's own steps, so that a rate that goes up and down makes no new slate. */
const bitrateSteps = [200_000, 400_000, 800_000, 1_500_000, 2_500_000, 4_000_000]
/** Rates that cameras and encoders have. */
const usualRates = [10, 12, 12.5, 15, 20, 24_000 / 1001, 24, 25, 30_000 / 1001, 30, 48, 50, 60_000 / 1001, 60]
/** A rate is the usual one that it is nearest to, this near. */
const rateShare = 0.02

/** The parameters of a slate that stands in for `onAir`; or why no encoder here makes one, in one sentence. */
export function slateParameters({ video, audio, fps, videoBps }: OnAir): SlateParameters | { reason: string } {
  if (video === null) return { reason: 'the programme has no video' }
  const { codec, codecString, width, height } = video
  if (codec !== 'h264' && codec !== 'h265') return { reason: `slates cannot be encoded as ${codec}` }
  const found = codec === 'h264' ? readAvc(codecString) : readHevc(codecString)
  if (found === null) return { reason: `slates cannot be encoded in profile ${video.profile} of ${codec}` }
  if (width % 2 !== 0 || height % 2 !== 0 || width < 16 || height < 16) return { reason: `slates cannot be encoded at ${width}x${height}` }
  const rate = rateOf(video.declaredFps ?? fps) ?? rateOf(fps)
  if (rate === null) return { reason: 'its frame rate is unknown' }
  const maxBps = bitrateSteps.findLast((step) => step <= videoBps) ?? bitrateSteps[0]!
  const pixelAspect = { num: 1, den: 1 }
  return { video: { codec, ...found, width, height, fps: rate, pixelAspect, maxBps }, audio: audioOf(audio) }
}

/** `avc1.64001f`. Spec: RFC 6381 §3.3 */
function readAvc(codecString: string): Pick<SlateVideo, 'profile' | 'level'> | null {
  const [, idc = '', level = ''] = /^avc[13]\.([0-9a-f]{2})[0-9a-f]{2}([0-9a-f]{2})$/i.exec(codecString) ?? []
  const profile = h264Profiles[idc.toLowerCase()]
  const levelIdc = Number.parseInt(level, 16)
  return profile === undefined || !(levelIdc >= 10) ? null : { profile, level: (levelIdc / 10).toFixed(1) }
}

/** `hvc1.1.6.L93.90`. Spec: ISO/IEC 14496-15 §E.3 */
function readHevc(codecString: string): Pick<SlateVideo, 'profile' | 'level'> | null {
  const [, idc = '', level = ''] = /^(?:hvc1|hev1)\.(\d+)\.[0-9a-f]+\.[LH](\d+)/i.exec(codecString) ?? []
  const profile = h265Profiles[idc]
  return profile === undefined || level === '' ? null : { profile, level: (Number(level) / 30).toFixed(1) }
}

/** A rate as a fraction; null for what no camera has. */
export function rateOf(fps: number): { num: number; den: number } | null {
  if (!(fps >= 1 && fps <= 120)) return null
  const usual = usualRates.reduce((best, rate) => (Math.abs(rate - fps) < Math.abs(best - fps) ? rate : best))
  const rate = Math.abs(usual - fps) / fps <= rateShare ? usual : Math.round(fps)
  if (Number.isInteger(rate)) return { num: rate, den: 1 }
  return Number.isInteger(rate * 2) ? { num: rate * 2, den: 2 } : { num: Math.round(rate * 1001), den: 1001 }
}

function audioOf(audio: AudioFacts | null): SlateAudio | null {
  if (audio === null || audio.channels > 2 || audio.channels < 1) return null
  if (audio.codec === 'opus') return { codec: 'opus', sampleRate: 48_000, channels: audio.channels }
  // Others than AAC-LC sound as these to a decoder of theirs, but their packets last otherwise.
  return audio.codecString === 'mp4a.40.2' ? { codec: 'aac', sampleRate: audio.sampleRate, channels: audio.channels } : null
}
