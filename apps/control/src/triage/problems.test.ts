import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HintCode, ProblemCode, Triage } from '@sluice/contract/api'
import type { ChannelActual, InputActual, OutputActual } from '@sluice/contract/link'
import { makeInputActual, makeOutputActual } from '@sluice/testkit/rows'
import type { OutputFacts, TriageFacts } from './facts.ts'
import { triage } from './triage.ts'

const nowMs = 1_800_000_000_000
const at = (agoMs: number): string => new Date(nowMs - agoMs).toISOString()

const input = (patch: Partial<InputActual> = {}): InputActual =>
  makeInputActual({
    inputId: 'p',
    state: 'receiving',
    onAir: true,
    since: at(60_000),
    protocol: 'rtmp',
    encoder: 'OBS',
    video: { codec: 'h264', codecString: 'avc1', profile: 'High', width: 1280, height: 720, declaredFps: 30 },
    audio: { codec: 'aac', codecString: 'mp4a', sampleRate: 48_000, channels: 2 },
    ...patch,
  })
const lost: Partial<InputActual> = { state: 'waiting', onAir: false, since: at(27_000), lastProblem: 'the peer closed the connection' }
const backup = (patch: Partial<InputActual> = {}): InputActual => input({ inputId: 'b', role: 'backup', onAir: false, ...patch })

const output = (name: string, patch: Partial<OutputActual> = {}): OutputFacts => ({
  id: name,
  name,
  class: 'B',
  maxQueueMs: 4000,
  actual: makeOutputActual({ outputId: name, since: at(10_000), generation: 1, attempts: 1, liveSince: at(10_000), ...patch }),
  stats: null,
})
const reason = (kind: NonNullable<OutputActual['reason']>['kind']): OutputActual['reason'] => ({
  kind,
  code: 'X_Y',
  message: 'It went wrong',
  hint: 'Do this.',
})

type Given = Partial<TriageFacts> & { channel?: Partial<ChannelActual> }
const look = ({ channel = {}, ...given }: Given = {}): Triage =>
  triage({
    channelId: 'c',
    nowMs,
    actual: {
      channelId: 'c',
      revision: 1,
      state: 'live',
      source: 'primary',
      since: at(60_000),
      inputs: [input(), backup()],
      outputs: [],
      hlsReady: true,
      ...channel,
    },
    stats: {
      channelId: 'c',
      at: at(0),
      inputs: [],
      outputs: [],
      playback: { segmentsTotal: 9, lastSegmentMs: 2000, viewers: 3, bytesServedTotal: 1 },
    },
    outputs: [output('YouTube'), output('Twitch')],
    triggerMs: 2500,
    holdMs: 30_000,
    events: [],
    line: { rttMedianMs: null, lossShare: null },
    latency: { breached: [], isDrifting: false },
    lock: 'auto',
    stopped: 0,
    engineLostAt: null,
    storage: null,
    rehearsal: null,
    lastTroubleAt: null,
    onAirSince: null,
    isEnded: false,
    ...given,
  })

const incidents: { name: string; given: Given; code: ProblemCode; hint: HintCode; tone: 'warn' | 'bad'; says: RegExp }[] = [
  {
    name: 'the backup has the air',
    given: { channel: { source: 'backup', inputs: [input(lost), backup({ onAir: true })] } },
    code: 'primary-down',
    hint: 'contribution',
    tone: 'warn',
    says: /The backup is on air; no output noticed\. Start the primary encoder again\./,
  },
  {
    name: 'viewers see the slate',
    given: { channel: { source: 'slate', inputs: [input(lost), backup(lost)] } },
    code: 'inputs-gone',
    hint: 'contribution',
    tone: 'bad',
    says: /^Both inputs are gone/,
  },
  {
    name: 'the source is locked',
    given: { lock: 'primary' },
    code: 'locked',
    hint: 'contribution',
    tone: 'warn',
    says: /viewers get the slate/,
  },
  {
    name: 'a key is refused',
    given: { outputs: [output('YouTube'), output('Facebook', { state: 'failed', reason: reason('auth') })] },
    code: 'key-refused',
    hint: 'credentials',
    tone: 'bad',
    says: /^Facebook refused the stream key.*The other output is not affected\./,
  },
  {
    name: 'a reader stalls',
    given: { outputs: [output('YouTube'), output('Paris', { state: 'stalled', reason: reason('stall') })] },
    code: 'output-stalled',
    hint: 'retry-queue',
    tone: 'warn',
    says: /^Paris stopped reading/,
  },
  {
    name: 'a backup that was there is gone',
    given: { channel: { inputs: [input(), backup(lost)] } },
    code: 'backup-down',
    hint: 'contribution',
    tone: 'warn',
    says: /The show is not affected/,
  },
  {
    name: 'the engine restarted a moment ago',
    given: { engineLostAt: at(5000), outputs: [output('YouTube'), output('Twitch', { state: 'connecting' })] },
    code: 'engine-restarted',
    hint: 'retry-queue',
    tone: 'warn',
    says: /1 of 2 outputs are back, 1 is connecting again/,
  },
  {
    name: 'the disk is full',
    given: { storage: { sentence: 'The disk of the database is full.', since: at(5000) } },
    code: 'storage',
    hint: 'machine',
    tone: 'bad',
    says: /The show goes on/,
  },
  {
    name: 'the delay grows',
    given: { latency: { breached: [], isDrifting: true } },
    code: 'delay-grows',
    hint: 'retry-queue',
    tone: 'warn',
    says: /reconnect or queue media/,
  },
  {
    name: 'nobody can watch',
    given: { channel: { hlsReady: false, since: at(60_000) } },
    code: 'playback',
    hint: 'player-buffer',
    tone: 'bad',
    says: /./,
  },
]

for (const { name, given, code, hint, tone, says } of incidents) {
  test(`${name}: one problem, its hint, and a sentence [OPS-09]`, () => {
    const { problems } = look(given)
    assert.deepEqual(
      problems.map((one) => [one.code, one.hint, one.tone]),
      [[code, hint, tone]],
    )
    const [first] = problems
    assert.match(`${first!.title}. ${first!.text}`, says)
    assert.doesNotMatch(first!.title, /\.$/)
  })
}

test('a channel in health has no problem, a proof of three facts, and says that all is clear', () => {
  const { problems, calm, proof, gates } = look({ rehearsal: { at: at(3_600_000), isPassed: true } })
  assert.deepEqual(problems, [])
  assert.equal(calm.title, 'All clear')
  assert.deepEqual(
    proof.map(({ tone, text }) => `${tone} ${text}`),
    ['ok 2 of 2 delivered and confirmed', 'ok Backup ready', 'ok Rehearsed'],
  )
  assert.deepEqual(gates, ['ok', 'ok'])
})

test('an output that its destination does not show is not green, and not counted as delivered, though all of it is confirmed', () => {
  const unseen = {
    subject: 'output',
    code: 'output-unseen',
    level: 'bad',
    figures: {},
    sentence: 'The destination does not show the stream.',
    tryFirst: '',
  }
  const facts = output('YouTube')
  const { proof, gates } = look({ outputs: [{ ...facts, stats: { ...facts.stats!, verdicts: [unseen as never] } }, output('Twitch')] })
  assert.equal(`${proof[0]!.tone} ${proof[0]!.text}`, 'warn 1 of 2 delivered and confirmed')
  assert.deepEqual(gates, ['warn', 'ok'])
})

test('a faultless start is blue from its first second, never amber', () => {
  const connecting = { state: 'connecting', since: at(500), liveSince: null } as const
  const { problems, calm, proof, gates } = look({ outputs: [output('YouTube', connecting), output('Twitch', connecting)] })
  assert.deepEqual(problems, [])
  assert.equal(calm.tone, 'busy')
  assert.equal(proof[0]!.tone, 'busy')
  assert.deepEqual(gates, ['busy', 'busy'])
})

test('what needs a person stands before what Sluice works on', () => {
  const { problems } = look({
    channel: { inputs: [input(), backup(lost)] },
    outputs: [output('YouTube'), output('Facebook', { state: 'failed', reason: reason('auth') })],
  })
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['key-refused', 'backup-down'],
  )
})

test('a backup that never sent is no loss', () => {
  const { problems, proof } = look({ channel: { inputs: [input(), backup({ state: 'waiting', encoder: null })] } })
  assert.deepEqual(problems, [])
  assert.deepEqual([proof[1]!.tone, proof[1]!.text], ['quiet', 'No backup'])
})

test('an idle channel asks for an encoder, and shows whose address', () => {
  const idle = {
    state: 'idle',
    source: 'none',
    hlsReady: false,
    inputs: [input({ state: 'waiting', onAir: false, encoder: null })],
  } as const
  const { problems, calm } = look({ channel: { ...idle, inputs: [...idle.inputs] }, outputs: [] })
  assert.deepEqual(problems, [])
  assert.deepEqual([calm.tone, calm.title, calm.action?.kind], ['quiet', 'No encoder is connected', 'show-address'])
})

test('a show that was ended is no trouble, though its encoder still sends', () => {
  const idle = { state: 'idle', source: 'none', hlsReady: false } as const
  const sending = look({ isEnded: true, channel: { ...idle, inputs: [input({ onAir: false })] } })
  assert.deepEqual([sending.problems, sending.verdict], [[], 'idle'])
  assert.match(sending.calm.text, /still sends\. Outputs stay closed/)
  const closed = look({ isEnded: true, channel: { ...idle, inputs: [input(lost)] } })
  assert.deepEqual([closed.problems, closed.calm.title], [[], 'The show has ended'])
  const failed = output('Facebook', { state: 'failed', reason: reason('auth') })
  assert.deepEqual(look({ isEnded: true, channel: idle, outputs: [failed] }).problems, [])
})
