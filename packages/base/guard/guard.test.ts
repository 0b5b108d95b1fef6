import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { BugError } from '../errors/index.ts'
import { type Logger, silentLogger } from '../log/index.ts'
import { Guard, goOnAfterFaults, guardedClock } from './index.ts'

const emfile = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
const thrower = (): never => {
  throw emfile
}

function makeLog(): { log: Logger; lines: string[] } {
  const lines: string[] = []
  return { lines, log: { ...silentLogger, error: (_fields, message) => lines.push(message) } }
}

test('a callback that throws ends what it belongs to, and nothing else hears of it', () => {
  const { log, lines } = makeLog()
  const ended: unknown[] = []
  const guard = new Guard('a session', log, (error) => ended.push(error))
  const emitter = new EventEmitter()
  guard.on(emitter, 'data', thrower)
  guard.once(emitter, 'close', thrower)
  emitter.emit('data', 1)
  emitter.emit('close')
  emitter.emit('close')
  assert.equal(guard.run(thrower), undefined)
  assert.equal(
    guard.run(() => 7),
    7,
  )
  assert.deepEqual(ended, [emfile, emfile, emfile])
  assert.match(lines[0] ?? '', /in a session/)
})

test('an end that throws, and a log that can’t be written, stay inside', () => {
  new Guard('a session', silentLogger, thrower).fault(emfile)
  new Guard('a session', { ...silentLogger, error: thrower }, thrower).fault(emfile)
})

test('a rejected promise that nobody awaits ends what it belongs to', async () => {
  const ended: unknown[] = []
  new Guard('a job', silentLogger, (error) => ended.push(error)).watch(Promise.reject(emfile))
  await Promise.resolve()
  await Promise.resolve()
  assert.deepEqual(ended, [emfile])
})

test('a timer of a guarded clock throws into the log alone', () => {
  const fake = new FakeClock()
  const { log, lines } = makeLog()
  const clock = guardedClock(fake, log)
  const ran: string[] = []
  clock.after(1, thrower)
  clock.after(2, () => ran.push('next'))
  clock.after(3, () => ran.push('cancelled')).cancel()
  fake.advance(5)
  assert.deepEqual([ran, lines.length, clock.nowMs()], [['next'], 1, 5])
})

test('a process goes on after a throw that nobody caught, and ends after a BugError alone', () => {
  const source = new EventEmitter()
  const exits: number[] = []
  const { log, lines } = makeLog()
  goOnAfterFaults(source, log, () => exits.push(1))
  source.emit('uncaughtException', emfile, 'uncaughtException')
  source.emit('uncaughtException', 'a string', 'unhandledRejection')
  assert.deepEqual([exits.length, lines.length], [0, 2])
  source.emit('uncaughtException', new BugError('no such move'), 'uncaughtException')
  assert.equal(exits.length, 1)
})
