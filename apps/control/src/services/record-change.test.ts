import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { openDatabase } from '../db/index.ts'
import { loadCatalogue } from '../destinations/index.ts'
import { onBothDatabases } from '../testing/both-databases.ts'
import { openVault } from '../vault/index.ts'
import { type Effect, inTransaction, type Platform, recordChange, type ServiceContext } from './index.ts'
import type { Change } from './record-change.ts'

const renamed: Change = {
  channels: ['a', 'b', 'a'],
  audit: { action: 'channel.update', subjectId: 'a', summary: 'Renamed.' },
  event: { name: 'channel.updated', channelId: 'a', subjectId: 'a', message: 'renamed' },
  reread: ['c'],
  also: [{ type: 'due' }],
}

onBothDatabases('recordChange', (makeDatabase) => {
  async function open() {
    const db = await openDatabase(await makeDatabase())
    const times = { created_at_ms: 1, updated_at_ms: 1 }
    await db.insertInto('workspace').values({ id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: '' }).execute()
    for (const id of ['a', 'b', 'c']) {
      const names = { play_id: id, preview_id: id, play_token_sealed: id, play_token_hash: id }
      const row = { id, workspace_id: 'w', name: id, lock: 'auto', revision: 1, engine_id: null, ...names, ...times } as const
      await db.insertInto('channel').values(row).execute()
    }
    const told: Effect[][] = []
    const clock = new FakeClock()
    const platform: Platform = {
      db,
      clock,
      vault: openVault(Buffer.alloc(32, 7).toString('base64'), ''),
      catalogue: loadCatalogue(),
      plans: {
        hardware: { encoders: [], refused: [], held: [] },
        facts: () => ({
          channelId: 'c',
          liveSinceMs: null,
          others: [],
          sources: [],
          machine: { cores: 2, calibration: null, problem: null, correction: 1 },
        }),
        rungIds: () => new Set(),
      },
      allowPrivateTargets: false,
      mail: null,
      srtInputPorts: null,
      onCommitted: async (effects) => void told.push([...effects]),
      onUnsure: () => {},
      onResealed: async () => {},
    }
    const actor = { kind: 'user', id: 'u', name: 'Uma' } as const
    const ctx: ServiceContext = { platform, workspaceId: 'w', actor, scopes: new Set() }
    const revisions = async () =>
      (await db.selectFrom('channel').select(['id', 'revision']).orderBy('id').execute()).map((row) => row.revision)
    return { db, ctx, told, revisions }
  }

  test('raises the revision of each channel once, writes the audit row, and tells all after the commit', async () => {
    const { db, ctx, told, revisions } = await open()
    await inTransaction(ctx, (tx, write) => recordChange(tx, write, renamed))
    assert.deepEqual(await revisions(), [2, 2, 1])
    const rows = await db.selectFrom('audit').select(['action', 'actor', 'subject_id']).execute()
    assert.deepEqual(rows, [{ action: 'channel.update', actor: 'Uma', subject_id: 'a' }])
    const channels = told[0]!.flatMap((effect) => (effect.type === 'channel' ? [effect.channelId] : []))
    assert.deepEqual(channels, ['a', 'b', 'c'])
    assert.deepEqual(
      told[0]!.map((effect) => effect.type),
      ['channel', 'channel', 'channel', 'due', 'event'],
    )
    await db.destroy()
  })

  test('a transaction that fails leaves no row and tells nobody', async () => {
    const { db, ctx, told, revisions } = await open()
    const failing = inTransaction(ctx, async (tx, write) => {
      await recordChange(tx, write, renamed)
      throw new Error('refused')
    })
    await assert.rejects(failing, /refused/)
    assert.deepEqual([told, await revisions(), (await db.selectFrom('audit').selectAll().execute()).length], [[], [1, 1, 1], 0])
    await db.destroy()
  })
})

test('a change that forgets its channels, its audit row or its event does not compile', () => {
  // @ts-expect-error channels are missing
  const first: Change = { audit: renamed.audit, event: null }
  // @ts-expect-error the audit row is missing
  const second: Change = { channels: [], event: null }
  // @ts-expect-error the event is missing
  const third: Change = { channels: [], audit: renamed.audit }
  assert.equal([first, second, third].length, 3)
})
