import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AckAge } from './ack-age.ts'

test('an acknowledged byte is as old as the time since it left, between two marks at an even pace [LAT-05]', () => {
  const marks = new AckAge()
  assert.equal(marks.acked(0, 0), null)
  for (let i = 0; i <= 10; i++) marks.mark(i * 1000, i * 250)
  assert.equal(marks.acked(4000, 2600), 1600)
  assert.equal(marks.acked(4500, 2600), 2600 - 1125)
  assert.equal(marks.acked(10_000, 2600), 100)
  assert.equal(marks.acked(11_000, 2600), 100, 'more than was marked is as young as the youngest mark')
})

test('a pause of the sender does not make bytes older than they are', () => {
  const marks = new AckAge()
  marks.mark(1000, 0)
  marks.mark(2000, 250)
  for (let ms = 500; ms < 60_000; ms += 250) marks.mark(2000, ms)
  assert.equal(marks.acked(2000, 300), 50)
})

test('any delay of a steady sender is read to within one mark, and memory is one ring [LAT-05]', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 200, max: 1000 }), (delayMs, steps) => {
      const marks = new AckAge()
      for (let i = 0; i <= steps; i++) marks.mark(i * 1250, i * 250)
      const endMs = steps * 250
      const age = marks.acked(Math.max(0, (endMs - delayMs) * 5), endMs)
      assert.ok(age !== null && Math.abs(age - Math.min(delayMs, endMs)) <= 250, `${age} for ${delayMs}`)
    }),
  )
})

test('of a byte older than the ring the least that its age can be is told', () => {
  const marks = new AckAge()
  for (let i = 0; i < 1000; i++) marks.mark(i * 1000, i * 250)
  assert.equal(marks.acked(1000, 250_000), 250_000 - (1000 - 128) * 250)
})

test('what is sent after a pause is as old as its sending, not as the pause', () => {
  const marks = new AckAge()
  marks.mark(1000, 0)
  for (let ms = 250; ms <= 6000; ms += 250) marks.mark(1000, ms)
  marks.mark(3_001_000, 6250)
  assert.ok(marks.acked(1001, 6250)! <= 250)
  assert.equal(marks.acked(1000, 6250), 6250, 'what went before it is as old as it is')
})

test('a byte that was not sent has no age', () => {
  const marks = new AckAge()
  assert.equal(marks.age(1, 0), null)
  marks.mark(1000, 0)
  marks.mark(2000, 250)
  assert.equal(marks.age(2001, 500), null)
  assert.equal(marks.age(1500, 500), 375)
})
