import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Logger } from '@sluice/base/log'
import { RowQueue } from './row-queue.ts'

/** A queue whose database does what `answer` says of each batch, and all that was logged. */
function makeQueue(answer: (rows: readonly number[]) => Promise<unknown> | unknown) {
  const batches: number[][] = []
  const said: string[] = []
  // cast: of a logger the queue uses `error` alone
  const log = { error: (about: { rows?: number }, text: string) => said.push(`${about.rows ?? ''} ${text}`.trim()) } as unknown as Logger
  const insert = async (rows: readonly number[]) => {
    await answer(rows)
    batches.push([...rows])
  }
  return { queue: new RowQueue<number>({ log, what: 'figures', insert }), batches, said }
}
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)
const away = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))

test('rows are written in order, a hundred at a time, and those that come meanwhile after them', async () => {
  const { queue, batches } = makeQueue(() => {})
  queue.add(numbers(150))
  queue.write()
  queue.add([150])
  await queue.close()
  assert.deepEqual([batches.map(({ length }) => length), batches.flat()], [[100, 51], numbers(151)])
  assert.equal(queue.waiting.length, 0)
})

test('rows wait while the database is away, and are written when it is back', async () => {
  let isAway = true
  const { queue, batches, said } = makeQueue(() => (isAway ? away() : undefined))
  queue.add([1, 2])
  queue.write()
  await new Promise(setImmediate)
  assert.deepEqual([queue.waiting, said], [[1, 2], ['figures of a minute could not be stored']])
  isAway = false
  queue.add([3])
  await queue.close()
  assert.deepEqual(batches, [[1, 2, 3]])
})

test('what the database refuses is given up: it must not hold up what comes after', async () => {
  const { queue, batches } = makeQueue((rows) => (rows.includes(1) ? Promise.reject(new Error('no such channel')) : undefined))
  queue.add([1])
  await queue.close()
  queue.add([2])
  await queue.close()
  assert.deepEqual(batches, [[2]])
})

test('of too many the oldest are lost, and the log says how many once the rest is written', async () => {
  const { queue, batches, said } = makeQueue(() => {})
  queue.add(numbers(5003))
  await queue.close()
  assert.equal(batches.flat()[0], 3)
  assert.deepEqual(said, ['3 figures were lost: the database was unavailable for too long'])
})
