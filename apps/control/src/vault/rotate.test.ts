import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Clock, systemClock } from '@sluice/base/clock'
import { type Channel, paths, type VaultRotation } from '@sluice/contract/api'
import { databasePlace, newId, openDatabase } from '../db/index.ts'
import { onBothDatabases } from '../testing/both-databases.ts'
import { startTestControl } from '../testing/control-under-test.ts'
import { finishRotation, openVault, rotateVault } from './index.ts'
import { sealedColumns } from './sealed-columns.ts'

onBothDatabases('vault rotation', (makeDatabase) => {
  test('every sealed value of 450 opens under the new key, and the old key is forgotten only then', async () => {
    const db = await openDatabase(await makeDatabase())
    const folder = mkdtempSync(join(tmpdir(), 'sluice-rotate-'))
    const file = join(folder, 'vault.key')
    try {
      const vault = openVault(null, file)
      const oldKeyId = vault.currentKeyId
      const names = Array.from({ length: 450 }, () => newId())
      const place = (row: string) => ({ table: 'deployment', column: 'value', row })
      await db
        .insertInto('deployment')
        .values([
          ...names.map((name) => ({ name, value: vault.seal(place(name), `secret ${name}`) })),
          { name: 'plain', value: 'v1 is no seal' },
        ])
        .execute()
      assert.equal(await rotateVault(db, vault), 450)
      assert.equal(vault.keyIds.length, 2)
      const late = newId()
      // Sealed by a request that began before the rotation, under the old key.
      const old = openVault(readFileSync(file, 'utf8').trim().split('\n')[1]!, file)
      assert.equal(old.currentKeyId, oldKeyId)
      await db
        .insertInto('deployment')
        .values({ name: late, value: old.seal(place(late), `secret ${late}`) })
        .execute()
      await finishRotation(db, vault)
      assert.equal(vault.keyIds.length, 1)
      const rows = await db.selectFrom('deployment').selectAll().where('name', '!=', 'plain').execute()
      const after = openVault(null, file)
      for (const { name, value } of rows) assert.equal(after.open(place(name), value), `secret ${name}`)
      assert.equal(rows.length, 451)
    } finally {
      await db.destroy()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

test('a rotation by the API keeps keys, sessions and specs whole over a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-rotate-'))
  const first = await startTestControl({ dataDir: folder })
  const channel = await first.operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const before = readFileSync(join(folder, 'vault.key'), 'utf8')
  const { reencrypted, keyId } = await first.operator.ok<VaultRotation>('POST', paths.vaultRotate)
  // Two stream keys, a play token, the session secret, the setup code.
  assert.equal(reencrypted, 5)
  assert.equal((await first.operator.ok<Channel>('GET', paths.channel(channel.id))).inputs[0]?.streamKey, channel.inputs[0]?.streamKey)
  await first.stop()
  const second = await startTestControl({ dataDir: folder })
  assert.equal((await second.operator.ok<Channel>('GET', paths.channel(channel.id))).inputs[0]?.streamKey, channel.inputs[0]?.streamKey)
  await second.stop()
  const after = readFileSync(join(folder, 'vault.key'), 'utf8').trim().split('\n')
  assert.equal(after.length, 1)
  assert.notEqual(after[0], before.trim())
  assert.match(keyId, /^[0-9a-f]{8}$/)
  rmSync(folder, { recursive: true, force: true })
})

test('a single key of the settings cannot be rotated by the API; two can', async () => {
  const [old, next] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
  const folder = mkdtempSync(join(tmpdir(), 'sluice-rotate-'))
  const first = await startTestControl({ dataDir: folder, flags: ['--secret-key', old] })
  await first.operator.ok('POST', paths.channels, { name: 'Show' })
  assert.equal((await first.operator.refused('POST', paths.vaultRotate)).code, 'VAULT_KEY_FIXED')
  await first.stop()
  const second = await startTestControl({ dataDir: folder, flags: ['--secret-key', `${next},${old}`] })
  await second.operator.ok('POST', paths.vaultRotate)
  await second.stop()
  const third = await startTestControl({ dataDir: folder, flags: ['--secret-key', next] })
  assert.equal((await third.operator.get(paths.channels)).status, 200)
  await third.stop()
  await assert.rejects(startTestControl({ dataDir: folder, flags: ['--secret-key', old] }), /needs vault key/)
  rmSync(folder, { recursive: true, force: true })
})

test('every column whose name says that it is sealed is one that a rotation goes through', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-rotate-'))
  const db = await openDatabase(databasePlace(folder, null))
  const tables = await db.introspection.getTables()
  const sealed = tables.flatMap(({ name, columns }) =>
    columns.filter((column) => column.name.endsWith('_sealed')).map((column) => `${name}.${column.name}`),
  )
  const covered = sealedColumns.map(({ table, column }) => `${table}.${column}`)
  assert.deepEqual(
    sealed.filter((name) => !covered.includes(name as (typeof covered)[number])),
    [],
  )
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

test('engines are told of changes after the old key is gone, passphrases of untouched channels among them', {
  timeout: 60_000,
}, async () => {
  const graceMs = 60_000
  const clock: Clock = { ...methodsOf(systemClock), after: (ms, run) => systemClock.after(ms === graceMs ? 1 : ms, run) }
  const under = await startTestControl({ clock })
  try {
    const untouched = await under.operator.ok<Channel>('POST', paths.channels, { name: 'A' })
    await under.operator.ok('PATCH', paths.input(untouched.inputs[0]!.id), { srt: { passphrase: 'a passphrase of ten' } })
    await under.operator.ok<VaultRotation>('POST', paths.vaultRotate)
    const keys = (): number => readFileSync(join(under.dataDir, 'vault.key'), 'utf8').trim().split('\n').length
    while (keys() > 1) await new Promise((resolve) => setImmediate(resolve))
    const made = await under.operator.ok<Channel>('POST', paths.channels, { name: 'B' })
    assert.equal(made.applied, true)
    const { inputs } = await under.operator.ok<Channel>('GET', paths.channel(untouched.id))
    assert.deepEqual(
      inputs.map(({ streamKey }) => streamKey),
      untouched.inputs.map(({ streamKey }) => streamKey),
    )
  } finally {
    await under.stop()
  }
})

const methodsOf = (clock: Clock): Clock => ({
  nowMs: () => clock.nowMs(),
  wallMs: () => clock.wallMs(),
  after: (ms, run) => clock.after(ms, run),
})
