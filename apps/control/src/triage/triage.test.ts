// long because: every stage is judged with the same makers of facts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelStats, TargetJudgement } from '@sluice/contract/api'
import type { ChannelActual, InputActual, InputNotice, InputStats, OutputActual } from '@sluice/contract/link'
import { classPolicies } from '@sluice/contract/policy'
import { judgeLine, judgeSource, limitsOf, type SourceWindow, sayVerdicts } from '@sluice/judge'
import { makeLine } from '@sluice/testkit/engine-link'
import { makeInputActual } from '@sluice/testkit/rows'
import { type OutputFacts, type TriageFacts, triage } from './index.ts'

const nothingSeen: SourceWindow = {
  usualBps: null,
  nowBps: null,
  videoBps: null,
  audioBps: null,
  framesPerSecond: null,
  clockJumps: 0,
  channelsBefore: null,
}

const nowMs = 1_800_000_000_000
const at = (agoMs: number): string => new Date(nowMs - agoMs).toISOString()

const pull: InputActual['pull'] = { state: 'backoff', attempts: 3, nextTryAt: at(-2000) }
const inputActual = (patch: Partial<InputActual> = {}): InputActual =>
  makeInputActual({
    inputId: 'p',
    state: 'receiving',
    onAir: true,
    since: at(60_000),
    protocol: 'srt',
    encoder: 'OBS',
    video: { codec: 'h264', codecString: 'avc1', profile: 'High', width: 1280, height: 720, declaredFps: 30 },
    audio: { codec: 'aac', codecString: 'mp4a', sampleRate: 48_000, channels: 2 },
    ...patch,
  })
const inputStats = (patch: Partial<InputStats> = {}): InputStats => ({
  inputId: 'p',
  bitrateBps: 3_000_000,
  videoBps: 2_900_000,
  audioBps: 100_000,
  fps: 30,
  gopMs: 2000,
  framesTotal: 1,
  bytesTotal: 1,
  timestampJumpsTotal: 0,
  maxGapMs: 40,
  sessionMs: 60_000,
  line: makeLine({ packetsTotal: 10_000, rttMs: 20 }),
  ...patch,
})
type OutputStats = ChannelStats['outputs'][number]
const outputStats = (patch: Partial<OutputStats> = {}): OutputStats => ({
  outputId: 'o',
  bitrateBps: 3_000_000,
  bytesTotal: 1,
  ackedBytesTotal: null,
  queueBytes: 0,
  queueMs: 20,
  framesDroppedTotal: 0,
  reconnectsTotal: 0,
  sessionMs: 60_000,
  line: null,
  ...patch,
})
const target = (patch: Partial<TargetJudgement>): TargetJudgement => ({
  foundKbps: 2900,
  targetKbps: 2900,
  targetFrom: 'source',
  limitKbps: 5000,
  limitFrom: 'class',
  deviates: null,
  since: null,
  ...patch,
})
const outputIn = (
  state: OutputActual['state'],
  kind: NonNullable<OutputActual['reason']>['kind'] = null,
  stats = outputStats(),
): OutputFacts => ({
  id: state,
  name: `The ${kind ?? state} one`,
  class: 'B',
  maxQueueMs: 4000,
  actual: {
    outputId: 'o',
    state,
    since: at(30_000),
    generation: 1,
    reason: kind === null ? null : { kind, code: 'X_Y', message: `${kind} went wrong`, hint: `mend ${kind}` },
    attempts: 1,
    nextRetryAt: null,
    liveSince: null,
  },
  stats,
})
const channelActual = (patch: Partial<ChannelActual> = {}): ChannelActual => ({
  channelId: 'c',
  revision: 1,
  state: 'live',
  source: 'primary',
  since: at(60_000),
  inputs: [inputActual()],
  outputs: [],
  hlsReady: true,
  ...patch,
})

const limits = limitsOf([classPolicies.B])
/** As the watch of verdicts gives it on, with the real judge. */
function judged(input: InputStats, actual: ChannelActual | null, line: TriageFacts['line']): ChannelStats['inputs'][number] {
  const of = actual?.inputs.find(({ inputId }) => inputId === input.inputId)
  if (of === undefined) return input
  const ofLine = { way: 'in', gapMs: input.maxGapMs, dropShare: null, latencyMs: null, contribution: null, ...line } as const
  const media = judgeSource({ actual: of, stats: input, window: nothingSeen, cap: null }, limits)
  return { ...input, verdicts: sayVerdicts([...media, ...judgeLine(ofLine, limits)]) }
}

type Given = Partial<Omit<TriageFacts, 'stats'>> & { input?: InputStats | null; playback?: TriageFacts['stats']['playback'] }
function judge({ input = inputStats(), playback, ...given }: Given = {}) {
  const { actual = channelActual(), line = { rttMedianMs: 20, lossShare: 0 } } = given
  return triage({
    channelId: 'c',
    nowMs,
    actual,
    line,
    stats: {
      channelId: 'c',
      at: at(0),
      inputs: input === null ? [] : [judged(input, actual, line)],
      outputs: [],
      playback: playback ?? { segmentsTotal: 9, lastSegmentMs: 2000, viewers: 3, bytesServedTotal: 1 },
    },
    outputs: [outputIn('live')],
    triggerMs: 2500,
    events: [],
    latency: { breached: [], isDrifting: false },
    lock: 'auto',
    holdMs: 30_000,
    stopped: 0,
    engineLostAt: null,
    storage: null,
    rehearsal: null,
    lastTroubleAt: null,
    onAirSince: null,
    isEnded: false,
    ...given,
  })
}
const verdicts = (found: ReturnType<typeof triage>): string => found.steps.map((step) => `${step.stage} ${step.verdict}`).join(', ')

test('a channel in health is ok at every stage, in the fixed order, and nothing is to be tried [OPS-08]', () => {
  const found = judge()
  assert.equal(verdicts(found), 'input ok, transport ok, output ok, playback ok')
  assert.deepEqual([found.verdict, found.beginAt], ['ok', null])
  assert.ok(found.steps.every((step) => step.tryFirst === null))
})

test('a channel that nobody uses is idle, not in trouble', () => {
  const actual = channelActual({
    state: 'idle',
    source: 'none',
    hlsReady: false,
    inputs: [inputActual({ state: 'waiting', onAir: false })],
  })
  const found = judge({ actual, input: null, outputs: [] })
  assert.equal(verdicts(found), 'input idle, transport idle, output idle, playback idle')
})

const faults: { name: string; given: Given; stage: string; verdict: string; tryFirst: RegExp }[] = [
  { name: 'no engine', given: { actual: null }, stage: 'input', verdict: 'trouble', tryFirst: /readyz/ },
  {
    name: 'a lost encoder',
    given: {
      actual: channelActual({
        state: 'idle',
        source: 'none',
        inputs: [inputActual({ state: 'waiting', onAir: false, lastProblem: 'its session ended' })],
      }),
      input: null,
    },
    stage: 'input',
    verdict: 'trouble',
    tryFirst: /server address and stream key/,
  },
  {
    name: 'a source that does not answer its input',
    given: {
      actual: channelActual({
        state: 'idle',
        source: 'none',
        inputs: [inputActual({ state: 'waiting', onAir: false, lastProblem: 'nothing listens there', pull })],
      }),
      input: null,
    },
    stage: 'input',
    verdict: 'trouble',
    tryFirst: /address with the one the input pulls/,
  },
  {
    name: 'the slate',
    given: { actual: channelActual({ source: 'slate', inputs: [] }) },
    stage: 'input',
    verdict: 'trouble',
    tryFirst: /encoder/,
  },
  {
    name: 'the second backup on the air',
    given: {
      actual: channelActual({
        source: 'backup2',
        inputs: [
          inputActual({ inputId: 'x', state: 'waiting', onAir: false, lastProblem: 'the peer closed the connection' }),
          inputActual({ role: 'backup2' }),
        ],
      }),
    },
    stage: 'input',
    verdict: 'watch',
    tryFirst: /Restart the primary encoder/,
  },
  {
    name: 'a primary that is back while its hold runs',
    given: {
      actual: channelActual({ source: 'backup', inputs: [inputActual({ inputId: 'x', onAir: false }), inputActual({ role: 'backup' })] }),
    },
    stage: 'input',
    verdict: 'watch',
    tryFirst: /Wait: the source returns automatically/,
  },
  { name: 'few frames', given: { input: inputStats({ fps: 20 }) }, stage: 'input', verdict: 'watch', tryFirst: /processor/ },
  {
    name: 'a picture that stands still',
    given: { input: inputStats({ content: { state: 'measuring', reason: null, picture: null, sound: null, fault: 'frozen' } }) },
    stage: 'input',
    verdict: 'watch',
    tryFirst: /camera/,
  },
  {
    name: 'a silence of 1.5 s',
    given: { input: inputStats({ maxGapMs: 1500 }) },
    stage: 'transport',
    verdict: 'trouble',
    tryFirst: /encoder’s uplink/,
  },
  {
    name: 'packet loss that SRT mends',
    given: { line: { rttMedianMs: 20, lossShare: 0.03 } },
    stage: 'transport',
    verdict: 'watch',
    tryFirst: /SRT with more latency/,
  },
  {
    name: 'all outputs degraded: the path first [OPS-09]',
    given: { outputs: [outputIn('backoff', 'tcp'), outputIn('stalled', 'stall'), outputIn('backoff', 'dns')] },
    stage: 'transport',
    verdict: 'trouble',
    tryFirst: /this machine’s uplink/,
  },
  {
    name: 'one destination fails: its credentials first [OPS-09]',
    given: { outputs: [outputIn('live'), outputIn('failed', 'auth')] },
    stage: 'output',
    verdict: 'trouble',
    tryFirst: /mend auth/,
  },
  {
    name: 'one destination fails for another reason [OPS-09]',
    given: { outputs: [outputIn('live'), outputIn('backoff', 'tcp')] },
    stage: 'output',
    verdict: 'trouble',
    tryFirst: /mend tcp Only this one fails: check its credentials too/,
  },
  {
    name: 'a queue that grows: drift [OPS-09]',
    given: { outputs: [outputIn('live', null, outputStats({ queueMs: 3000 }))] },
    stage: 'output',
    verdict: 'watch',
    tryFirst: /retries and a full uplink/,
  },
  {
    name: 'a delay that has grown for ten minutes: the retry queues [OPS-09] [LAT-08]',
    given: { latency: { breached: [], isDrifting: true } },
    stage: 'output',
    verdict: 'watch',
    tryFirst: /reconnect or queue media/,
  },
  {
    name: 'all outputs degraded for other reasons than the line: the contribution path [OPS-09]',
    given: { outputs: [outputIn('failed', 'codec'), outputIn('backoff', 'remote-close')] },
    stage: 'transport',
    verdict: 'trouble',
    tryFirst: /contribution path/,
  },
  {
    name: 'a way in that is over its latency budget [LAT-03]',
    given: { latency: { breached: ['contribution', 'acceptance'], isDrifting: false } },
    stage: 'transport',
    verdict: 'watch',
    tryFirst: /SRT latency/,
  },
  {
    name: 'a machine that is too slow [LAT-04]',
    given: { latency: { breached: ['processing'], isDrifting: false } },
    stage: 'transport',
    verdict: 'watch',
    tryFirst: /this machine’s load/,
  },
  {
    name: 'an output far under the source [OBS-04]',
    given: { outputs: [outputIn('live', null, outputStats({ target: target({ foundKbps: 1000, deviates: 'under' }) }))] },
    stage: 'output',
    verdict: 'watch',
    tryFirst: /uplink/,
  },
  {
    name: 'an output over its own limit [OBS-04]',
    given: {
      outputs: [outputIn('live', null, outputStats({ target: target({ limitKbps: 2000, limitFrom: 'output', deviates: 'over' }) }))],
    },
    stage: 'output',
    verdict: 'watch',
    tryFirst: /Lower the bitrate/,
  },
  {
    name: 'an output under its own target [OBS-04]',
    given: {
      outputs: [outputIn('live', null, outputStats({ target: target({ targetKbps: 4500, targetFrom: 'output', deviates: 'under' }) }))],
    },
    stage: 'output',
    verdict: 'watch',
    tryFirst: /Raise the bitrate/,
  },
  {
    name: 'no playlist',
    given: { actual: channelActual({ hlsReady: false }) },
    stage: 'playback',
    verdict: 'trouble',
    tryFirst: /key frames/,
  },
  {
    name: 'key frames too far apart for viewers: buffer and quality steps [OPS-09]',
    given: { actual: channelActual({ playback: { leftOut: [], limited: [], longGopMs: 10_000 } }) },
    stage: 'playback',
    verdict: 'watch',
    tryFirst: /buffer and quality steps/,
  },
]
for (const { name, given, stage, verdict, tryFirst } of faults) {
  test(`${name}: begin at ${stage}`, () => {
    const found = judge(given)
    assert.deepEqual([found.beginAt, found.verdict], [stage, verdict])
    const step = found.steps.find((one) => one.stage === stage)
    assert.match(step?.tryFirst ?? '', tryFirst)
    assert.ok(step?.sentence.endsWith('.'))
  })
}

test('a failover that was slower than its detection points to timeout and warm backup [OPS-09]', () => {
  const message = 'Source primary -> backup'
  const event = { id: '1', at: at(1000), name: 'source.switched', severity: 'warning', channelId: 'c', subjectId: null, message } as const
  const found = judge({ events: [{ ...event, data: { activationMs: 5200 } }] })
  assert.match(found.steps[1]?.sentence ?? '', /took 5\.2 s, over the 2\.5 s of detection/)
  assert.match(found.steps[1]?.tryFirst ?? '', /backup was already sending/)
  assert.equal(judge({ events: [{ ...event, data: { activationMs: 2600 } }] }).verdict, 'ok')
  // As long as it was set to be, and too long for viewers all the same.
  const set = judge({ events: [{ ...event, data: { activationMs: 8100 } }], triggerMs: 8000 })
  assert.match(set.steps[1]?.sentence ?? '', /took 8\.1 s: its detection timeout is 8\.0 s/)
  assert.match(set.steps[1]?.tryFirst ?? '', /detection timeout to 2 to 4 s/)
  assert.equal(judge({ events: [{ ...event, data: { activationMs: 4100 } }], triggerMs: 4000 }).verdict, 'ok')
})

test('the first stage in trouble is where to begin, whatever else is wrong behind it', () => {
  const found = judge({ input: inputStats({ maxGapMs: 2000 }), outputs: [outputIn('live'), outputIn('failed', 'auth')] })
  assert.deepEqual([found.beginAt, found.steps[2]?.verdict], ['transport', 'trouble'])
})

test('an output that stays live with its old key because the new one fails is to be watched [OUT-13]', () => {
  const live = outputIn('live')
  const reason = { kind: 'auth', code: 'X_Y', message: 'the key was refused', hint: 'copy the key again' } as const
  const handover = { state: 'failed', since: at(1000), attempts: 1, nextRetryAt: null, reason } as const
  const step = judge({ outputs: [{ ...live, actual: { ...live.actual!, handover } }] }).steps[2]
  assert.equal(step?.verdict, 'watch')
  assert.match(step?.sentence ?? '', /live with the old key, the new one does not work: the key was refused/)
  assert.equal(step?.tryFirst, 'copy the key again')
})

const notice = (patch: Partial<InputNotice>): InputNotice => ({
  code: 'codec-not-carried',
  media: 'audio',
  subject: 'G.711 mu-law',
  count: 40,
  since: at(50_000),
  isCurrent: true,
  ...patch,
})
const inputStep = (input: Partial<InputActual>, stats: Partial<InputStats> = {}, actual: Partial<ChannelActual> = {}) =>
  judge({ actual: channelActual({ inputs: [inputActual(input)], ...actual }), input: inputStats(stats) }).steps[0]!

test('sound that comes and is not carried is named, and nobody is told to add a track', () => {
  const step = inputStep({ audio: null, notices: [notice({})] })
  assert.equal(step.verdict, 'watch')
  assert.equal(
    step.sentence,
    "No sound reaches the show. The encoder sends audio as G.711 mu-law, which Sluice can't carry: it is left out of the show.",
  )
  assert.equal(step.tryFirst, "Set the encoder's audio codec to AAC.")
})

test('an encoder that sends what Sluice can’t carry is connected and sends: nobody says that none is', () => {
  const unusable = { state: 'connected', onAir: false, video: null, audio: null } as const
  const facts = [
    inputStep({ ...unusable, notices: [notice({ media: 'video', subject: 'VP6' })] }, { receivedBps: 4_200_000 }, { source: 'none' }),
    inputStep(unusable, { receivedBps: 4_200_000 }, { source: 'none' }),
    inputStep(unusable, { receivedBps: 4_200_000 }, { source: 'slate' }),
  ]
  for (const step of facts) {
    assert.equal(step.verdict, 'trouble')
    assert.match(step.sentence, /^An encoder is connected to the primary input and sends 4\.2 Mbps, but none of it can go on air\./)
    assert.doesNotMatch(step.sentence, /No encoder/)
  }
  assert.match(facts[0]!.sentence, /VP6/)
  assert.match(facts[2]!.sentence, /Viewers see the slate/)
  assert.match(inputStep(unusable, {}, { source: 'none' }).sentence, /is connected to the primary input but sends nothing/)
})

test('an input with something left out is not called whole', () => {
  const step = inputStep({
    notices: [notice({ code: 'data-not-carried', media: 'data', subject: 'teletext, PID 0x101', isCurrent: false })],
  })
  assert.equal(step.verdict, 'ok')
  assert.doesNotMatch(step.sentence, /whole/)
  assert.ok(step.evidence.some(({ value }) => value.includes('teletext')))
})

test('broken media is watched while it comes, and forgotten after', () => {
  const broken = notice({ code: 'broken-left-out', media: 'video', subject: 'H.264 configuration' })
  assert.equal(inputStep({ notices: [broken] }).verdict, 'watch')
  assert.equal(inputStep({ notices: [{ ...broken, isCurrent: false }] }).verdict, 'ok')
})

test('an output that is connected and gets nothing says what it waits for', () => {
  const output = outputIn('connecting')
  const waiting: OutputFacts = { ...output, actual: { ...output.actual!, waitingFor: 'key-frame' } }
  const step = judge({ outputs: [waiting] }).steps.find(({ stage }) => stage === 'output')!
  assert.match(step.sentence, /waiting for a key frame from the source/)
  assert.match(step.tryFirst ?? '', /keyframe interval to 2 s/)
})
