import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkFrame } from '@sluice/containers/frame-link'
import fc from 'fast-check'
import { CaptionCarry } from './caption-carry.ts'
import { Inbox, type InboxItem } from './inbox.ts'
import { ProgrammeClock } from './programme-clock.ts'
import { SampleQueue } from './sample-queue.ts'

const frame = (kind: LinkFrame['kind'], ms: number, isKey = kind === 'audio', bytes = 10): LinkFrame => ({
  ...{ type: 'frame', slot: 1, kind, id: 0, dts: ms * 90, pts: ms * 90, isKey, readMs: ms, bytes: new Uint8Array(bytes) },
})
const video = (ms: number): LinkFrame => frame('video', ms, ms % 1000 === 0)
const takeAll = (inbox: Inbox): InboxItem[] => {
  const items: InboxItem[] = []
  for (let item = inbox.take(); item !== undefined; item = inbox.take()) items.push(item)
  return items
}
const timesOf = (items: readonly InboxItem[], kind: LinkFrame['kind']): number[] =>
  items.flatMap((item) => (item.type === 'frame' && item.kind === kind ? [item.dts / 90] : []))

test('more than a second and a half of pictures is dropped to the newest key frame, and sound is kept', () => {
  const inbox = new Inbox()
  inbox.offer({ type: 'source', slot: 1, liveDts: 0 })
  for (let ms = 0; ms <= 1700; ms += 100) {
    inbox.offer(video(ms))
    inbox.offer(frame('audio', ms))
  }
  const items = takeAll(inbox)
  assert.deepEqual(timesOf(items, 'video'), [1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700])
  assert.equal(timesOf(items, 'audio').length, 18)
  assert.equal(inbox.droppedTotal, 10)
})

test('pictures without a key frame among them are left out until the next one', () => {
  const inbox = new Inbox()
  for (let ms = 100; ms <= 2300; ms += 100) inbox.offer(frame('video', ms, ms === 2100))
  assert.deepEqual(timesOf(takeAll(inbox), 'video'), [2100, 2200, 2300])
})

test('what is there to be decoded alone has no bound in time', () => {
  const inbox = new Inbox()
  inbox.offer({ type: 'source', slot: 1, liveDts: 5000 * 90 })
  for (let ms = 0; ms < 5000; ms += 100) inbox.offer(video(ms))
  assert.equal(timesOf(takeAll(inbox), 'video').length, 50)
})

test('frames of any size stay within the bound of bytes', () => {
  const inbox = new Inbox()
  for (let ms = 0; ms < 400; ms++) inbox.offer(frame('audio', ms, true, 1024 * 1024))
  assert.equal(takeAll(inbox).length, 64)
})

const tone = (count: number, value: number): Float32Array[] => [new Float32Array(count).fill(value)]
const taken = (queue: SampleQueue): number[] => {
  const samples: number[] = []
  while (queue.take(10, (_, plane) => samples.push(...plane)));
  return samples
}

test('a gap becomes silence, and sound that was there before is cut', () => {
  const queue = new SampleQueue(1, 0, 10_000)
  queue.put(0, tone(100, 1))
  queue.put(300, tone(100, 2))
  queue.put(320, tone(100, 3))
  assert.deepEqual(taken(queue), [...tone(100, 1)[0]!, ...tone(200, 0)[0]!, ...tone(100, 2)[0]!, ...tone(20, 3)[0]!])
  assert.equal(queue.at, 420)
})

test('a position that is off by rounding is no gap and no cut', () => {
  const queue = new SampleQueue(1, 0, 10_000)
  queue.put(0, tone(100, 1))
  queue.put(101, tone(100, 2))
  queue.put(199, tone(100, 3))
  assert.equal(queue.end, 300)
})

test('whatever is put in, positions go on without a gap and memory is bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -500, max: 5000 }), fc.integer({ min: 1, max: 800 })), { maxLength: 60 }), (puts) => {
      const queue = new SampleQueue(1, 0, 2000)
      let count = 0
      for (const [position, samples] of puts) {
        queue.put(position, tone(samples, 1))
        assert.ok(queue.end - queue.at <= 2000)
        count += taken(queue).length
        assert.equal(queue.at, count)
      }
    }),
  )
})

test('captions of pictures that are left out go with the next one, and not twice', () => {
  const carry = new CaptionCarry()
  carry.add(new Uint8Array([1, 2, 3]))
  carry.add(null)
  carry.add(new Uint8Array([4, 5, 6]))
  assert.deepEqual(carry.take(), new Uint8Array([1, 2, 3, 4, 5, 6]))
  assert.equal(carry.take(), null)
  for (let i = 0; i < 40; i++) carry.add(new Uint8Array(9))
  assert.equal(carry.take()?.length, 93)
})

test('the programme is where the frame that came soonest says, and a drift is followed', () => {
  const clock = new ProgrammeClock()
  assert.equal(clock.dtsAt(5), null)
  for (let ms = 0; ms < 2000; ms += 40) clock.note(ms * 90, 1000 + ms + (ms % 200))
  assert.equal(clock.dtsAt(4000), 3000 * 90)
  // From here on everything comes 50 ms later.
  for (let ms = 2000; ms < 20_000; ms += 40) clock.note(ms * 90, 1050 + ms)
  assert.equal(clock.dtsAt(22_050), 21_000 * 90)
})
