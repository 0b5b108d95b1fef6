import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextAckWindow } from './ack-window.ts'

const kib256 = 256 * 1024
const cases: { name: string; present: number; bytesPerSecond: number; next: number }[] = [
  { name: 'an unknown rate changes nothing', present: kib256, bytesPerSecond: 0, next: kib256 },
  { name: 'a second of 6 Mbit/s', present: kib256, bytesPerSecond: 750_000, next: 750_000 },
  { name: 'a low rate is asked for no less than 256 KiB', present: 750_000, bytesPerSecond: 60_000, next: kib256 },
  { name: 'a rate that swings by less than half changes nothing', present: 750_000, bytesPerSecond: 1_100_000, next: 750_000 },
  { name: 'one that has fallen to half asks for less', present: 750_000, bytesPerSecond: 375_000, next: 375_000 },
  { name: 'no more than 4 MiB, whatever the rate', present: kib256, bytesPerSecond: 20_000_000, next: 4 * 1024 * 1024 },
]
for (const { name, present, bytesPerSecond, next } of cases) {
  test(`acknowledgement window: ${name}`, () => assert.equal(nextAckWindow(present, bytesPerSecond), next))
}
