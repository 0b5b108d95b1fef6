import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { randomFrom } from '@sluice/testkit/random'
import { FailureLimit } from './rate-limit.ts'

test('a flood of other names neither frees who has failed nor grows the table (seed 5)', () => {
  const clock = new FakeClock(1_000_000)
  const limit = new FailureLimit(clock)
  const random = randomFrom(5)
  for (let i = 0; i < 5; i++) limit.fail('attacker')
  for (let i = 0; i < 120_000; i++) limit.fail(`flood ${i} ${random.int(0, 1_000_000)}`)
  assert.ok(limit.waitSeconds('attacker', 5) > 0, 'the count of before the flood is gone')
  for (let i = 0; i < 5; i++) limit.fail('attacker in the flood')
  assert.ok(limit.waitSeconds('attacker in the flood', 5) > 0, 'who came in the flood is not counted')
  assert.ok(limit.size <= 10_000 + 4096, `${limit.size} tallies`)
  clock.advance(15 * 60_000)
  assert.equal(limit.waitSeconds('attacker', 5), 0)
  limit.fail('somebody')
  assert.equal(limit.count('somebody'), 1)
})

test('a failure that is forgiven does not count, and a window ends 15 minutes after its first failure', () => {
  const clock = new FakeClock(1_000_000)
  const limit = new FailureLimit(clock)
  limit.fail('a')
  clock.advance(10 * 60_000)
  limit.fail('a')
  limit.forgive('a')
  assert.equal(limit.waitSeconds('a', 2), 0)
  limit.fail('a')
  assert.equal(limit.waitSeconds('a', 2), 300)
  clock.advance(5 * 60_000)
  assert.equal(limit.waitSeconds('a', 1), 0)
})
