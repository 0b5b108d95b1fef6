import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { ConvertJob } from '@sluice/contract/transcoder'
import { ConvertQueue } from './convert-queue.ts'
import type { Converted } from './converter.ts'

const facts = { durationMs: 1, bytes: 1, width: 16, height: 16, fps: 30, hasAudio: false }
const clip = (target: string): ConvertJob => ({ do: 'normalise', file: 'f', type: 'image/png', target })
const card: ConvertJob = { do: 'test-card', target: 'card' }
const video = { codec: 'h264', profile: 'main', level: '3.1', width: 16, height: 16, maxBps: 200_000 } as const
const one = { num: 1, den: 1 }
const slate: ConvertJob = {
  do: 'slate',
  from: { type: 'text', text: 't' },
  video: { ...video, fps: one, pixelAspect: one },
  audio: null,
  target: 'slate',
}

/** A queue whose conversions end when the test says. */
function makeQueue() {
  const begun: { target: string; end(done: Converted): void }[] = []
  const queue = new ConvertQueue({
    run: ({ target }) => new Promise((end) => begun.push({ target, end })),
    close: () => {},
  })
  return { queue, begun }
}

test('one job runs at a time; slates go before the test card, and that before clips', async () => {
  const { queue, begun } = makeQueue()
  for (const job of [clip('a'), clip('b'), card, slate, clip('c')]) void queue.run(job)
  for (let i = 0; i < 5; i++) {
    assert.equal(begun.length, i + 1)
    begun[i]!.end({ type: 'done', facts })
    await setImmediate()
  }
  assert.deepEqual(
    begun.map(({ target }) => target),
    ['a', 'slate', 'card', 'b', 'c'],
  )
})

test('a queue that is closed tells who waits for the test card, and leaves clips to the next start', async () => {
  const { queue, begun } = makeQueue()
  const settled: string[] = []
  for (const job of [clip('a'), card]) void queue.run(job).then((done) => settled.push(`${job.do} ${done.type}`))
  queue.close()
  begun[0]!.end({ type: 'done', facts })
  await setImmediate()
  assert.deepEqual(settled, ['test-card crashed'])
  assert.equal(begun.length, 1)
})

test('a machine without codecs is remembered until a conversion succeeds', async () => {
  const { queue, begun } = makeQueue()
  void queue.run(card)
  begun[0]!.end({ type: 'unavailable', message: 'no node-av' })
  await setImmediate()
  assert.equal(queue.unavailable, 'no node-av')
  void queue.run(card)
  begun[1]!.end({ type: 'done', facts })
  await setImmediate()
  assert.equal(queue.unavailable, null)
})
