import { classPolicies } from '@sluice/contract/policy'
import type { Claim, DestinationRules, LadderWish, Machine, PlannedOutput, PlanRequest, SourceFacts } from '../index.ts'
import { planRungs, reasonWords } from '../index.ts'

const row = (height: number, fps: number, minKbps: number, maxKbps: number) => ({
  ...{ width: (height * 16) / 9, height, fps, minKbps, maxKbps },
})
const rules = (given: Partial<DestinationRules> & { name: string }): DestinationRules => ({
  ...{ maxVideoKbps: null, recommendedKbps: null, bitrateMatrix: [], maxFps: 60, maxWidth: 1920, maxHeight: 1080 },
  ...{ keyframeSeconds: 2, maxKeyframeSeconds: 4, maxAudioKbps: null, audioSampleRates: [44_100, 48_000] },
  ...{ videoCodecs: ['h264'], audioCodecs: ['aac'], fullSizeFromKbps: null },
  ...given,
})
/** As the catalogue has them. */
export const twitch = rules({
  ...{ name: 'Twitch', maxVideoKbps: 8000, recommendedKbps: 6000, maxKeyframeSeconds: 2, fullSizeFromKbps: 6000 },
  bitrateMatrix: [row(1080, 60, 4500, 6000), row(720, 60, 3500, 5000), row(720, 30, 2500, 4000)],
})
export const facebook = rules({
  ...{ name: 'Facebook', maxVideoKbps: 9000, recommendedKbps: 5000 },
  bitrateMatrix: [row(1080, 60, 4500, 9000), row(1080, 30, 3000, 6000), row(720, 30, 1500, 4000)],
})

export const source = (given: Partial<NonNullable<SourceFacts['video']>> = {}): SourceFacts => ({
  video: { codec: 'h264', width: 1920, height: 1080, fps: 30, kbps: 6000, gopMs: 2000, ...given },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2, kbps: 128 },
})
export const output = (id: string, given: Partial<PlannedOutput> = {}): PlannedOutput => ({
  ...{ id, name: id, priority: 100, wish: 'auto', latency: 'standard', class: classPolicies.B, own: {}, rules: undefined },
  ...given,
})
export const machine: Machine = { cores: 32, calibration: null, problem: null, correction: 1 }
export const request = (given: Partial<PlanRequest>): PlanRequest => ({
  ...{
    channelId: 'c',
    liveSinceMs: null,
    sources: [source()],
    outputs: [],
    rungs: [],
    ladder: null,
    machine,
    others: [],
    isRolledBack: false,
  },
  ...given,
})
/** Another live channel that takes so much, for an output of the highest priority. */
export const busy = (percent: number): Claim => {
  const cost = { ultrafast: percent, superfast: percent, veryfast: percent, faster: percent }
  const encode = { id: 'x', hasVideo: false, isPlayerOnly: false, priority: 1000, cost }
  return { channelId: 'other', liveSinceMs: 0, decode: 0, encodes: [encode] }
}
export const wayOf = (given: Partial<PlanRequest>, id = 'a') => {
  const plan = planRungs(request(given))
  const way = plan.outputs.find(({ outputId }) => outputId === id)!
  const rung = plan.rungs.find((one) => one.id === way.rung) ?? null
  return { plan, way, rung, video: rung?.spec.video ?? null, reason: reasonWords(way.reason, rung) }
}

export const template = (...heights: number[]) =>
  heights.map((height) => {
    const video = { codec: 'h264', height, bitrateKbps: height * 4, gopMs: 2000 } as const
    return { id: `ladder-${height}`, name: `Ladder ${height}p`, rungId: null, video, audio: { codec: 'aac', bitrateKbps: 128 } as const }
  })
export const whatFits: LadderWish = { isWhole: false, steps: template(1080, 720, 480, 360) }
export const byName: LadderWish = { ...whatFits, isWhole: true }
export const linesOf = ({ rungs, player }: ReturnType<typeof planRungs>) =>
  player.rungs.map((id) => rungs.find((rung) => rung.id === id)?.spec.video?.height ?? id)
