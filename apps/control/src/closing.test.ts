import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Closing, type Ending } from './closing.ts'

test('parts end in their own order, whatever order they were started in, and only those that were', async () => {
  const closing = new Closing()
  const ended: string[] = []
  for (const part of ['data folder', 'database', 'jobs', 'server', 'engines'] as const) {
    closing.add(part, async (ending: Ending) => void ended.push(`${part} ${ending}`))
  }
  await closing.run('leave', assert.ifError)
  assert.deepEqual(ended, ['engines leave', 'server leave', 'jobs leave', 'database leave', 'data folder leave'])
})

test('a part that fails keeps no other from its end', async () => {
  const closing = new Closing()
  const ended: string[] = []
  closing.add('events', () => Promise.reject(new Error('disk full')))
  closing.add('clips', () => {
    throw new Error('gone')
  })
  closing.add('database', () => void ended.push('database'))
  await closing.run('stop', (part, error) => ended.push(`${part}: ${(error as Error).message}`))
  assert.deepEqual(ended, ['clips: gone', 'events: disk full', 'database'])
})
