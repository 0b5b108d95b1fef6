import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import type { InputRole } from '@sluice/base/words'
import { Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { onBothDatabases } from '../testing/both-databases.ts'
import { GuardedPostgresDialect, sqliteDialect } from './dialects.ts'
import { commit, type Database, type DatabasePlace, newId, openDatabase } from './index.ts'
import { migrations } from './migrations/index.ts'
import type { ActorKind, Tables } from './tables/index.ts'

/** Without any schema. */
const openBare = async (place: DatabasePlace): Promise<Database> =>
  new Kysely<Tables>({ dialect: place.kind === 'sqlite' ? sqliteDialect(place.path) : new GuardedPostgresDialect(place.url) })

onBothDatabases('database', (makeDatabase) => {
  const opened: Database[] = []
  const open = async (): Promise<Database> => {
    const db = await openDatabase(await makeDatabase())
    opened.push(db)
    return db
  }
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy()
  })
  const workspace = (id = newId()) => ({ id, name: 'W', slug: id, logo: null, metadata: null, created_at: new Date(0).toISOString() })

  test('a committed row is there, a failed transaction leaves none', async () => {
    const db = await open()
    await commit(db, (tx) => tx.insertInto('workspace').values(workspace('kept')).execute())
    const failing = commit(db, async (tx) => {
      await tx.insertInto('workspace').values(workspace('lost')).execute()
      throw new Error('no')
    })
    await assert.rejects(failing, /no/)
    const rows = await db.selectFrom('workspace').select('id').execute()
    assert.deepEqual(rows, [{ id: 'kept' }])
  })

  test('the outer handle inside a transaction is refused at once', async () => {
    const db = await open()
    const wrong = commit(db, () => db.selectFrom('workspace').selectAll().execute())
    await assert.rejects(wrong, /outer database handle/)
    assert.deepEqual(await db.selectFrom('workspace').selectAll().execute(), [])
  })

  test('whole numbers of 53 bits and any text come back as they went in', async () => {
    const db = await open()
    await db.insertInto('workspace').values(workspace('w')).execute()
    const message = 'ключ "quoted" \\ \n 🎥 %_'
    const at_ms = Number.MAX_SAFE_INTEGER
    const row = {
      workspace_id: 'w',
      channel_id: null,
      subject_id: null,
      at_ms,
      name: 'channel.live' as const,
      severity: 'info' as const,
      message,
      data: '{}',
    }
    await db
      .insertInto('event')
      .values({ ...row, engine_run_id: null, engine_seq: null })
      .execute()
    const read = await db.selectFrom('event').select(['seq', 'at_ms', 'message']).executeTakeFirstOrThrow()
    assert.deepEqual(read, { seq: 1, at_ms, message })
  })

  test('checks, references and unique columns hold', async () => {
    const db = await open()
    const member = { id: 'm', workspace_id: 'none', user_id: 'none', role: 'owner', created_at: '' } as const
    await assert.rejects(db.insertInto('workspace_member').values(member).execute(), /foreign key/i)
    await db.insertInto('workspace').values(workspace('w')).execute()
    await assert.rejects(
      db
        .insertInto('workspace')
        .values({ ...workspace('x'), slug: 'w' })
        .execute(),
      /unique/i,
    )
    const bad = {
      id: 'a',
      workspace_id: 'w',
      at_ms: 1,
      actor_kind: 'ghost' as ActorKind,
      actor_id: '',
      actor: '',
      action: '',
      summary: '',
      detail: '',
    }
    await assert.rejects(
      db
        .insertInto('audit')
        .values({ ...bad, subject_id: null })
        .execute(),
      /check/i,
    )
  })

  test('a flag is true or false in a row and in a question, and 0 or 1 in its column', async () => {
    const db = await open()
    await db.insertInto('workspace').values(workspace('w')).execute()
    const facts = { problem_code: null, problem: null, bytes: null, duration_ms: null, width: null, height: null, fps_milli: null }
    const common = { workspace_id: 'w', content_type: 'video/mp4', state: 'ready', upload_bytes: 1, created_at_ms: 1, ...facts } as const
    await db
      .insertInto('clip')
      .values([
        { id: 'a', name: 'true', has_audio: true, ...common },
        { id: 'b', name: 'false', has_audio: false, ...common },
      ])
      .execute()
    const read = await db.selectFrom('clip').select(['id', 'has_audio']).orderBy('id').execute()
    assert.deepEqual(read, [
      { id: 'a', has_audio: true },
      { id: 'b', has_audio: false },
    ])
    assert.deepEqual(await db.selectFrom('clip').select('id').where('has_audio', '=', false).execute(), [{ id: 'b' }])
    const changed = await commit(db, (tx) => tx.updateTable('clip').set({ has_audio: true }).where('id', '=', 'b').returningAll().execute())
    assert.deepEqual(
      changed.map((row) => row.has_audio),
      [true],
    )
    const { rows } = await sql<{ stored: number }>`select has_audio as stored from clip order by id`.execute(db)
    assert.deepEqual(
      rows.map((row) => row.stored),
      [1, 1],
    )
  })

  test('every index is named at its table, with the query that it serves, and no other', async () => {
    const place = await makeDatabase()
    const db = await openDatabase(place)
    opened.push(db)
    const made =
      place.kind === 'sqlite'
        ? sql<{ name: string }>`select name from sqlite_master where type = 'index' and sql is not null`
        : sql<{ name: string }>`select i.relname as name from pg_index x join pg_class i on i.oid = x.indexrelid
            join pg_namespace n on n.oid = i.relnamespace
            left join pg_constraint c on c.conindid = x.indexrelid where n.nspname = current_schema() and c.oid is null`
    const { rows } = await made.execute(db)
    const folder = join(import.meta.dirname, 'tables')
    const text = globSync('*.ts', { cwd: folder })
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n')
    const named = [...text.matchAll(/^ \* - (?:unique )?`([a-z]\w*_(?:by|play|srt)_\w+)`/gm)].map(([, name]) => name!)
    // better-auth's own tables, of which control reads nothing.
    const unread = ['auth_verification_by_identifier']
    assert.deepEqual(
      rows
        .map((row) => row.name)
        .filter((name) => !unread.includes(name))
        .toSorted(),
      named.toSorted(),
    )
  })

  test('parallel transactions wait for each other and lose no update', async () => {
    const db = await open()
    await db.insertInto('deployment').values({ name: 'n', value: '0' }).execute()
    const add = () =>
      commit(db, async (tx) => {
        // The write comes first: it takes the row's lock on PostgreSQL, where a plain read takes none.
        await tx.updateTable('deployment').set({ value: sql`cast(cast(value as integer) + 1 as text)` }).where('name', '=', 'n').execute()
      })
    await Promise.all(Array.from({ length: 20 }, add))
    const { value } = await db.selectFrom('deployment').select('value').executeTakeFirstOrThrow()
    assert.equal(value, '20')
  })

  test('a second opening migrates nothing and keeps the rows', async () => {
    const place = await makeDatabase()
    const first = await openDatabase(place)
    await first.insertInto('deployment').values({ name: 'a', value: 'b' }).execute()
    await first.destroy()
    const second = await openDatabase(place)
    opened.push(second)
    assert.equal((await second.selectFrom('deployment').selectAll().execute()).length, 1)
  })

  test('stored events follow a name that changed', async () => {
    const place = await makeDatabase()
    const db = await openBare(place)
    opened.push(db)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    assert.equal((await migrator.migrateTo('0013-playback')).error, undefined)
    for (const name of ['output.unmoved', 'output.moved'])
      await sql`insert into event (name, at_ms, severity, message, data) values (${name}, 1, 'info', 'm', '{}')`.execute(db)
    assert.equal((await migrator.migrateToLatest()).error, undefined)
    const rows = await db.selectFrom('event').select('name').orderBy('seq').execute()
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['output.move_failed', 'output.moved'],
    )
  })

  test('what was planned before there were jobs, and what an earlier run had not finished, gets its job', async () => {
    const db = await openBare(await makeDatabase())
    opened.push(db)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    assert.equal((await migrator.migrateTo('0015-broadcasts')).error, undefined)
    await db.insertInto('workspace').values(workspace('w')).execute()
    const times = { created_at_ms: 1000, updated_at_ms: 1000 }
    const destination = { workspace_id: 'w', name: 'D', class: 'A' as const, platform: 'custom', url: 'rtmp://a/b', ...times }
    const kind = { credential: 'rotating' as const, origin: 'kept' as const, granted_to: 'workspace' as const, tls_verify: true }
    for (const [id, due] of [
      ['planned', { next_at_ms: 5000 }],
      ['rhythm', { rotate_every_days: 1 }],
      ['told', { rotate_every_days: 1, overdue_told_at_ms: 7 }],
      ['plain', {}],
    ] as const)
      await db
        .insertInto('destination')
        .values({ ...destination, ...kind, ...due, id } as never)
        .execute()
    const clip = {
      workspace_id: 'w',
      name: 'C',
      content_type: 'image/png' as const,
      upload_bytes: 1,
      has_audio: false,
      created_at_ms: 2000,
    }
    for (const state of ['converting', 'ready'] as const)
      await db
        .insertInto('clip')
        .values({ ...clip, id: state, state })
        .execute()
    assert.equal((await migrator.migrateToLatest()).error, undefined)
    const jobs = await db.selectFrom('job').selectAll().orderBy('due_at_ms').execute()
    assert.deepEqual(
      jobs.map(({ kind, subject_id, due_at_ms, state }) => [kind, subject_id, due_at_ms, state]),
      [
        ['clip.convert', 'converting', 2000, 'waiting'],
        ['key.rotate', 'planned', 5000, 'waiting'],
        ['key.overdue', 'rhythm', 1000 + 86_400_000, 'waiting'],
      ],
    )
  })

  test('people of before keep their roles, and a viewer is an observer', async () => {
    const place = await makeDatabase()
    const db = await openBare(place)
    opened.push(db)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    assert.equal((await migrator.migrateTo('0014-event-names')).error, undefined)
    await db.insertInto('workspace').values(workspace('w')).execute()
    for (const role of ['owner', 'operator', 'viewer']) {
      await sql`insert into auth_user (id, name, email, email_verified, created_at, updated_at) values (${role}, 'n', ${role}, 0, '', '')`.execute(
        db,
      )
      await sql`insert into workspace_member (id, workspace_id, user_id, role, created_at) values (${role}, 'w', ${role}, ${role}, '')`.execute(
        db,
      )
    }
    assert.equal((await migrator.migrateToLatest()).error, undefined)
    const rows = await db.selectFrom('workspace_member').select(['user_id', 'role']).orderBy('id').execute()
    assert.deepEqual(
      rows.map(({ user_id, role }) => `${user_id} ${role}`),
      ['operator operator', 'owner owner', 'viewer observer'],
    )
    const wrong = sql`insert into workspace_member (id, workspace_id, user_id, role, created_at) values ('x', 'w', 'owner', 'viewer', '')`
    await assert.rejects(wrong.execute(db))
    await db.deleteFrom('workspace').where('id', '=', 'w').execute()
    assert.equal((await db.selectFrom('workspace_member').select('id').execute()).length, 0)
  })

  test('channels and inputs of before survive the step to more than two inputs, and their references hold', async () => {
    const place = await makeDatabase()
    const db = await openBare(place)
    opened.push(db)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    assert.equal((await migrator.migrateTo('0004-failover')).error, undefined)
    await db.insertInto('workspace').values(workspace('w')).execute()
    const times = { created_at_ms: 1, updated_at_ms: 1 }
    const channel = {
      id: 'c',
      workspace_id: 'w',
      name: 'C',
      lock: 'backup' as const,
      failover: '{}',
      revision: 7,
      engine_id: null,
      ...times,
    }
    await db
      .insertInto('channel')
      .values({ ...channel, play_token_sealed: 's', play_token_hash: 'h' })
      .execute()
    const input = (id: string, role: InputRole) => ({
      ...{ id, channel_id: 'c', role, enabled: true, key_sealed: id, key_hash: id, srt_latency_ms: 500 },
      ...{ srt_passphrase_sealed: null, pull_url: 'srt://a:1', pull_sealed: 'x' },
    })
    await db
      .insertInto('input')
      .values([input('p', 'primary'), input('b', 'backup')])
      .execute()
    const before = await db.selectFrom('input').selectAll().orderBy('id').execute()
    assert.equal((await migrator.migrateToLatest()).error, undefined)
    assert.equal((await db.selectFrom('channel').select('lock').executeTakeFirstOrThrow()).lock, 'backup')
    assert.deepEqual(
      await db
        .selectFrom('input')
        .select(Object.keys(before[0]!) as 'id'[])
        .orderBy('id')
        .execute(),
      before,
    )
    await db.insertInto('input').values(input('b7', 'backup7')).execute()
    await db.updateTable('channel').set({ lock: 'backup7' }).execute()
    await assert.rejects(
      db
        .insertInto('input')
        .values(input('x', 'backup8' as InputRole))
        .execute(),
      /check/i,
    )
    await assert.rejects(db.insertInto('input').values(input('x', 'backup7')).execute(), /unique/i)
    await assert.rejects(
      db
        .updateTable('channel')
        .set({ lock: 'backup8' as InputRole })
        .execute(),
      /check/i,
    )
    await db.deleteFrom('channel').execute()
    assert.deepEqual(await db.selectFrom('input').selectAll().execute(), [])
  })

  test('a schema from the future is refused in plain words', async () => {
    const place = await makeDatabase()
    const db = await openDatabase(place)
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', 'x')`.execute(db)
    await db.destroy()
    await assert.rejects(openDatabase(place), /is from a newer version of Sluice/)
  })
})

test('a database out of reach is one sentence without the password', async () => {
  const error = await openDatabase({ kind: 'postgres', url: 'postgres://u:hidden-word@127.0.0.1:1/sluice' }).catch((e: Error) => e)
  assert.ok(error instanceof Error)
  assert.match(error.message, /the PostgreSQL database 'sluice' at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/)
  assert.doesNotMatch(error.message, /hidden-word/)
})

test('ids made later sort later', () => {
  const ids = [newId(1_000), newId(2_000), newId(1_700_000_000_000)]
  assert.deepEqual([...ids].sort(), ids)
  assert.match(ids[2]!, /^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
