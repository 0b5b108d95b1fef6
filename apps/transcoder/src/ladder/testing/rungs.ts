import type { RungAudio, RungSpec, RungVideo } from '@sluice/contract/link'
import type { Rungs } from './ladder-process.ts'

export const video = (more: Partial<RungVideo> = {}): RungVideo => ({
  ...{
    codec: 'h264',
    width: 320,
    height: 180,
    fps: { num: 30, den: 1 },
    bitrateKbps: 400,
    gopMs: 2000,
    preset: 'veryfast',
    fit: 'fit',
    cropAt: 0.5,
  },
  ...more,
})
export const audio = (more: Partial<RungAudio> = {}): RungAudio => ({
  ...{ codec: 'aac', bitrateKbps: 128, channels: 2, track: 0, gainDb: 0 },
  ...more,
})

/** Rungs under slots from 101 on. */
export const rungs = (...wishes: readonly (Partial<Pick<RungSpec, 'video' | 'audio'>> & { nextDts?: number })[]): Rungs =>
  wishes.map(({ video: picture = null, audio: sound = null, nextDts = null }, i) => ({
    slot: 101 + i,
    nextDts,
    rung: { rungId: `r${i}`, name: `rung ${i}`, video: picture, audio: sound },
  }))
