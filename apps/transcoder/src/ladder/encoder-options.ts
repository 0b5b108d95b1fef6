import { availableParallelism } from 'node:os'
import type { HardwareKind, RungVideo } from '@sluice/contract/link'
import type { FFEncoderCodec } from 'node-av/constants'
import { h264Level } from './h264-level.ts'

/** What a rung's encoder is opened with. */
export type EncoderWish = Pick<RungVideo, 'codec' | 'width' | 'height' | 'fps' | 'bitrateKbps' | 'gopMs' | 'preset' | 'encoder' | 'hdr'>

const encoders: Readonly<Record<RungVideo['codec'], FFEncoderCodec>> = {
  h264: 'libx264' as FFEncoderCodec,
  h265: 'libx265' as FFEncoderCodec,
  av1: 'libsvtav1' as FFEncoderCodec,
}

const hardwareCodecs: Readonly<Record<RungVideo['codec'], string>> = { h264: 'h264', h265: 'hevc', av1: 'av1' }
/** As in software: constant rate, no picture held back, key frames where they are asked for and nowhere else. */
const hardwareOptions: Readonly<Record<HardwareKind, Readonly<Record<string, string>>>> = {
  nvenc: { preset: 'p4', tune: 'll', rc: 'cbr', delay: '0', zerolatency: '1', 'forced-idr': '1', 'no-scenecut': '1', 'rc-lookahead': '0' },
  qsv: { preset: 'medium', async_depth: '1', forced_idr: '1', look_ahead: '0', adaptive_i: '0' },
  vaapi: { rc_mode: 'CBR', async_depth: '1', idr_interval: '0' },
}

/**
 * With these the parameter sets are the same in every preset that a rung may have, with any bitrate and number of threads; and no picture is held
 * back: variable rate would wait for the next time stamp, lookahead for ten pictures.
 * Constant rate over a buffer of half a second: whatever comes, ten seconds of it are at most 5 % over the bitrate.
 */
const x264Pinned =
  'vbv-init=0.5:force-cfr=1:ref=1:cabac=1:8x8dct=1:weightp=0:bframes=0:rc-lookahead=0:sync-lookahead=0:scenecut=0:open-gop=0:mbtree=0:log-level=none'
const x265Pinned =
  'vbv-init=0.5:strict-cbr=1:bframes=0:rc-lookahead=0:lookahead-slices=0:scenecut=0:open-gop=0:repeat-headers=0:frame-threads=1:log-level=none:info=0'
/** SVT-AV1's numbers for what x264's presets cost; below 10 nothing keeps up on a processor. */
const av1Presets: Readonly<Record<RungVideo['preset'], string>> = { ultrafast: '13', superfast: '13', veryfast: '12', faster: '10' }
/** Of the rate, in seconds: a still picture's savings are given back at once when it moves, as much as fits in here. SVT-AV1 takes no notice. */
export const bufferSecondsOf = (codec: RungVideo['codec']): number => (codec === 'av1' ? 1 : 0.5)
/** What one core encodes in real time at the slower presets: 1080p30. */
const pixelsOfCore = 1920 * 1080 * 30

/** Slices in threads hold nothing back; threads of whole pictures would. */
export function threadsFor({ codec, width, height, fps, encoder }: EncoderWish): number {
  if (codec !== 'h264' || encoder !== undefined) return 1
  const wanted = Math.ceil((width * height * fps.num) / fps.den / (pixelsOfCore * 1.01))
  return Math.max(1, Math.min(wanted, availableParallelism(), 8))
}

export function encoderOptions(wish: EncoderWish): {
  readonly encoder: FFEncoderCodec
  readonly options: Readonly<Record<string, string>>
} {
  const { codec, width, height, fps, bitrateKbps, preset } = wish
  if (wish.encoder !== undefined) {
    const profile: Record<string, string> = codec === 'h264' ? { profile: 'high' } : {}
    return {
      encoder: `${hardwareCodecs[codec]}_${wish.encoder}` as FFEncoderCodec,
      options: { ...hardwareOptions[wish.encoder], ...profile },
    }
  }
  const encoder = encoders[codec]
  if (codec === 'av1') {
    // Not rtc=1: with it a picture that changes evenly as a whole, a cut from white to grey, is not seen and the old one stays.
    return { encoder, options: { preset: av1Presets[preset], 'svtav1-params': 'pred-struct=1:scd=0:lp=1' } }
  }
  if (codec === 'h265') return { encoder, options: { preset, 'forced-idr': '1', 'x265-params': `${x265Pinned}:pools=1` } }
  const slices = threadsFor(wish) > 1 ? ':sliced-threads=1' : ''
  const level = h264Level(width, height, fps.num / fps.den, bitrateKbps)
  return { encoder, options: { preset, profile: 'high', level, 'forced-idr': '1', 'x264-params': `${x264Pinned}${slices}` } }
}
