import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FakeClock } from '@sluice/testkit/clock'
import { PasswordTurns } from './password-turns.ts'

/** Work that counts how much of it runs at once and ends when it is told to. */
class Work {
  running = 0
  most = 0
  readonly done: string[] = []
  readonly run = (name: string) => async (): Promise<void> => {
    this.most = Math.max(this.most, ++this.running)
    await turn()
    this.running--
    this.done.push(name)
  }
}

async function settle(clock: FakeClock, ms: number): Promise<void> {
  for (let past = 0; past < ms; past += 50) {
    clock.advance(50)
    for (let i = 0; i < 6; i++) await turn()
  }
}

test('strangers hash one at a time, at four a second once the burst is used, and a known caller does not wait for them', async () => {
  const clock = new FakeClock(1_000_000)
  const turns = new PasswordTurns(clock)
  const work = new Work()
  const all = Array.from({ length: 50 }, (_, i) => turns.run('stranger', 0, work.run(`s${i}`)).catch(() => 'refused'))
  await settle(clock, 100)
  assert.ok(work.done.length <= 21, `${work.done.length} at once`)
  await turns.run('known', 0, work.run('owner'))
  await settle(clock, 1000)
  assert.ok(work.done.length >= 23 && work.done.length <= 27, `${work.done.length} after a second`)
  await settle(clock, 10_000)
  const refused = (await Promise.all(all)).filter((answer) => answer === 'refused').length
  // One is at work and 32 wait: the rest of the 50 that came at one moment hears that it is busy.
  assert.equal(refused, 50 - 33)
  assert.ok(work.most <= 2)
})

test('who has failed least goes first, and takes the place of who has failed most when the queue is full', async () => {
  const clock = new FakeClock(1_000_000)
  const turns = new PasswordTurns(clock)
  const work = new Work()
  const guesses = Array.from({ length: 33 }, (_, i) => turns.run('stranger', 5, work.run(`guess${i}`)).then(String, () => 'refused'))
  await assert.rejects(turns.run('stranger', 5, work.run('late')), /Too many sign-ins at once/)
  const owner = turns.run('stranger', 0, work.run('owner'))
  await settle(clock, 20)
  await owner
  assert.ok(work.done.indexOf('owner') <= 1, work.done.join(' '))
  await settle(clock, 10_000)
  assert.equal((await Promise.all(guesses)).filter((answer) => answer === 'refused').length, 1)
})
