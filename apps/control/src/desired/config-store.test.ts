import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel } from '@sluice/contract/api'
import { paths } from '@sluice/contract/api'
import { openDatabase } from '../db/index.ts'
import { startTestControl } from '../testing/control-under-test.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'
import { ConfigStore } from './config-store.ts'

/** A store of its own beside a control that writes, which tells this store nothing. */
async function makeStore(t: { after(run: () => Promise<void>): void }) {
  const under = await startTestControl()
  t.after(() => under.stop())
  const url = await testDatabaseUrl(under.dataDir)
  const db = await openDatabase(url === undefined ? { kind: 'sqlite', path: `${under.dataDir}/sluice.db` } : { kind: 'postgres', url })
  t.after(() => db.destroy())
  const workspace = await under.newWorkspace()
  const create = async (name: string): Promise<string> => (await workspace.operator.ok<Channel>('POST', paths.channels, { name })).id
  const rename = (id: string, name: string): Promise<unknown> => workspace.operator.ok('PATCH', paths.channel(id), { name })
  const store = new ConfigStore(db)
  return { store, create, rename, workspaceId: workspace.id, remove: (id: string) => workspace.operator.ok('DELETE', paths.channel(id)) }
}

test('a channel that a commit changed is not answered out of memory until it was read again', async (t) => {
  const { store, create, rename, workspaceId } = await makeStore(t)
  const id = await create('before')
  await store.load()
  assert.equal(store.one(workspaceId, id)?.channel.name, 'before')
  await rename(id, 'after')
  store.changed(id)
  assert.equal(store.one(workspaceId, id), undefined)
  assert.equal(store.page(workspaceId, undefined, 10), undefined)
  await store.reload(id)
  assert.equal(store.one(workspaceId, id)?.channel.name, 'after')
})

test('a commit while the channel is read leaves it to be read once more', async (t) => {
  const { store, create, workspaceId } = await makeStore(t)
  const id = await create('A')
  await store.load()
  store.changed(id)
  const reading = store.reload(id)
  store.changed(id)
  await reading
  assert.equal(store.one(workspaceId, id), undefined)
  await store.reload(id)
  assert.equal(store.one(workspaceId, id)?.channel.id, id)
})

test('pages are in the order of ids, over channels that come and go, and of one workspace alone', async (t) => {
  const { store, create, remove, workspaceId } = await makeStore(t)
  const ids: string[] = []
  for (const name of ['A', 'B', 'C', 'D']) ids.push(await create(name))
  for (const id of [ids[3]!, ids[0]!, ids[2]!, ids[1]!, ids[2]!]) await store.reload(id)
  const page = (after: string | undefined, count: number) => store.page(workspaceId, after, count)?.map(({ channel }) => channel.id)
  assert.deepEqual(page(undefined, 10), ids)
  assert.deepEqual(page(ids[0], 2), [ids[1], ids[2]])
  assert.deepEqual(page(ids[3], 2), [])
  assert.deepEqual(store.page('another', undefined, 10), [])
  assert.equal(store.one('another', ids[0]!), null)
  await remove(ids[1]!)
  await store.reload(ids[1]!)
  await store.reload(ids[1]!)
  assert.deepEqual(page(undefined, 10), [ids[0], ids[2], ids[3]])
  assert.equal(store.one(workspaceId, ids[1]!), null)
})
