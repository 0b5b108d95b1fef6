import type { Calibration, RungVideo, rungPresets } from '@sluice/contract/link'
import type { Machine, SettledRung, SourceFacts } from './facts.ts'
import { fpsOf } from './settle.ts'

export type Preset = (typeof rungPresets)[number]
type Prices = Pick<Calibration, 'k' | 'decode'>

/** A Xeon core at 2.x GHz with content that is hard to encode (noise over motion): the fit of 48 measured encodes, 3.6 % off in the mean. */
const usualPrices: Prices = { k: { ultrafast: 0.64, superfast: 1.21, veryfast: 1.9, faster: 3.17 }, decode: 20 }
/** Of all cores, what encoding may take: engines, control and the machine's other work need the rest. */
const budgetShare = 0.7
/** A running rung may correct its price down to this, never further: easy pictures are followed by hard ones. */
const lowestCorrection = 0.8
const highestCorrection = 3
const exponent = 0.91
/** x265 at its fastest and SVT-AV1 at preset 12, by x264 at veryfast: 79-141 % and 39 % against 24-38 % for 720p30. */
const codecFactor = { h265: 3.2, av1: 1 } as const
/** Ten bits, by eight. */
const hdrFactor = 1.5
/** One step of scaling to 1280x720 at 30 frames a second. */
const scalePercent = 5
/** Blurred sides of a picture that is filled up. */
const blurPercent = 6
/** Blending: of the rung's pixels that overlays cover, by those of 1280x720 at 30 frames a second. */
const overlayPercent = { base: 1, covered: 6 }
const audioPercent = 1
/** Decoding by H.264. */
const decodeFactor: Readonly<Record<string, number>> = { h265: 2.7, hevc: 2.7, av1: 2.5, vp9: 2 }
/** bwdif on top of decoding H.264, by it: 9 and 4.5 % of a core against 20 at 1080p30. */
const fieldFactor = { each: 0.45, whole: 0.23 } as const
const hd720 = 1280 * 720 * 30
const hd30 = 1920 * 1080 * 30

const pixelRate = ({ width, height, fps }: Pick<RungVideo, 'width' | 'height' | 'fps'>): number => width * height * fpsOf(fps)

const pricesOf = ({ calibration }: Machine): Prices => calibration ?? usualPrices

export const budgetPercent = ({ cores }: Pick<Machine, 'cores'>): number => cores * 100 * budgetShare

export const clampCorrection = (correction: number): number => Math.min(highestCorrection, Math.max(lowestCorrection, correction))

/** Percent of one core for one rung, its step of scaling included. */
export function rungPercent({ video, audio }: Pick<SettledRung, 'video' | 'audio'>, preset: Preset, machine: Machine): number {
  const sound = audio === null ? 0 : audioPercent
  if (video === null) return sound
  const hardware = machine.hardware?.find(({ kind, codec }) => kind === video.encoder && codec === video.codec)
  const scale = (pixelRate(video) / hd720) * (scalePercent + (video.fit === 'blur' ? blurPercent : 0))
  if (hardware !== undefined) return (hardware.cpuPercent * pixelRate(video)) / hd720 + scale + sound + overlays(video)
  const { k } = pricesOf(machine)
  const factor = video.codec === 'h264' ? k[preset] : k.veryfast * codecFactor[video.codec]
  const depth = video.hdr === undefined ? 1 : hdrFactor
  const encode = factor * depth * clampCorrection(machine.correction) * (pixelRate(video) / 1e6) ** exponent
  return encode + scale + sound + overlays(video)
}

/** A square picture is taken: of its height nothing is known here. */
function overlays(video: Omit<RungVideo, 'preset'>): number {
  const share = pixelRate(video) / hd720
  const aspect = video.width / video.height
  return (video.overlays ?? []).reduce(
    (sum, { width }) => sum + share * (overlayPercent.base + overlayPercent.covered * Math.min(1, width * width * aspect)),
    0,
  )
}

/**
 * Percent of one core to decode the source once, whatever the number of rungs, and to make whole pictures of its fields: each one where
 * `areFieldsWanted`, else each second one.
 */
export function decodePercent(source: SourceFacts | null, machine: Machine, areFieldsWanted = false): number {
  const { decode } = pricesOf(machine)
  const video = source?.video ?? null
  if (video === null) return decode
  const fields = video.isInterlaced !== true ? 0 : areFieldsWanted ? fieldFactor.each : fieldFactor.whole
  return decode * ((decodeFactor[video.codec] ?? 1) + fields) * ((video.width * video.height * (video.fps ?? 30)) / hd30)
}
