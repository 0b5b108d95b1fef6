import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenTransport, OutputTarget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { pacedOpen } from './paced-open.ts'

const retry = { baseMs: 1, capMs: 1, maxAttempts: null, windowMs: 1, autoDisable: null }
const targetOf = (url: string): OutputTarget => ({ url, streamKey: '', tlsVerify: true, retry, queueMs: 1 })
const events = { onReady() {}, onClose() {} }

function makePaced() {
  const clock = new FakeClock()
  const log: string[] = []
  const open: OpenTransport<OutputTarget> = ({ url }) => {
    log.push(`${clock.nowMs()} ${url}`)
    return { close: () => log.push(`closed ${url}`) }
  }
  const paced = pacedOpen(open, clock)
  return { clock, log, start: (url: string) => paced(targetOf(url), events) }
}

test('one output alone is opened at once, also after others', () => {
  const { clock, log, start } = makePaced()
  start('a')
  clock.advance(5)
  start('b')
  assert.deepEqual(log, ['0 a', '5 b'])
  clock.advance(100)
  assert.equal(clock.pendingTimers, 0)
})

test('many at once are opened in turn, 5 ms apart, and who comes later stands behind', () => {
  const { clock, log, start } = makePaced()
  for (const url of ['a', 'b', 'c']) start(url)
  clock.advance(7)
  start('d')
  clock.advance(100)
  assert.deepEqual(log, ['0 a', '5 b', '10 c', '15 d'])
})

test('what waits and is closed is never opened and holds up nobody; what was opened is closed', () => {
  const { clock, log, start } = makePaced()
  const [a, b] = [start('a'), start('b'), start('c')]
  b!.close()
  clock.advance(5)
  a!.close()
  clock.advance(100)
  assert.deepEqual(log, ['0 a', '5 c', 'closed a'])
})
