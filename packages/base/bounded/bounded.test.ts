import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BoundedBytes, BoundedMap, BoundedQueue } from './index.ts'

test('a queue never holds more than its bounds, and gives what it took in order', () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant('take' as const), fc.constant('all' as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const queue = new BoundedQueue<number>({ maxCount: 100, maxBytes: 5000, bytesOf: (item) => item })
      let model: number[] = []
      for (const one of steps) {
        if (one === 'take') assert.equal(queue.take(), model.shift())
        else if (one === 'all') {
          assert.deepEqual(queue.takeAll(), model)
          model = []
        } else if (queue.offer(one) === 'queued') model.push(one)
        else assert.ok(model.length === 100 || model.reduce((sum, item) => sum + item, one) > 5000)
        assert.deepEqual(
          [queue.length, queue.bytes, queue.first, queue.last],
          [model.length, model.reduce((sum, item) => sum + item, 0), model[0], model.at(-1)],
        )
        assert.ok(queue.length <= 100 && queue.bytes <= 5000)
      }
    }),
  )
})

test('an empty queue takes one item of any size, and nothing beside it', () => {
  const queue = new BoundedQueue<number>({ maxCount: 9, maxBytes: 10, bytesOf: (item) => item })
  assert.deepEqual([queue.offer(1000), queue.offer(0), queue.take(), queue.bytes], ['queued', 'full', 1000, 0])
})

test('a map refuses a new key when it is full, and sets a known one', () => {
  const map = new BoundedMap<string, number>({ maxCount: 2, whenFull: 'refuse' })
  assert.deepEqual([map.set('a', 1), map.set('b', 2), map.set('c', 3), map.set('a', 4)], ['set', 'set', 'refused', 'set'])
  assert.deepEqual(
    [...map],
    [
      ['b', 2],
      ['a', 4],
    ],
  )
})

test('a map that forgets lets go of the key that was set longest ago', () => {
  const map = new BoundedMap<string, number>({ maxCount: 2, whenFull: 'forget-oldest' })
  for (const [i, key] of ['a', 'b', 'a', 'c'].entries()) assert.equal(map.set(key, i), 'set')
  assert.deepEqual([...map.keys()], ['a', 'c'])
})

test('bytes are gathered in order up to the bound, piece by piece or at once, and begin anew', () => {
  const bytes = new BoundedBytes(10_000)
  for (let i = 0; i < 10_000; i++) assert.equal(bytes.append(Uint8Array.of(i & 255)), 'taken')
  assert.deepEqual([bytes.append(Uint8Array.of(1)), bytes.length], ['full', 10_000])
  const all = bytes.take()
  assert.ok(all.length === 10_000 && all.every((byte, i) => byte === (i & 255)))
  assert.deepEqual(
    [bytes.length, bytes.append(new Uint8Array(10_001)), bytes.append(Uint8Array.of(7)), bytes.take()[0]],
    [0, 'full', 'taken', 7],
  )
})

test('bounds that hold nothing are refused', () => {
  assert.throws(() => new BoundedQueue({ maxCount: 0, maxBytes: 1, bytesOf: () => 1 }), RangeError)
  assert.throws(() => new BoundedMap({ maxCount: Number.NaN, whenFull: 'refuse' }), RangeError)
})
