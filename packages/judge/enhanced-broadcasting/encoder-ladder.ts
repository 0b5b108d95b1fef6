import type { ConfigurationRequest, EncoderConfiguration, Fps } from '@sluice/contract/enhanced-broadcasting'
import type { RungVideo } from '@sluice/contract/link'
import { fpsOf, fpsUpTo } from '../plan/index.ts'

/** What an encoder is asked for, or why it is asked for nothing. */
export type GrantedLadder =
  | { readonly encoders: readonly EncoderConfiguration[]; readonly refusal: null }
  | { readonly encoders: null; readonly refusal: 'no-h264' | 'no-encoder' | 'too-little' }

/** Encoders of OBS that a graphics card runs, the newest name of each first; then the one that needs none. */
const hardwareEncoders = [
  'obs_nvenc_h264_tex',
  'jim_nvenc',
  'ffmpeg_nvenc',
  'h264_texture_amf',
  'obs_qsv11_v2',
  'obs_qsv11',
  'com.apple.videotoolbox.videoencoder.ave.avc',
  'ffmpeg_vaapi_tex',
  'ffmpeg_vaapi',
] as const
const softwareEncoder = 'obs_x264'
/** For clients that do not name their encoders (OBS 30.2): PCI vendors. */
const encoderOfVendor: Readonly<Record<number, string>> = { 4318: 'jim_nvenc', 4098: 'h264_texture_amf', 32902: 'obs_qsv11_v2' }
/** x264 beside a program that draws: the source and one size below it. */
const softwareTracks = 2
const gopSeconds = 2

/** By lines of the short side, as the planner encodes at, so that a destination's wish finds its track. */
const sizes = [
  { lines: 1080, kbps: 5000, fastKbps: 6000 },
  { lines: 720, kbps: 3000, fastKbps: 4500 },
  { lines: 480, kbps: 1400, fastKbps: 2000 },
  { lines: 360, kbps: 800, fastKbps: 1200 },
] as const
const topLines = sizes[0].lines
/** Sizes below the source are for destinations that show 30 frames a second well everywhere. */
const ladderFps = 30
const leastKbps = 300

type Size = { width: number; height: number; fps: Fps; kbps: number }

const even = (pixels: number): number => Math.max(64, Math.round(pixels / 2) * 2)
const linesOf = ({ width, height }: { width: number; height: number }): number => Math.min(width, height)

/**
 * The encoders that a client shall run for a channel: the source first, then what `wished` (encodes of the channel's plan) or the usual ladder
 * has below it, largest first, as far as the client's own limits go. Pure: equal requests get equal answers.
 */
export function grantLadder(request: ConfigurationRequest, wished: readonly RungVideo[]): GrantedLadder {
  const { canvas, codecs, maxKbps } = request
  if (!codecs.includes('h264')) return { encoders: null, refusal: 'no-h264' }
  const type = encoderFor(request)
  if (type === null) return { encoders: null, refusal: 'no-encoder' }
  const top = topOf(canvas)
  if (maxKbps !== null && maxKbps < leastKbps) return { encoders: null, refusal: 'too-little' }
  const tracks = type === softwareEncoder ? Math.min(softwareTracks, request.maxTracks) : request.maxTracks
  let leftKbps = maxKbps ?? Number.POSITIVE_INFINITY
  const granted: Size[] = []
  for (const size of [{ ...top, kbps: Math.min(top.kbps, leftKbps) }, ...below(top, wished)]) {
    if (granted.length >= tracks || size.kbps > leftKbps) break
    granted.push(size)
    leftKbps -= size.kbps
  }
  return { encoders: granted.map((size) => ({ type, codec: 'h264', ...size, gopSeconds })), refusal: null }
}

function encoderFor({ encoders, gpuVendors }: ConfigurationRequest): string | null {
  if (encoders === null) return gpuVendors.map((vendor) => encoderOfVendor[vendor]).find((type) => type !== undefined) ?? softwareEncoder
  return [...hardwareEncoders, softwareEncoder].find((type) => encoders.includes(type)) ?? null
}

function topOf({ width, height, fps: canvasFps }: ConfigurationRequest['canvas']): Size {
  const scale = Math.min(1, topLines / linesOf({ width, height }))
  const fps = fpsUpTo(canvasFps, 60)
  const size = { width: even(width * scale), height: even(height * scale), fps }
  const row = sizes.find(({ lines }) => lines <= linesOf(size)) ?? sizes.at(-1)!
  return { ...size, kbps: fpsOf(fps) > ladderFps * 1.01 ? row.fastKbps : row.kbps }
}

/** What is smaller than `top` and of its shape, largest first: what the channel encodes, and the usual sizes that it does not. */
function below(top: Size, wished: readonly RungVideo[]): Size[] {
  const shape = top.width / top.height
  const own = wished
    .filter(({ codec, fit, width, height }) => codec === 'h264' && fit === 'fit' && Math.abs(width / height / shape - 1) < 0.01)
    .filter((video) => linesOf(video) <= linesOf(top) && fpsOf(video.fps) <= fpsOf(top.fps) * 1.005 && video.bitrateKbps < top.kbps)
    .filter(({ gopMs }) => gopMs === gopSeconds * 1000)
    .map(({ width, height, fps, bitrateKbps }) => ({ width, height, fps, kbps: bitrateKbps }))
  const usual = sizes
    .filter(({ lines }) => lines < linesOf(top) && !own.some((video) => linesOf(video) === lines))
    .map(({ lines, kbps }) => {
      const [long, short] = [even(lines * Math.max(shape, 1 / shape)), even(lines)]
      const [width, height] = shape >= 1 ? [long, short] : [short, long]
      return { width, height, fps: fpsUpTo(top.fps, ladderFps), kbps }
    })
  const distinct = new Map([...own, ...usual].map((size) => [`${size.width}x${size.height} ${fpsOf(size.fps)} ${size.kbps}`, size]))
  return [...distinct.values()].toSorted((a, b) => b.width * b.height - a.width * a.height || b.kbps - a.kbps)
}
