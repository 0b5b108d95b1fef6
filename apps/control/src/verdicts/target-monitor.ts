import type { ChannelStats, TargetJudgement } from '@sluice/contract/api'
import type { EffectiveLimits } from '@sluice/contract/policy'
import { deviationOf } from '@sluice/judge'
import type { VideoLimit } from './judge-channel.ts'

/** Bitrates swing with the key frames: so many seconds are looked at as one. */
const windowMs = 10_000
const minSamples = 9

/** What one output is to give, as far as it is known. */
export type TargetOutput = { outputId: string; isLive: boolean; limits: Pick<EffectiveLimits, 'targetVideoKbps'>; limit: VideoLimit }

type Sample = { atMs: number; outBps: number; videoBps: number; audioBps: number }
// bound: samples of ten seconds, one a second
type Watched = { samples: Sample[]; deviates: TargetJudgement['deviates']; since: string | null }

/** Holds every live output's bitrate against its target and its limit, over the last ten seconds. Fed once a second with a channel's figures. */
export class TargetMonitor {
  // bound: one a channel, taken away with it
  readonly #channels = new Map<string, Map<string, Watched>>()

  /** The figures with what they come to. `onAirInputId` null: nothing comes in, so nothing can be expected to go out. */
  judge(stats: ChannelStats, onAirInputId: string | null, targets: readonly TargetOutput[]): ChannelStats {
    const source = stats.inputs.find((input) => input.inputId === onAirInputId)
    const known = new Map(targets.map((target) => [target.outputId, target]))
    const before = this.#channels.get(stats.channelId)
    const watching = new Map<string, Watched>()
    this.#channels.set(stats.channelId, watching)
    const outputs = stats.outputs.map((output) => {
      const target = known.get(output.outputId)
      if (target === undefined || !target.isLive || source === undefined || stats.at === null || output.sessionMs < windowMs) return output
      const sample = { atMs: Date.parse(stats.at), outBps: output.bitrateBps, videoBps: source.videoBps, audioBps: source.audioBps }
      const watched = withSample(before?.get(output.outputId), sample)
      watching.set(output.outputId, watched)
      const judgement = judgeWindow(watched, target)
      if (judgement === null) return output
      if (judgement.deviates !== watched.deviates) {
        watched.deviates = judgement.deviates
        watched.since = judgement.deviates === null ? null : stats.at
      }
      return { ...output, target: { ...judgement, since: watched.since } }
    })
    return { ...stats, outputs }
  }

  /** No engine carries the channel any more. */
  forget(channelId: string): void {
    this.#channels.delete(channelId)
  }
}

/** What was before a gap in the figures is not taken along. */
function withSample(watched: Watched = { samples: [], deviates: null, since: null }, sample: Sample): Watched {
  const recent = watched.samples.filter(({ atMs }) => sample.atMs - atMs < windowMs && atMs < sample.atMs)
  return { ...watched, samples: [...recent, sample] }
}

/** Null until the window is full, give or take the jitter of its seconds. */
function judgeWindow({ samples }: Watched, { limits, limit }: TargetOutput): Omit<TargetJudgement, 'since'> | null {
  if (samples.length < minSamples) return null
  const mean = (of: (sample: Sample) => number): number => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const foundKbps = Math.max(0, mean((sample) => sample.outBps) - mean((sample) => sample.audioBps)) / 1000
  const targetKbps = limits.targetVideoKbps ?? mean((sample) => sample.videoBps) / 1000
  return {
    foundKbps: Math.round(foundKbps),
    targetKbps: Math.round(targetKbps),
    targetFrom: limits.targetVideoKbps === null ? 'source' : 'output',
    limitKbps: limit.kbps,
    limitFrom: limit.from,
    deviates: deviationOf(foundKbps, targetKbps, limit.kbps),
  }
}
