import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FakeClock } from '@sluice/testkit/clock'
import { KernelQueues } from './kernel-queues.ts'

const ends = { localAddress: '127.0.0.1', localPort: 40_000, remoteAddress: '127.0.0.2', remotePort: 1935 }
const row = (heldBytes: number): string =>
  `   1: 0100007F:9C40 0200007F:078F 01 ${heldBytes.toString(16).toUpperCase().padStart(8, '0')}:00000000 01:00000014`

test('looks are taken while somebody asks, and tell what was flushed before them', async () => {
  const clock = new FakeClock()
  const state = { flushed: 1000, held: 400, reads: 0 }
  const queues = new KernelQueues({
    clock,
    readTables: async () => {
      state.reads++
      state.flushed += 50 // written while the kernel counts
      return row(state.held)
    },
  })
  const ask = () => queues.look(ends, () => state.flushed)
  assert.equal(ask(), null)
  await turn()
  assert.deepEqual(ask(), { takenBytes: 600, heldBytes: 400, isShut: false, atMs: 0 })
  clock.advance(500)
  await turn()
  assert.deepEqual(ask(), { takenBytes: 650, heldBytes: 400, isShut: false, atMs: 500 })
  for (let i = 0; i < 20; i++) {
    clock.advance(500)
    await turn()
  }
  assert.deepEqual([state.reads, clock.pendingTimers], [6, 0])
  ask()
  await turn()
  assert.equal(state.reads, 7)
})

test('a connection that is not in the table, and a machine without tables, tell nothing', async () => {
  const clock = new FakeClock()
  const elsewhere = new KernelQueues({ clock, readTables: async () => row(5) })
  const ask = (queues: KernelQueues) => queues.look({ ...ends, localPort: 1 }, () => 10)
  ask(elsewhere)
  await turn()
  assert.equal(ask(elsewhere), null)
  const state = { reads: 0 }
  const blind = new KernelQueues({
    clock: new FakeClock(),
    readTables: async () => {
      state.reads++
      throw new Error('no such file')
    },
  })
  for (let i = 0; i < 3; i++) {
    assert.equal(ask(blind), null)
    await turn()
  }
  assert.equal(state.reads, 1)
})

test('a look that failed is followed by others: the tables are back once descriptors are', async () => {
  const clock = new FakeClock()
  const state = { isOut: true, reads: 0 }
  const queues = new KernelQueues({
    clock,
    readTables: async () => {
      state.reads++
      if (state.isOut) throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
      return row(5)
    },
  })
  const ask = () => queues.look(ends, () => 10)
  ask()
  await turn()
  state.isOut = false
  for (let i = 0; i < 12 && ask() === null; i++) {
    clock.advance(500)
    await turn()
  }
  assert.equal(ask()?.heldBytes, 5)
  assert.ok(state.reads <= 4, `${state.reads} reads`)
})
