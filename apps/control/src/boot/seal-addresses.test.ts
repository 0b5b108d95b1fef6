import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterEach, test } from 'node:test'
import { parseAddress } from '@sluice/base/address'
import { silentLogger } from '@sluice/base/log'
import { type Database, newId, openDatabase } from '../db/index.ts'
import { wholeAddress } from '../destinations/index.ts'
import { onBothDatabases } from '../testing/both-databases.ts'
import { openVault } from '../vault/index.ts'
import { readKept, sealAddresses } from './seal-addresses.ts'

const secret = 'hunter7-hunter7'

onBothDatabases('kept addresses', (makeDatabase) => {
  const opened: Database[] = []
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy()
  })

  test('secrets that were kept in the clear are sealed at start, and what was written about them is rewritten', async () => {
    const place = await makeDatabase()
    const db = await openDatabase(place)
    opened.push(db)
    const vault = openVault(Buffer.alloc(32, 7).toString('base64'), '')
    await db.insertInto('workspace').values({ id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: '' }).execute()
    const kept: [url: string, shown: string, whole: string][] = [
      [
        `srt://h.example:9000?PASSPHRASE=${secret}&StreamID=${secret}-id&latency=80`,
        'srt://h.example:9000?latency=80',
        `srt://h.example:9000?latency=80&passphrase=${secret}`,
      ],
      [`srt://h.example:9000?%70assphrase=${secret}&colour=${secret}`, 'srt://h.example:9000', `srt://h.example:9000?passphrase=${secret}`],
      [`rtmp://h.example/app?token=${secret}`, 'rtmp://h.example/app', `rtmp://h.example/app?token=${secret}`],
      ['rtmp://h.example/live2?backup=1', 'rtmp://h.example/live2?backup=1', 'rtmp://h.example/live2?backup=1'],
    ]
    for (const [url] of kept) {
      const id = newId()
      await db
        .insertInto('destination')
        .values({
          id,
          workspace_id: 'w',
          name: id,
          platform: 'custom',
          origin: 'kept',
          url,
          class: 'B',
          tls_verify: true,
          created_at_ms: 0,
          updated_at_ms: 0,
        } as never)
        .execute()
      await db
        .insertInto('audit')
        .values({
          id: newId(),
          workspace_id: 'w',
          at_ms: 0,
          actor_kind: 'user',
          actor_id: 'a',
          actor: 'A',
          action: 'destination.create',
          subject_id: id,
          summary: `Made it, to ${url}.`,
          detail: JSON.stringify({ url }),
        })
        .execute()
      await db
        .insertInto('event')
        .values({
          workspace_id: 'w',
          channel_id: null,
          subject_id: id,
          at_ms: 0,
          name: 'output.created',
          severity: 'info',
          message: `A added ${url}.`,
          data: '{}',
        })
        .execute()
    }
    assert.equal(await sealAddresses({ db, vault, log: silentLogger }), 3)
    assert.equal(await sealAddresses({ db, vault, log: silentLogger }), 0)
    const rows = await db.selectFrom('destination').selectAll().orderBy('id').execute()
    for (const [i, row] of rows.entries()) {
      const open = (column: 'passphrase_sealed' | 'query_sealed'): string =>
        row[column] === null ? '' : vault.open({ table: 'destination', column, row: row.id }, row[column])
      assert.equal(row.url, kept[i]![1])
      assert.equal(wholeAddress(row.url, { passphrase: open('passphrase_sealed'), query: open('query_sealed') }), kept[i]![2])
    }
    const key = vault.open({ table: 'destination', column: 'key_sealed', row: rows[0]!.id }, rows[0]!.key_sealed!)
    assert.equal(key, `${secret}-id`)
    const texts = JSON.stringify([await db.selectFrom('audit').selectAll().execute(), await db.selectFrom('event').selectAll().execute()])
    assert.doesNotMatch(texts, /hunter7/)
    if (place.kind === 'sqlite') {
      await db.destroy()
      opened.length = 0
      assert.ok(!readFileSync(place.path, 'latin1').includes('hunter7'))
    }
  })
})

test('an address that an earlier version kept is read as that version acted on it', () => {
  assert.deepEqual(readKept('srt://h:1?latency=80&latency=90'), parseAddress('srt://h:1?latency=90'))
  assert.deepEqual(readKept('srt://h:1?MODE=caller&colour=red'), parseAddress('srt://h:1?mode=caller'))
  assert.equal(readKept('rtmp://h./app'), null)
})
