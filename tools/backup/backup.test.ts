import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { makeBackup } from './backup.ts'

test('a backup holds the database as of one moment, while it is written to, and what opens its secrets', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-backup-'))
  try {
    const dataDir = path.join(folder, 'data')
    mkdirSync(path.join(dataDir, 'tls'), { recursive: true })
    writeFileSync(path.join(dataDir, 'vault.key'), 'key')
    writeFileSync(path.join(dataDir, 'tls', 'rtmps.crt'), 'certificate')
    mkdirSync(path.join(dataDir, 'clips', 'slates'), { recursive: true })
    const clip = '01900000-0000-7000-8000-000000000001'
    for (const name of [`${clip}.flv`, `${clip}.flv.part`, 'test-card.flv', 'slates/k.flv'])
      writeFileSync(path.join(dataDir, 'clips', name), 'loop')
    const db = new DatabaseSync(path.join(dataDir, 'sluice.db'))
    db.exec('pragma journal_mode=wal; create table t (n integer); insert into t values (1), (2); begin; insert into t values (3)')

    const target = path.join(folder, 'backup')
    assert.deepEqual(makeBackup(dataDir, target), { copied: ['sluice.db', 'vault.key', 'tls', 'clips'], hasDatabase: true })
    db.exec('commit')
    db.close()
    const copy = new DatabaseSync(path.join(target, 'sluice.db'))
    assert.equal(copy.prepare('select sum(n) as sum from t').get()?.['sum'], 3)
    copy.close()
    assert.equal(readFileSync(path.join(target, 'vault.key'), 'utf8'), 'key')
    assert.ok(existsSync(path.join(target, 'tls', 'rtmps.crt')))
    assert.deepEqual(readdirSync(path.join(target, 'clips')), [`${clip}.flv`])
    assert.equal(statSync(target).mode & 0o777, 0o700)

    assert.throws(() => makeBackup(dataDir, target), /is not empty/)
    assert.throws(() => makeBackup(path.join(folder, 'nothing'), path.join(folder, 'other')), /holds no data of Sluice/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
