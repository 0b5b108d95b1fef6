import type { SlateVideo } from '@sluice/contract/transcoder'
import { cardColour } from './card.ts'
import { type Orientation, orientationFilters } from './orientation.ts'
import type { Rational } from './plan-loop.ts'

// Graphs in FFmpeg's own words. The frames of a file go in at `[in]`; no graph opens a file of media.

export type Size = { readonly width: number; readonly height: number }

/** What is to be known of a file before a graph is written for it. */
export type FileStart = {
  /** Seconds on the file's clock at which it begins: both tracks are shifted by the same. */
  readonly startSeconds: number
  /** How the file wants to be turned, as phones and cameras do. */
  readonly orientation: Orientation
}

/** A value inside a graph. Spec: FFmpeg filters documentation, "Notes on filtergraph escaping" */
function escapeFilterValue(value: string): string {
  const inner = value.replace(/[\\':]/g, '\\$&')
  return inner.replace(/[\\'[\],;]/g, '\\$&')
}

const ratio = ({ num, den }: Rational): string => `${num}/${den}`

/** Exactly `pictures` pictures of `size`, in the shape that the file has, and the last one again where it is too short. */
export function videoFromFile(start: FileStart, size: Size, fps: Rational, pictures: number): string {
  return [
    `[in]setpts=PTS-(${start.startSeconds.toFixed(6)})/TB`,
    `${orientationFilters[start.orientation]}scale=w=${size.width}:h=${size.height}:flags=bicubic`,
    'setsar=1',
    `fps=fps=${ratio(fps)}:start_time=0`,
    'tpad=stop=-1:stop_mode=clone',
    `trim=end_frame=${pictures}`,
    'format=yuv420p',
  ].join(',')
}

/** A picture that stands for `pictures` pictures; where it is transparent, the card shows. */
export function videoFromImage(start: FileStart, size: Size, fps: Rational, pictures: number): string {
  const still = `[in]${orientationFilters[start.orientation]}scale=w=${size.width}:h=${size.height}:flags=bicubic,setsar=1,setpts=0[still]`
  return `${blank(size, fps)}[ground];${still};[ground][still]overlay=format=auto:eof_action=repeat,trim=end_frame=${pictures},format=yuv420p`
}

/** One picture for web pages; a PNG keeps what is transparent. */
export function webPicture(start: Pick<FileStart, 'orientation'>, size: Size, as: 'jpeg' | 'png'): string {
  const form = as === 'png' ? 'format=rgba' : 'scale=out_range=full,format=yuvj420p'
  return `[in]${orientationFilters[start.orientation]}scale=w=${size.width}:h=${size.height}:flags=bicubic,setsar=1,${form},trim=end_frame=1`
}

/** The loop in a programme's own size and rate: whole, with borders where its shape is another. */
export function slateFromFile(start: FileStart, video: SlateVideo, pictures: number): string {
  const aspect = ratio(video.pixelAspect)
  const fit = `scale=w=${video.width}:h=${video.height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic`
  return [
    `[in]setpts=PTS-(${start.startSeconds.toFixed(6)})/TB`,
    // Narrow pixels need a wider picture before it is fitted.
    ...(video.pixelAspect.num === video.pixelAspect.den ? [] : [`scale=w=iw/(${aspect}):h=ih`]),
    fit,
    `pad=w=${video.width}:h=${video.height}:x=(ow-iw)/2:y=(oh-ih)/2:color=${cardColour}`,
    `setsar=${aspect}`,
    `fps=fps=${ratio(video.fps)}:start_time=0`,
    'tpad=stop=-1:stop_mode=clone',
    `trim=end_frame=${pictures}`,
    `format=${pixelFormat(video)}`,
  ].join(',')
}

export const pixelFormat = ({ profile }: Pick<SlateVideo, 'profile'>): 'yuv420p' | 'yuv420p10le' =>
  profile === 'main10' ? 'yuv420p10le' : 'yuv420p'

const blank = ({ width, height }: Size, fps: Rational): string => `color=c=${cardColour}:s=${width}x${height}:r=${ratio(fps)}`

/** A plain ground with the card of `assFile` on it. */
export function slateFromCard(assFile: string, fontsDir: string, video: SlateVideo, pictures: number): string {
  return [
    blank(video, video.fps),
    `setsar=${ratio(video.pixelAspect)}`,
    `ass=filename=${escapeFilterValue(assFile)}:fontsdir=${escapeFilterValue(fontsDir)}:shaping=complex`,
    `trim=end_frame=${pictures}`,
    `format=${pixelFormat(video)}`,
  ].join(',')
}

/** Bars with something that moves, so that nobody takes the card for a frozen picture. */
export function testCard(size: Size, fps: Rational, pictures: number): string {
  return `testsrc2=s=${size.width}x${size.height}:r=${ratio(fps)},trim=end_frame=${pictures},format=yuv420p`
}

export type AudioForm = {
  readonly sampleRate: number
  readonly channels: number
  readonly packetSamples: number
  readonly sampleFormat: string
}

const inForm = ({ sampleRate, channels, sampleFormat }: AudioForm): string =>
  `aformat=sample_fmts=${sampleFormat}:sample_rates=${sampleRate}:channel_layouts=${channels === 1 ? 'mono' : 'stereo'}`

/** Exactly `packets` packets of the file's sound, from its start on; both ends fade for 20 ms, because the loop joins them. */
export function audioFromFile(start: FileStart, form: AudioForm, packets: number): string {
  const samples = packets * form.packetSamples
  const fadeAt = Math.max(0, samples / form.sampleRate - 0.02)
  return [
    `[in]asetpts=PTS-(${start.startSeconds.toFixed(6)})/TB`,
    `aresample=${form.sampleRate}:async=1000:first_pts=0`,
    inForm(form),
    'apad',
    `atrim=end_sample=${samples}`,
    `afade=t=in:d=0.02,afade=t=out:st=${fadeAt.toFixed(4)}:d=0.02`,
    `asetnsamples=n=${form.packetSamples}:p=0`,
  ].join(',')
}

export function silence(form: AudioForm, packets: number): string {
  const samples = packets * form.packetSamples
  return `anullsrc=r=${form.sampleRate}:cl=stereo,${inForm(form)},atrim=end_sample=${samples},asetnsamples=n=${form.packetSamples}:p=0`
}

/** 1 kHz at -18 dBFS, as line-up tones are. */
export function tone(form: AudioForm, packets: number): string {
  const samples = packets * form.packetSamples
  // The filter's own sine has an amplitude of 1/8, which is -18 dBFS.
  return `sine=frequency=1000:sample_rate=${form.sampleRate},${inForm(form)},atrim=end_sample=${samples},asetnsamples=n=${form.packetSamples}:p=0`
}
