import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Clock, systemClock } from '@sluice/base/clock'
import { type Channel, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { eventually } from '@sluice/testkit/wait'
import { startTestControl } from '../testing/control-under-test.ts'

test('a Sluice that starts in a wrong year says so in the log of every workspace, once', { timeout: 60_000 }, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-year-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const inTenYears: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + 3650 * 86_400_000 }
  let workspaceId = ''
  for (const [clock, times] of [
    [systemClock, 0],
    [inTenYears, 1],
    [inTenYears, 1],
  ] as const) {
    const under = await startTestControl({ dataDir, clock })
    try {
      if (workspaceId === '') workspaceId = (await under.newWorkspace()).id
      const operator = under.operator.with({ 'sluice-workspace': workspaceId })
      const { id } = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
      const items = async () => (await operator.ok<Page<StoredEvent>>('GET', paths.eventLog)).items
      // Stored behind all that the start had to say.
      const seen = await eventually(items, (all) => all.some(({ name, channelId }) => name === 'channel.created' && channelId === id))
      assert.equal(seen.filter(({ name }) => name === 'clock.doubted').length, times)
      await operator.ok('DELETE', paths.channel(id))
    } finally {
      await under.stop()
    }
  }
})
