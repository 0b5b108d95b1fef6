import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { EventDraft } from '@sluice/contract/link'
import { RehearsalResult, type ShadowOrder } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import type { ChannelInput, InputPort } from '../inputs/index.ts'
import type { OpenChannelParts } from '../open-channel.ts'
import { ShadowRehearsals } from './shadow-rehearsals.ts'
import { keepTold } from './testing/told-events.ts'

const media = makeMedia({ video: makeVideoTrack(), audio: makeAudioTrack(), durationMs: 120_000 })
const order: ShadowOrder = { do: 'rehearse-shadow', rehearsalId: 'r', cutMs: 15_000, limitMs: 4000, clipFile: '/clips/test-card.flv' }
const spec = makeChannelSpec({
  channelId: 'c',
  key: 'p',
  backupKey: 'b',
  outputs: [makeOutputSpec({ outputId: 'o', url: 'rtmp://far/live' })],
  source: { lock: 'backup', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 },
})

/** `canPlay`: the clip is there and runs by the clock. `primaryAfterMs`: how long its file takes to open for the primary. */
function makeStage(canPlay: boolean, primaryAfterMs = 1) {
  const clock = new FakeClock()
  const events: EventDraft[] = []
  const feeds = new Set<{ port: InputPort; sinceMs: number; next: number }>()
  const asked: string[] = []
  let dialled = 0
  // As the engine has them for its channels: a shadow is given no outputs to dial with.
  const parts: Omit<OpenChannelParts, 'onActual'> = {
    clock,
    log: silentLogger,
    random: () => 0.5,
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    openTransport() {
      dialled++
      return { close() {} }
    },
    openPull(input: ChannelInput, url, calls) {
      asked.push(url)
      if (!canPlay) {
        const failure = { kind: 'remote-close', code: 'CLIP_FILE', message: 'the file is not there' } as const
        const timer = clock.after(1, () => calls.onClose(failure))
        return { close: () => timer.cancel() }
      }
      const feed = { port: null as InputPort | null, sinceMs: clock.nowMs(), next: 0 }
      const timer = clock.after(input.role === 'primary' ? primaryAfterMs : 1, () => {
        const facts = { protocol: 'file', remoteAddress: null, encoder: null } as const
        feed.port = input.open({ facts, close: () => feed.port?.close(null) })
        feeds.add(feed as { port: InputPort; sinceMs: number; next: number })
        calls.onReady()
      })
      return {
        close() {
          timer.cancel()
          feeds.delete(feed as { port: InputPort; sinceMs: number; next: number })
        },
      }
    },
    onEvent: keepTold(events),
  }
  const shadows = new ShadowRehearsals(parts)
  const run = (ms: number): void => {
    for (const endMs = clock.nowMs() + ms; clock.nowMs() < endMs; ) {
      clock.advance(20)
      for (const feed of feeds) {
        for (; media[feed.next]!.dts / 90 < clock.nowMs() - feed.sinceMs; feed.next++) feed.port.putFrame(media[feed.next]!)
        feed.port.flush()
      }
    }
  }
  return {
    clock,
    events,
    shadows,
    run,
    asked,
    dialled: () => dialled,
    results: () => events.filter((event) => event.name === 'rehearsal.finished'),
  }
}

test('a rehearsal on a shadow needs no encoder and no output, and tells nothing but its verdict [OPS-11] [OPS-12]', () => {
  const { clock, events, shadows, run, asked, dialled } = makeStage(true)
  shadows.start(spec, order)
  run(25_000)
  assert.deepEqual(
    events.map(({ name, channelId }) => [name, channelId]),
    [
      ['rehearsal.started', 'c'],
      ['rehearsal.finished', 'c'],
    ],
  )
  const result = RehearsalResult.parse(events[1]!.data)
  assert.deepEqual([result.passed, result.on, result.source], [true, 'shadow', 'backup'])
  assert.ok(result.activationMs! >= 2480 && result.activationMs! < 2700, `${result.activationMs} ms, by the trigger of the channel`)
  assert.match(events[1]!.message, /^Rehearsal on a shadow passed/)
  assert.deepEqual([asked, dialled()], [Array(2).fill('file:///clips/test-card.flv'), 0])
  assert.equal(clock.pendingTimers, 0, 'nothing of the shadow is left')
})

test('a backup whose file is read before the primary’s does not keep the rehearsal waiting', () => {
  const { shadows, run, results } = makeStage(true, 1500)
  shadows.start(spec, order)
  run(28_000)
  assert.deepEqual([results()[0]?.data.passed, results()[0]?.data.source], [true, 'backup'])
})

test('a source that cannot be generated fails the rehearsal with its reason', () => {
  const { clock, shadows, run, results } = makeStage(false)
  shadows.start(spec, order)
  run(20_000)
  assert.match(results()[0]!.message, /failed: the generated source was not on air within 15 s: the file is not there/)
  assert.equal(results().length, 1)
  assert.equal(clock.pendingTimers, 0)
})

test('a second one on the same channel is refused, and leaves the first alone', () => {
  const { shadows, run, results } = makeStage(true)
  shadows.start(spec, order)
  run(6000)
  shadows.start(spec, { ...order, rehearsalId: 'r2' })
  run(20_000)
  const verdicts = results().map(({ data }) => [data.rehearsalId, data.passed])
  assert.deepEqual(verdicts, [
    ['r2', false],
    ['r', true],
  ])
})

test('a channel that is removed takes its shadow with it', () => {
  const { clock, shadows, run, events } = makeStage(true)
  shadows.start(spec, order)
  run(1000)
  shadows.end('c')
  run(30_000)
  assert.deepEqual([events.length, clock.pendingTimers], [0, 0])
})
