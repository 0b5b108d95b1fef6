import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import {
  type AccountSession,
  type AuditEntry,
  type Channel,
  type CreatedApiKey,
  type CreatedInvitation,
  type Invitation,
  type Member,
  type Page,
  paths,
  type Role,
  type Session,
} from '@sluice/contract/api'
import { type Database, openDatabase } from '../db/index.ts'
import { type Answer, asBrowser, type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { EventStream } from '../testing/event-stream.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }
const password = 'another long one'

let under: ControlUnderTest
let ann: Caller
before(async () => {
  under = await startTestControl()
  ann = asBrowser(under.anyone, await under.anyone.ask('POST', paths.setup, { body: { ...owner, code: under.control.setupCode } }))
})
after(() => under.stop())

const tokenOf = (url: string | null): string => new URL(url ?? '').hash.replace('#token=', '')
const invite = (by: Caller, role: Role, email: string | null = null): Promise<CreatedInvitation> =>
  by.ok('POST', paths.invitations, { role, email })
const join = (token: string, email: string, name = 'Ben'): Promise<Answer> =>
  under.anyone.ask('POST', paths.join, { body: { token, name, email, password } })
const signIn = (email: string, word = password): Promise<Answer> =>
  under.anyone.ask('POST', paths.session, { body: { email, password: word } })

/** The database of this Sluice, beside it. */
async function database(): Promise<Database> {
  const url = await testDatabaseUrl(under.dataDir)
  const place = url === undefined ? ({ kind: 'sqlite', path: `${under.dataDir}/sluice.db` } as const) : ({ kind: 'postgres', url } as const)
  return openDatabase(place, { migrates: false })
}

let people = 0
async function member(role: Role, by: Caller = ann): Promise<{ browser: Caller; email: string; userId: string }> {
  const email = `somebody${++people}@example.com`
  const answer = await join(tokenOf((await invite(by, role)).url), email)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return { browser: asBrowser(under.anyone, answer), email, userId: (answer.body as Session).user!.id }
}

test('an invitation works once, for its role, and its token is stored as a hash alone [TEAM-01]', async () => {
  const made = await invite(ann, 'producer')
  const token = tokenOf(made.url)
  assert.match(token, /^sli_[\w-]{43}$/)
  const look = await under.anyone.ok<{ workspace: string; role: string; invitedBy: string }>('POST', paths.joinLook, { token })
  assert.deepEqual([look.workspace, look.role, look.invitedBy], ['Main', 'producer', 'Ann'])
  const answers = await Promise.all([1, 2, 3].map((i) => join(token, `racer${i}@example.com`)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 404, 404])
  const joined = answers.find(({ status }) => status === 200)!
  assert.equal((joined.body as Session).workspace.role, 'producer')
  assert.equal((await under.anyone.refused('POST', paths.joinLook, { token })).code, 'INVITATION_INVALID')
  const lists = JSON.stringify([await ann.ok('GET', paths.invitations), await ann.ok('GET', paths.audit)])
  assert.ok(!lists.includes(token))
  if ((await testDatabaseUrl(under.dataDir)) === undefined) {
    const file = readFileSync(`${under.dataDir}/sluice.db`, 'latin1') + readFileSync(`${under.dataDir}/sluice.db-wal`, 'latin1')
    assert.ok(!file.includes(token))
  }
})

test('a revoked invitation and one for somebody else let nobody in, and an open one is listed without its link', async () => {
  const revoked = await invite(ann, 'operator')
  await ann.ok('DELETE', paths.invitation(revoked.id))
  assert.equal((await join(tokenOf(revoked.url), 'r@example.com')).status, 404)
  const made = await invite(ann, 'operator', 'Carla@Example.com')
  const wrong = await join(tokenOf(made.url), 'dora@example.com')
  assert.deepEqual([wrong.status, (wrong.body as { code: string }).code], [409, 'INVITATION_ADDRESS'])
  const { items } = await ann.ok<Page<Invitation>>('GET', paths.invitations)
  assert.deepEqual(items.find(({ id }) => id === made.id)?.email, 'carla@example.com')
  assert.ok(!JSON.stringify(items).includes('token'))
  const carla = await join(tokenOf(made.url), 'carla@example.com', 'Carla')
  assert.equal((carla.body as Session).workspace.role, 'operator')
  assert.equal((await ann.refused('POST', paths.invitations, { role: 'operator', email: 'carla@example.com' })).code, 'MEMBER_ALREADY')
  assert.equal((await ann.refused('POST', paths.invitations, { role: 'operator', email: 'x@example.com', sends: true })).code, 'MAIL_OFF')
})

test('who has an account joins with it, under a new session; nobody takes over an account by an invitation', async () => {
  const { operator, id } = await under.newWorkspace()
  const { browser, email } = await member('observer')
  const token = tokenOf((await invite(operator, 'moderator')).url)
  const taken = await join(token, email)
  assert.deepEqual([taken.status, (taken.body as { code: string }).code], [409, 'ACCOUNT_EXISTS'])
  const answer = await browser.ask('POST', paths.accountJoin, { body: { token } })
  const session = answer.body as Session
  assert.deepEqual([session.workspace.id, session.workspace.role, session.workspaces.length], [id, 'moderator', 2])
  assert.equal((await browser.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  const now = asBrowser(under.anyone, answer)
  assert.equal((await now.ok<Session>('GET', paths.session)).workspace.id, id)
  assert.equal(
    (await now.refused('POST', paths.accountJoin, { token: tokenOf((await invite(operator, 'owner')).url) })).code,
    'MEMBER_ALREADY',
  )
})

test('a role that changes and a member who is removed: the next request and the open event stream know it [TEAM-01]', async () => {
  const { browser, userId } = await member('operator')
  const channel = await browser.ok<Channel>('POST', paths.channels, { name: 'Evening show' })
  const stream = await EventStream.open(browser)
  const changed = await ann.ok<Member>('PATCH', paths.member(userId), { role: 'observer' })
  assert.equal(changed.role, 'observer')
  await stream.ended
  assert.equal((await browser.refused('PATCH', paths.channel(channel.id), { name: 'x' })).code, 'SCOPE_MISSING')
  const second = await EventStream.open(browser)
  assert.equal(second.status, 200)
  const seen = (await second.until(({ type }) => type === 'channel')) as { channel: Channel }
  assert.ok(!JSON.stringify(seen).includes('"streamKey":"'), 'an observer sees no stream key')
  await ann.ok('DELETE', paths.member(userId))
  await second.ended
  assert.equal((await browser.refused('GET', paths.channels)).code, 'AUTH_REQUIRED')
  assert.equal((await EventStream.open(browser)).status, 401)
  const { items } = await ann.ok<Page<AuditEntry>>('GET', paths.audit)
  assert.deepEqual(
    items.slice(0, 2).map(({ action }) => action),
    ['member.remove', 'member.role'],
  )
})

test('a workspace keeps an owner, also when two leave at once', async () => {
  const { operator } = await under.newWorkspace()
  const first = await member('owner', operator)
  assert.equal((await first.browser.refused('DELETE', paths.membership)).code, 'LAST_OWNER')
  assert.equal((await operator.refused('PATCH', paths.member(first.userId), { role: 'operator' })).code, 'LAST_OWNER')
  assert.equal((await operator.refused('DELETE', paths.member(first.userId))).code, 'LAST_OWNER')
  const second = await member('owner', operator)
  const left = await Promise.all([first, second].map(({ browser }) => browser.ask('DELETE', paths.membership)))
  assert.deepEqual(left.map(({ status }) => status).toSorted(), [204, 409])
  assert.equal((await operator.ok<Page<Member>>('GET', paths.members)).items.length, 1)
})

test('an owner signs somebody out here, and not where that person works for others', async () => {
  const { browser, email, userId } = await member('operator')
  const { operator } = await under.newWorkspace()
  const elsewhere = await browser.ask('POST', paths.accountJoin, { body: { token: tokenOf((await invite(operator, 'operator')).url) } })
  const away = asBrowser(under.anyone, elsewhere)
  const here = asBrowser(under.anyone, await signIn(email))
  const stream = await EventStream.open(here)
  const listed = (await ann.ok<Page<Member>>('GET', paths.members)).items.find((item) => item.userId === userId)
  assert.equal(listed?.sessions, 1)
  await ann.ok('DELETE', paths.memberSessions(userId))
  await stream.ended
  assert.equal((await here.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  await away.ok('GET', paths.session)
})

test('a session that is used gets its cookie again with its two weeks, once a day, and not by an event stream’s look', async () => {
  const { browser, email } = await member('operator')
  assert.deepEqual((await browser.get(paths.session)).headers.getSetCookie(), [])
  const { items } = await browser.ok<Page<AccountSession>>('GET', paths.accountSessions)
  const db = await database()
  const day = 86_400_000
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString()
  await db
    .updateTable('auth_session')
    .set({ expires_at: at(12 * day), updated_at: at(-2 * day) })
    .where('id', '=', items[0]!.id)
    .execute()
  await db.destroy()
  const [line = ''] = (await browser.get(paths.session)).headers.getSetCookie()
  assert.match(line, /^sluice\.session_token=.*; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/)
  assert.equal((await under.anyone.with({ cookie: line.split(';')[0]! }).ok<Session>('GET', paths.session)).user?.email, email)
  assert.deepEqual((await browser.get(paths.session)).headers.getSetCookie(), [])
})

test('the audit log is filtered by who, what and when, and exported as CSV and JSON', async () => {
  const { operator } = await under.newWorkspace()
  const key = await operator.ok<CreatedApiKey>('POST', paths.apiKeys, { name: '=1+1 robot', role: 'operator' })
  const robot = under.anyone.with({ authorization: `Bearer ${key.key}` })
  await robot.ok('POST', paths.channels, { name: 'Hundred % "live"' })
  const from = new Date(Date.now() + 3_600_000).toISOString()
  const actions = async (query: string) =>
    (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?${query}`)).items.map(({ action }) => action)
  assert.deepEqual(await actions('who=ROBOT'), ['channel.create'])
  assert.deepEqual(await actions('what=100%25'), [])
  assert.deepEqual(await actions('what=hundred%20%25'), ['channel.create'])
  assert.deepEqual(await actions('what=api-key'), ['api-key.create'])
  assert.deepEqual(await actions(`from=${from}`), [])
  assert.equal((await actions(`until=${from}`)).length, 3)
  const csv = await operator.get(`${paths.auditExport}?who=robot`)
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/)
  assert.match(csv.headers.get('content-disposition') ?? '', /^attachment; filename="sluice-audit-[\d-]+\.csv"$/)
  const lines = String(csv.body).trim().split('\r\n')
  assert.equal(lines[0], 'at,actor,action,summary,subjectId')
  assert.match(lines[1]!, /,"API key =1\+1 robot","channel\.create","[^,]*Hundred % ""live""/)
  const json = await operator.get(`${paths.auditExport}?format=json`)
  assert.equal((json.body as AuditEntry[]).length, 3)
  assert.equal((await (await member('operator', operator)).browser.refused('GET', paths.auditExport)).code, 'SCOPE_MISSING')
})

test('a workspace is renamed, and deleted with everything in it once its name is typed', async () => {
  const { operator, id } = await under.newWorkspace()
  const boss = await member('owner', operator)
  const channel = await boss.browser.ok<Channel>('POST', paths.channels, { name: 'Evening show' })
  await boss.browser.ok('POST', paths.destinations, {
    ...{ name: 'Kept', platform: 'custom', url: 'rtmp://live.example.com/app', streamKey: 'abcdefgh', class: 'B' },
  })
  const { key } = await boss.browser.ok<CreatedApiKey>('POST', paths.apiKeys, { name: 'k', role: 'operator' })
  const robot = under.anyone.with({ authorization: `Bearer ${key}` })
  assert.equal((await boss.browser.ok<{ name: string }>('PATCH', paths.workspace, { name: 'Sports' })).name, 'Sports')
  const stream = await EventStream.open(robot)
  assert.equal((await boss.browser.refused('DELETE', `${paths.workspace}?name=sports`)).code, 'REQUEST_INVALID')
  await operator.ok('GET', paths.channel(channel.id))
  await boss.browser.ok('DELETE', `${paths.workspace}?name=Sports`)
  await stream.ended
  assert.equal((await robot.refused('GET', paths.channels)).code, 'AUTH_INVALID')
  assert.equal((await boss.browser.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  assert.equal((await operator.refused('GET', paths.channels)).code, 'NOT_FOUND')
  const left = await under.operator.ok<Page<AuditEntry>>('GET', paths.audit)
  assert.ok(left.items.some(({ action, subjectId }) => action === 'workspace.delete' && subjectId === id))
  const db = await database()
  const tables = await db.introspection.getTables()
  assert.ok(tables.length > 25)
  const named: string[] = []
  for (const { name } of tables) {
    const rows = await db
      .selectFrom(name as 'event')
      .selectAll()
      .execute()
    if (rows.some((row) => [id, channel.id].some((gone) => JSON.stringify(row).includes(gone)))) named.push(name)
  }
  await db.destroy()
  // Who deleted it is noted elsewhere.
  assert.deepEqual(named, ['audit'])
})

test('a workspace invites a hundred times an hour, revoked ones too, and another one is not held up by it', async () => {
  const { operator } = await under.newWorkspace()
  for (let i = 0; i < 100; i++) {
    const { id } = await invite(operator, 'observer')
    if (i < 50) await operator.ok('DELETE', paths.invitation(id))
  }
  const many = await operator.refused('POST', paths.invitations, { role: 'observer', email: null })
  assert.deepEqual([many.code, many.detail], ['REQUEST_INVALID', '100 invitations were created within an hour. Try again later.'])
  await invite((await under.newWorkspace()).operator, 'observer')
  const db = await database()
  const hourAgo = Date.now() - 3_600_001
  await db.updateTable('audit').set({ at_ms: hourAgo }).where('action', '=', 'invitation.create').execute()
  await db.destroy()
  await invite(operator, 'observer')
})

test('the only workspace stays', async () => {
  const alone = await startTestControl()
  try {
    assert.equal((await alone.operator.refused('DELETE', `${paths.workspace}?name=Main`)).code, 'WORKSPACE_LAST')
  } finally {
    await alone.stop()
  }
})
