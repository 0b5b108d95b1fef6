import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { warmUp } from './warm-up.ts'

test('the warm-up has its frames come through both of its outputs, and leaves nothing open', async () => {
  const openBefore = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
  const framesThrough = await warmUp({ clock: systemClock, log: silentLogger, pictures: 300 })
  // Each picture comes with sound, to two outputs; the first that are sent wait for their connections.
  assert.ok(framesThrough > 300, `${framesThrough} frames`)
  while (process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length > openBefore) {
    await new Promise((resolve) => setImmediate(resolve))
  }
})
