import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from '@sluice/base/errors'
import type { InputSpec } from '@sluice/contract/link'
import { Programme } from '@sluice/media/programme'
import { FakeClock } from '@sluice/testkit/clock'
import { ChannelInput } from './channel-input.ts'
import { InputPull, type PullEvents, type PullNews } from './input-pull.ts'

const spec: InputSpec = { inputId: 'i', role: 'primary', enabled: true, keyHash: '', srt: { passphrase: null, latencyMs: 500 } }
const unreachable: Failure = { kind: 'tcp', code: 'SRT_TIMEOUT', message: 'nobody answers' }

/** A pull whose calls are answered by hand. */
function makeStage() {
  const clock = new FakeClock()
  const programme = new Programme({ clock, policy: { lock: 'auto', triggerMs: 2500, holdMs: 30_000 }, onSwitch() {} })
  const input = new ChannelInput(spec, { programme, clock, onNews() {} })
  const calls: { url: string; events: PullEvents; isClosed: boolean }[] = []
  const news: PullNews[] = []
  const pull = new InputPull(input, {
    clock,
    random: () => 1,
    onNews: (one) => news.push(one),
    open(_input, url, events) {
      const call = { url, events, isClosed: false }
      calls.push(call)
      return {
        close() {
          call.isClosed = true
        },
      }
    },
  })
  const failures = () => news.filter((one) => one.type === 'failed')
  return { clock, input, pull, calls, failures }
}

test('a pull calls its address at once and tells how far it is', () => {
  const { pull, calls } = makeStage()
  assert.deepEqual(pull.actual(), {})
  pull.setUrl('srt://a:1')
  assert.equal(calls[0]?.url, 'srt://a:1')
  assert.deepEqual(pull.actual(), { pull: { state: 'calling', attempts: 1, nextTryAt: null } })
  calls[0]?.events.onReady()
  assert.equal(pull.actual().pull?.state, 'connected')
})

test('a call that fails is made again, later each time, and the input says why', () => {
  const { clock, input, pull, calls, failures } = makeStage()
  pull.setUrl('srt://a:1')
  for (const [made, waitMs] of [500, 1000, 2000].entries()) {
    calls[made]?.events.onClose(unreachable)
    assert.equal(pull.actual().pull?.state, 'backoff')
    assert.equal(input.actual().lastProblem, 'nobody answers')
    clock.advance(waitMs - 1)
    assert.equal(calls.length, made + 1)
    clock.advance(1)
    assert.equal(calls.length, made + 2)
  }
  assert.deepEqual(
    failures().map((one) => one.isNews),
    [true, true, false],
  )
})

test('a wrong passphrase is not tried again for 10 s', () => {
  const { clock, pull, calls } = makeStage()
  pull.setUrl('srt://a:1')
  calls[0]?.events.onClose({ kind: 'auth', code: 'SRT_PASSPHRASE_WRONG', message: 'no' })
  clock.advance(9_999)
  assert.equal(calls.length, 1)
  clock.advance(1)
  assert.equal(calls.length, 2)
})

test('after 10 s of media the next failure starts at the short delay again', () => {
  const { clock, pull, calls } = makeStage()
  pull.setUrl('srt://a:1')
  calls[0]?.events.onClose(unreachable)
  clock.advance(500)
  calls[1]?.events.onReady()
  clock.advance(10_000)
  calls[1]?.events.onClose(null)
  clock.advance(500)
  assert.equal(calls.length, 3)
})

test('another address ends the call, the same one changes nothing, none stops it', () => {
  const { clock, pull, calls } = makeStage()
  pull.setUrl('srt://a:1')
  pull.setUrl('srt://a:1')
  assert.equal(calls.length, 1)
  pull.setUrl('srt://b:1')
  assert.equal(calls[0]?.isClosed, true)
  calls[0]?.events.onClose(unreachable)
  assert.equal(pull.actual().pull?.state, 'calling')
  pull.setUrl(null)
  assert.equal(calls[1]?.isClosed, true)
  clock.advance(60_000)
  assert.equal(calls.length, 2)
})

test('an input that an encoder holds is not called for', () => {
  const { clock, input, pull, calls } = makeStage()
  const port = input.open({ facts: { protocol: 'rtmp', remoteAddress: '192.0.2.1', encoder: null }, close() {} })
  pull.setUrl('srt://a:1')
  assert.equal(calls.length, 0)
  port.close(null)
  clock.advance(500)
  assert.equal(calls.length, 1)
})
