import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { RefusalReports } from './refusal-reports.ts'

test('refusals of a kind are told at once, then with their count each 10 s, and at once again after a pause', () => {
  const clock = new FakeClock()
  const reports = new RefusalReports(clock)
  const told: string[] = []
  const report = (subject: string): void => reports.report(subject, (more) => told.push(`${subject} ${more}`))
  for (let i = 0; i < 50; i++) report('a')
  report('b')
  assert.deepEqual(told, ['a 0', 'b 0'])
  clock.advance(10_000)
  assert.deepEqual(told, ['a 0', 'b 0', 'a 49'])
  report('a')
  clock.advance(10_000)
  assert.deepEqual(told.slice(3), ['a 1'])
  clock.advance(20_000)
  report('a')
  assert.deepEqual(told.slice(4), ['a 0'])
})

test('a flood of different refusals does not fill memory', () => {
  const clock = new FakeClock()
  const reports = new RefusalReports(clock)
  let told = 0
  for (let i = 0; i < 10_000; i++) reports.report(`${i}`, () => told++)
  assert.equal(told, 1000)
  reports.close()
})
