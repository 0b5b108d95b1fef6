import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { ProberSetup, ToProber } from '@sluice/contract/prober'
import { FakeClock } from '@sluice/testkit/clock'
import { ProberChild, type ProberEars } from './prober-child.ts'

const setup: ProberSetup = {
  ...{ type: 'setup', sandbox: 'none', mediaUid: 1, dataDir: null, allowPrivateTargets: true, outputEveryMs: 1000 },
  content: { blackMs: 1, frozenMs: 1, silentMs: 1 },
}
const beat = { type: 'beat', cpuShare: 0.02, pauseMs: 0, content: null } as const
const targets = (...channelIds: string[]) => ({
  channels: channelIds.map((channelId) => ({ channelId, baseUrl: 'http://h/', buffer: null })),
  outputs: [],
})

/** A child whose processes are told what to say. */
function makeChild() {
  const clock = new FakeClock()
  const started: { ears: ProberEars; got: ToProber[]; isKilled: boolean }[] = []
  const told: string[] = []
  const child = new ProberChild({
    ...{ clock, log: silentLogger, setup },
    start(ears) {
      const process = { ears, got: [] as ToProber[], isKilled: false }
      started.push(process)
      return {
        send: (message) => process.got.push(message) > 0,
        kill: () => {
          process.isKilled = true
        },
      }
    },
    onMessage: () => {},
    onLost: (reason) => told.push(`lost: ${reason}`),
    onRestored: () => told.push('restored'),
  })
  return { clock, child, started, told }
}

test('no prober runs while there is nothing to look at, and one ends with the last target', () => {
  const { clock, child, started } = makeChild()
  assert.equal(child.state, 'resting')
  child.setTargets(targets('a'))
  assert.equal(child.state, 'starting')
  assert.deepEqual(
    started[0]?.got.map(({ type }) => type),
    ['setup', 'targets'],
  )
  started[0]?.ears.onMessage(beat)
  assert.equal(child.state, 'running')
  assert.equal(child.cpuShare, 0.02)
  child.setTargets(targets())
  assert.equal(started[0]?.isKilled, true)
  assert.equal(child.state, 'resting')
  assert.equal(clock.pendingTimers, 0)
})

test('targets are told once, when they change', () => {
  const { child, started } = makeChild()
  for (const ids of [['a'], ['a'], ['a', 'b'], ['a', 'b']]) child.setTargets(targets(...ids))
  assert.equal(started[0]?.got.filter(({ type }) => type === 'targets').length, 2)
})

test('a prober that dies is started again, later each time, and that is told once [PRB-02]', () => {
  const { clock, child, started, told } = makeChild()
  child.setTargets(targets('a'))
  started[0]?.ears.onMessage(beat)
  started[0]?.ears.onEnd('it was ended by SIGKILL')
  assert.equal(child.state, 'starting')
  assert.match(child.problem ?? '', /SIGKILL/)
  assert.equal(child.cpuShare, null)
  child.setTargets(targets('a', 'b'))
  clock.advance(3000)
  assert.equal(started.length, 2)
  assert.deepEqual(started[1]?.got.at(-1), { type: 'targets', ...targets('a', 'b') }, 'it is told what to look at now')
  started[1]?.ears.onEnd('it left with code 1')
  clock.advance(10_000)
  started[2]?.ears.onMessage(beat)
  assert.deepEqual(told, ['lost: it was ended by SIGKILL', 'restored'])
  // What a dead one still says is nothing of now.
  started[0]?.ears.onEnd('late')
  assert.equal(child.state, 'running')
})

test('a prober that says nothing for 20 s is ended and started again', () => {
  const { clock, child, started, told } = makeChild()
  child.setTargets(targets('a'))
  started[0]?.ears.onMessage(beat)
  clock.advance(19_000)
  assert.equal(started.length, 1)
  clock.advance(5000)
  assert.equal(started[0]?.isKilled, true)
  assert.equal(started.length, 2)
  assert.match(told[0] ?? '', /said nothing/)
})

test('closing leaves no process and no timer', () => {
  const { clock, child, started } = makeChild()
  child.setTargets(targets('a'))
  started[0]?.ears.onEnd('gone')
  child.close()
  clock.advance(120_000)
  child.setTargets(targets('b'))
  assert.equal(started.length, 1)
  assert.equal(clock.pendingTimers, 0)
})
