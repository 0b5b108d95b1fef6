import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelStats } from '@sluice/contract/api'
import type { ChannelActual, InputActual, OutputActual } from '@sluice/contract/link'
import { classPolicies, effectiveLimits } from '@sluice/contract/policy'
import { limitsOf } from '@sluice/judge'
import { makeLine } from '@sluice/testkit/engine-link'
import type { JudgedChannel } from './judge-channel.ts'
import { unknownLine } from './line-monitor.ts'
import { VerdictMonitor } from './verdict-monitor.ts'

const startMs = 1_800_000_000_000
const video = { codec: 'h264', codecString: 'avc1.640028', profile: 'High', width: 1280, height: 720, declaredFps: 30 }
const audio = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }
const input: InputActual = {
  inputId: 'in',
  role: 'primary',
  state: 'receiving',
  onAir: true,
  since: new Date(startMs).toISOString(),
  protocol: 'srt',
  remoteAddress: null,
  encoder: null,
  video,
  audio,
  otherTracks: [],
  lastProblem: null,
}
const output: OutputActual = {
  outputId: 'out',
  state: 'live',
  since: new Date(startMs).toISOString(),
  generation: 1,
  reason: null,
  attempts: 0,
  nextRetryAt: null,
  liveSince: null,
}
const inputStats = {
  inputId: 'in',
  bitrateBps: 3_128_000,
  videoBps: 3_000_000,
  audioBps: 128_000,
  fps: 30,
  gopMs: 2000,
  bytesTotal: 1,
  timestampJumpsTotal: 0,
  maxGapMs: 33,
  line: null,
}
const outputStats = {
  outputId: 'out',
  bitrateBps: 3_128_000,
  bytesTotal: 1,
  ackedBytesTotal: null,
  queueBytes: 0,
  queueMs: 0,
  framesDroppedTotal: 0,
  reconnectsTotal: 0,
  line: null,
}
type Second = {
  input?: Partial<ChannelStats['inputs'][number]>
  output?: Partial<ChannelStats['outputs'][number]>
  channels?: number
  /** Default: a new segment each second. */
  segmentsTotal?: number
}

/** One channel with one output, a second at a time. */
function makeWatch(change: Partial<JudgedChannel> = {}) {
  const config: JudgedChannel = {
    limits: limitsOf([classPolicies.B]),
    own: {},
    outputs: [
      {
        id: 'out',
        name: 'YouTube',
        class: 'B',
        effective: effectiveLimits(classPolicies.B, {}),
        limit: { kbps: 5000, from: 'class' },
        isWanted: true,
        isEncoded: false,
      },
    ],
    ...change,
  }
  const actual: ChannelActual = {
    channelId: 'c',
    revision: 1,
    state: 'live',
    source: 'primary',
    since: new Date(startMs).toISOString(),
    inputs: [input],
    outputs: [output],
    hlsReady: true,
  }
  const watch = new VerdictMonitor({
    actual: () => actual,
    output: () => output,
    probed: () => [],
    seen: () => [],
    config: (channelId) => (channelId === 'c' ? config : null),
  })
  let [second, frames] = [0, 0]
  const run = (seconds: number, { input: ofInput = {}, output: ofOutput = {}, channels = 2, segmentsTotal }: Second = {}): ChannelStats => {
    let stats: ChannelStats = { channelId: 'c', at: null, inputs: [], outputs: [], playback: null }
    for (let i = 0; i < seconds; i++) {
      second++
      frames += ofInput.framesTotal ?? 77
      actual.inputs = [{ ...input, audio: { ...audio, channels } }]
      const sessionMs = second * 1000
      stats = watch.judge({
        channelId: 'c',
        at: new Date(startMs + second * 1000).toISOString(),
        inputs: [{ ...inputStats, sessionMs, ...ofInput, framesTotal: frames }],
        outputs: [{ ...outputStats, sessionMs, ...ofOutput }],
        playback: { segmentsTotal: segmentsTotal ?? second, lastSegmentMs: 2000, viewers: 0, bytesServedTotal: 0 },
      })
    }
    return stats
  }
  return { run, watch }
}
const codes = ({ inputs, outputs }: ChannelStats): string[] =>
  [...(inputs[0]?.verdicts ?? []), ...(outputs[0]?.verdicts ?? [])].map(({ code, level }) => `${code} ${level}`)

test('a steady channel gets empty lists, which say that it was judged', () => {
  const stats = makeWatch().run(90)
  assert.deepEqual([stats.inputs[0]?.verdicts, stats.outputs[0]?.verdicts, stats.playback?.verdicts], [[], [], []])
})

test('a fallen bitrate is told after six seconds, and becomes the usual one within a minute [OBS-02]', () => {
  const { run } = makeWatch()
  run(60)
  const fallen = { bitrateBps: 1_000_000, videoBps: 900_000 }
  const low = { input: fallen, output: { bitrateBps: 1_000_000 } }
  assert.deepEqual(codes(run(6, low)), ['bitrate-drop warn'])
  assert.deepEqual(codes(run(60, low)), [])
})

test('a silence is told for four seconds, by its length', () => {
  const { run } = makeWatch()
  run(20)
  assert.deepEqual(codes(run(1, { input: { maxGapMs: 700 } })), ['gap warn'])
  assert.deepEqual(codes(run(1, { input: { maxGapMs: 1400 } })), ['gap bad'])
  assert.deepEqual(codes(run(3)), ['gap bad'])
  assert.deepEqual(codes(run(1)), [])
})

test('media that comes slower than it plays is told after 15 s, though its own timestamps are whole', () => {
  const slow = { input: { framesTotal: 62 } }
  const { run } = makeWatch()
  assert.deepEqual(codes(run(14, slow)), [])
  assert.deepEqual(codes(run(1, slow)), ['pace warn'])
})

test('audio that changes its channels is told for five minutes [POL-09]', () => {
  const { run } = makeWatch()
  run(20)
  const changed = run(1, { channels: 1 })
  assert.match(changed.inputs[0]?.verdicts?.[0]?.sentence ?? '', /changed from stereo to mono/)
  assert.deepEqual(codes(run(298, { channels: 1 })), ['audio-mapping warn'])
  assert.deepEqual(codes(run(2, { channels: 1 })), [])
})

test('timestamp jumps are told for five minutes and counted', () => {
  const { run } = makeWatch()
  run(20)
  assert.match(run(1, { input: { timestampJumpsTotal: 2 } }).inputs[0]?.verdicts?.[0]?.sentence ?? '', /jumped 2 times/)
  assert.deepEqual(codes(run(299, { input: { timestampJumpsTotal: 2 } })), ['clock-jump warn'])
  assert.deepEqual(codes(run(1, { input: { timestampJumpsTotal: 2 } })), [])
})

test('loss, round trip, headroom and budget of an SRT line are told by its last minutes, and the watch says how the line has done', () => {
  const { run, watch } = makeWatch({ own: { contribution: 180 } })
  let [age, unique, lost, dropped] = [0, 0, 0, 0]
  const line = (seconds: number, loss: number, drop: number, rttMs: number): ChannelStats => {
    let stats = run(0)
    for (let i = 0; i < seconds; i++) {
      age += 1000
      unique += 500
      lost += 500 * loss
      dropped += 500 * drop
      const counts = { packetsTotal: unique, lostTotal: lost, droppedTotal: dropped }
      stats = run(1, { input: { line: makeLine({ ageMs: age, rttMs, latencyMs: 160, ...counts }) } })
    }
    return stats
  }
  assert.deepEqual(codes(line(60, 0, 0, 40)), [])
  assert.deepEqual(codes(line(30, 0.03, 0, 40)), ['loss warn'])
  assert.deepEqual(codes(line(60, 0, 0.01, 40)), ['drop bad'])
  line(200, 0, 0, 300)
  assert.deepEqual(codes(line(5, 0, 0, 300)), ['rtt warn', 'headroom warn', 'contribution warn'])
  assert.equal(watch.line('c', 'in').rttMedianMs, 300)
  assert.deepEqual(watch.line('c', 'other'), unknownLine)
})

test('the source on the air is held against the tightest output that is to run, by its name [POL-04]', () => {
  const limit = (kbps: number | null, from: 'output' | 'destination' = 'output') => ({ kbps, from })
  const one = { id: 'x', class: 'B', limit: limit(2000), isEncoded: false, effective: effectiveLimits(classPolicies.B, {}) } as const
  const { run } = makeWatch({
    outputs: [
      { ...one, name: 'Stopped', isWanted: false, limit: limit(500) },
      { ...one, name: 'Encoded', isWanted: true, isEncoded: true, limit: limit(500) },
      { ...one, name: 'Custom', isWanted: true, limit: limit(null, 'destination') },
      { ...one, name: 'Partner', isWanted: true },
    ],
  })
  const [verdict] = run(30).inputs[0]?.verdicts ?? []
  assert.equal(verdict?.sentence, 'The source sends 3 Mbps of video, more than the 2 Mbps of output Partner.')
  const passed = makeWatch({ outputs: [{ ...one, name: 'Twitch', isWanted: true, limit: limit(2500, 'destination') }] })
  const [over] = passed.run(30).inputs[0]?.verdicts ?? []
  assert.equal(over?.sentence, 'The source sends 3 Mbps of video, more than the 2.5 Mbps of the destination of Twitch.')
  const free = makeWatch({ outputs: [{ ...one, name: 'Custom', isWanted: true, limit: limit(null, 'destination') }] })
  assert.deepEqual(codes(free.run(30)), [])
})

test('an output off its target is told by its own figures after ten seconds, one that is to be stopped by none', () => {
  const { run } = makeWatch()
  assert.deepEqual(codes(run(20, { output: { bitrateBps: 1_500_000 } })), ['target-under warn'])
  const stopped = makeWatch({ outputs: [] }).run(20, { output: { bitrateBps: 1_500_000 } })
  assert.equal(stopped.outputs[0]?.verdicts, undefined)
})

test('segments that stop coming are told within seconds [OBS-05]', () => {
  const { run } = makeWatch()
  run(20)
  assert.deepEqual(
    run(7, { segmentsTotal: 20 }).playback?.verdicts?.map(({ code }) => code),
    ['segment-late'],
  )
  assert.deepEqual(run(1).playback?.verdicts, [])
})

test('a new session begins anew, and a channel that nobody configured is left as it is', () => {
  const { run, watch } = makeWatch()
  run(60)
  assert.deepEqual(codes(run(4, { input: { sessionMs: 500, bitrateBps: 500_000, videoBps: 400_000 } })), [])
  const stats: ChannelStats = { channelId: 'other', at: new Date().toISOString(), inputs: [], outputs: [], playback: null }
  assert.equal(watch.judge(stats), stats)
})
