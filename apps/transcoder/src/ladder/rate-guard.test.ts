import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RateGuard } from './rate-guard.ts'
import { video } from './testing/rungs.ts'

const slots = 900
const gop = 60
/** An encoder that makes `bytesOf` of each picture that it gets, and is replaced a GOP after it was asked to be. */
function run(bytesOf: (slot: number, factor: number) => number, codec: 'h264' | 'av1' = 'av1') {
  const guard = new RateGuard()
  guard.setRate(video({ codec, bitrateKbps: 800 }))
  const bytes = new Array<number>(slots).fill(0)
  let [factor, asked] = [guard.factor, guard.factor]
  for (let slot = 0; slot < slots; slot++) {
    const isKey = slot % gop === 0
    if (isKey) factor = asked
    if (!isKey && guard.isOver(slot)) continue
    bytes[slot] = bytesOf(slot, factor)
    guard.note(slot, isKey, bytes[slot]!)
    asked = guard.factor
  }
  const kbps = Array.from({ length: slots - 300 }, (_, at) => (bytes.slice(at, at + 300).reduce((sum, one) => sum + one, 0) * 8) / 10_000)
  return { kbps, leftOut: bytes.filter((one) => one === 0).length, factor: guard.factor }
}
/** Of 800 kbps at 30 frames a second. */
const pictureBytes = 800_000 / 8 / 30

test('x264 is left alone, and so is another encoder that keeps its bitrate', () => {
  assert.equal(run(() => pictureBytes * 3, 'h264').leftOut, 0)
  const { leftOut, kbps } = run((slot) => (slot % gop === 0 ? pictureBytes * 8 : (pictureBytes * 52) / 59))
  assert.equal(leftOut, 0)
  assert.ok(Math.max(...kbps) < 820)
})

test('one that makes twice too much is asked for less until nearly all of its pictures have room, and no ten seconds are over by 5 %', () => {
  const { leftOut, kbps } = run((slot, factor) => 2 * factor * pictureBytes * (slot % gop === 0 ? 4 : 0.95))
  assert.ok(Math.max(...kbps) <= 840, `${Math.max(...kbps)} kbps`)
  assert.ok(
    kbps.slice(240).every((one) => one >= 720),
    `${Math.min(...kbps.slice(240))} kbps`,
  )
  assert.ok(leftOut < 90, `${leftOut} pictures left out`)
})

test('one that cannot make less loses three pictures of four at most: motion goes on', () => {
  const { leftOut } = run(() => pictureBytes * 30)
  assert.ok(leftOut <= slots * 0.75 && leftOut > slots / 2, `${leftOut}`)
})

test('a still picture does not have the encoder asked for more than the bitrate', () => {
  const { leftOut, factor } = run(() => 20)
  assert.deepEqual([leftOut, factor], [0, 0.6])
})
