import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isoTime } from '@sluice/base/clock'
import type { ChannelActual, OutputActual } from '@sluice/contract/link'
import type { ChannelLook, ProbeFault } from '@sluice/contract/prober'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelActual, makeChannelStats, makeInputActual, makeOutputActual } from '@sluice/testkit/rows'
import { ProbeMonitor } from './probe-monitor.ts'
import type { ProberTargets } from './prober-child.ts'

const stalled: ProbeFault = { code: 'stalled', figures: { ageMs: 5000 } }
const black: ProbeFault = { code: 'picture-black', figures: { forMs: 11_000 } }

/** A channel that is live, and a prober that sees what it is told. */
function makeStage({ probeUrl = null as string | null } = {}) {
  const clock = new FakeClock(100_000)
  const state = {
    actual: makeChannelActual({ inputs: [makeInputActual({ onAir: true })] }) as ChannelActual | null,
    output: null as OutputActual | null,
    isStale: false,
    isThere: true,
    startedAt: isoTime(clock.wallMs()),
  }
  const told: string[] = []
  let targets: ProberTargets = { channels: [], outputs: [] }
  const broadcast = () => ({ startedAt: state.startedAt, endedAt: null, wantedMs: 0, liveMs: 0, share: null })
  const monitor = new ProbeMonitor({
    clock,
    live: {
      channelIds: ['c'],
      channel: () => state.actual,
      output: () => state.output,
      stats: () => makeChannelStats({ broadcast: broadcast() }),
      staleSince: () => (state.isStale ? isoTime(clock.wallMs()) : null),
    },
    config: () => (state.isThere ? { workspaceId: 'w', path: 'play/~preview/', outputs: [{ id: 'o', name: 'Tube', probeUrl }] } : null),
    place: () => 'http://127.0.0.1:8081/',
    prober: {
      ...{ state: 'running', sinceMs: 0, problem: null, cpuShare: 0.01 },
      setTargets: (next) => {
        targets = next
      },
    },
    onEvent: (workspaceId, { name, severity }) => told.push(`${workspaceId} ${name} ${severity}`),
  })
  monitor.start()
  const look = (faults: readonly ProbeFault[] = [], given: Partial<ChannelLook> = {}): void => {
    clock.advance(2000)
    for (const format of ['ll-hls', 'hls', 'dash'] as const) {
      const at = isoTime(clock.wallMs())
      const figures = { latencyMs: 2300, glassMs: null, avOffsetMs: null, hasContent: true, isPlaying: true }
      monitor.receive({ type: 'look', channelId: 'c', format, at, ...figures, faults: format === 'll-hls' ? [...faults] : [], ...given })
    }
  }
  const settle = (): void => {
    for (let i = 0; i < 5; i++) look()
  }
  const format = () => monitor.report('c').formats[0]!
  return { clock, state, told, monitor, look, settle, format, targets: () => targets }
}

test('a channel on the air is played below its preview name, so that a probe is no viewer [PRB-01]', () => {
  const { targets } = makeStage()
  assert.deepEqual(targets().channels, [{ channelId: 'c', baseUrl: 'http://127.0.0.1:8081/play/~preview/', buffer: null }])
})

test('a fault is told once it is seen twice, stands in verdicts, and its end is told too [PRB-02] [OBS-05]', () => {
  const { look, settle, told, monitor, format } = makeStage()
  settle()
  assert.equal(format().state, 'ok')
  look([stalled])
  assert.deepEqual([told, format().state], [[], 'ok'])
  look([stalled])
  assert.deepEqual(told, ['w probe.failed error'])
  assert.equal(format().state, 'faulty')
  assert.match(format().fault?.sentence ?? '', /low-latency HLS has nothing new for 5\.0 s/)
  assert.equal(
    monitor.judged('c').some(({ code, level }) => code === 'probe-failed' && level === 'bad'),
    true,
  )
  for (let i = 0; i < 3; i++) look()
  assert.deepEqual(told, ['w probe.failed error', 'w probe.recovered info'])
  assert.equal(format().lastFault?.code, 'stalled')
  const { share, wantedMs } = format().success
  assert.ok(wantedMs > 8000 && share !== null && share < 1 && share > 0.3, `${share} of ${wantedMs} ms`)
})

test('what is seen in the seconds after a switch of source is no fault', () => {
  const { state, look, settle, told } = makeStage()
  settle()
  for (let i = 0; i < 10; i++) {
    state.actual = makeChannelActual({ source: i % 2 === 0 ? 'backup' : 'primary' })
    look([stalled])
    look([stalled])
    look([stalled])
    for (let n = 0; n < 3; n++) look()
  }
  assert.deepEqual(told, [])
})

test('an engine that is lost and comes back is no fault, and its address is played on meanwhile', () => {
  const { state, look, settle, told, targets, format } = makeStage()
  settle()
  const gone: ProbeFault = { code: 'no-answer', figures: {} }
  state.actual = null
  for (let i = 0; i < 4; i++) look([gone], { isPlaying: false })
  assert.equal(targets().channels.length, 1)
  assert.equal(format().state, 'waiting')
  state.actual = makeChannelActual()
  look([gone])
  look([gone])
  settle()
  assert.deepEqual(told, [])
  assert.equal(format().state, 'ok')
})

test('promises that a restarted engine broke are found after it has settled', () => {
  const { state, look, settle, told } = makeStage()
  const broken: ProbeFault = { code: 'sequence-back', figures: {} }
  settle()
  state.actual = null
  look()
  state.actual = makeChannelActual()
  // The prober says for 15 s what has stopped players for good.
  for (let i = 0; i < 7; i++) look([broken])
  assert.deepEqual(told, ['w probe.failed error'])
})

test('a silent engine says nothing about its channels: nobody is blamed', () => {
  const { state, look, settle, told, format } = makeStage()
  settle()
  state.isStale = true
  look([stalled])
  look([stalled])
  assert.deepEqual([told, format().state], [[], 'waiting'])
})

test('without looks the channel is not probed since the last one, and never sound [PRB-02]', () => {
  const { clock, settle, format, monitor } = makeStage()
  settle()
  const lookedAt = format().lookedAt
  clock.advance(11_000)
  assert.deepEqual([format().state, format().lookedAt, format().latencyMs], ['unknown', lookedAt, null])
  assert.equal(monitor.judged('c')[0]?.code, 'probe-missing')
})

test('a show that is over takes its fault with it, and the prober lets go after half a minute', () => {
  const { state, clock, look, settle, told, targets, format } = makeStage()
  settle()
  look([stalled])
  look([stalled])
  state.actual = makeChannelActual({ state: 'idle', hlsReady: false })
  clock.advance(25_000)
  assert.equal(targets().channels.length, 1)
  clock.advance(10_000)
  assert.equal(targets().channels.length, 0)
  assert.deepEqual(told, ['w probe.failed error', 'w probe.recovered info'])
  assert.deepEqual([format().state, format().lastFault?.code], ['waiting', 'stalled'])
})

test('a slate may be black, still and silent; a source is warned about', () => {
  const { state, look, settle, told } = makeStage()
  settle()
  state.actual = makeChannelActual({ source: 'slate' })
  settle()
  look([black])
  look([black])
  assert.deepEqual(told, [])
  state.actual = makeChannelActual()
  settle()
  look([black])
  look([black])
  assert.deepEqual(told, ['w probe.failed warning'])
})

test('publish success counts over one broadcast', () => {
  const { state, look, settle, format } = makeStage()
  settle()
  look()
  assert.ok(format().success.wantedMs > 0)
  state.startedAt = isoTime(Date.parse(state.startedAt) + 60_000)
  look()
  assert.ok(format().success.wantedMs <= 2000)
})

test('a deleted channel leaves nothing behind', () => {
  const { state, clock, monitor, targets, settle } = makeStage({ probeUrl: 'https://tube.example/live.m3u8' })
  settle()
  state.isThere = false
  clock.advance(1000)
  assert.deepEqual([monitor.channelIds, targets().channels, targets().outputs], [[], [], []])
})

test('an output is looked at once its destination has had time to show it, and told where it is not seen [PRB-01]', () => {
  const { state, clock, monitor, told, targets } = makeStage({ probeUrl: 'https://tube.example/live.m3u8?token=t' })
  const output = () => monitor.report('c').outputs[0]!
  assert.deepEqual([targets().outputs, output().seen], [[], null])
  state.output = makeOutputActual({ state: 'live', liveSince: isoTime(clock.wallMs()) })
  clock.advance(15_000)
  assert.deepEqual(targets().outputs, [])
  clock.advance(10_000)
  assert.deepEqual(targets().outputs, [{ outputId: 'o', channelId: 'c', url: 'https://tube.example/live.m3u8?token=t' }])
  const look = (seen: boolean): void =>
    monitor.receive({
      ...{ type: 'output', outputId: 'o', at: isoTime(clock.wallMs()), seen, behindMs: seen ? 9000 : null },
      fault: seen ? null : { code: 'error-answer', detail: 'HTTP 404' },
    })
  look(true)
  assert.deepEqual([told, output().seen, output().behindMs], [[], true, 9000])
  look(false)
  assert.equal(output().seen, true)
  look(false)
  assert.equal(output().seen, false)
  assert.match(output().fault?.sentence ?? '', /does not show the stream.*HTTP 404/)
  assert.equal(monitor.seen('o')[0]?.level, 'bad')
  look(true)
  assert.deepEqual(told, ['w output.unseen error', 'w output.seen info'])
  state.output = makeOutputActual({ state: 'backoff' })
  clock.advance(1000)
  assert.deepEqual([targets().outputs, output().seen], [[], null])
})
