import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type ApiKey,
  type AuditEntry,
  type CatalogueEntry,
  type Channel,
  type CreatedApiKey,
  type Page,
  paths,
  type Session,
} from '@sluice/contract/api'
import { FakeClock } from '@sluice/testkit/clock'
import { adminToken, type Caller, type ControlUnderTest, keyWith, readOnly, startTestControl } from '../testing/control-under-test.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }

let under: ControlUnderTest
before(async () => {
  under = await startTestControl()
})
after(() => under.stop())

/** The browser of someone who has just signed in: its cookie, and the origin that it states. */
async function signIn(caller: Caller, body: object = owner, path: string = paths.session): Promise<Caller> {
  const { status, headers, body: session } = await caller.ask('POST', path, { body })
  assert.equal(status, 200, JSON.stringify(session))
  const cookie = headers.getSetCookie().map((line) => line.split(';')[0])
  return caller.with({ cookie: cookie.join('; '), origin: caller.url.replace('localhost', '127.0.0.1') })
}

test('of ten who set up at once one becomes the owner, and takes over the workspace that the operator worked in', async () => {
  const kept = await under.operator.ok<Channel>('POST', paths.channels, { name: 'Made by automation' })
  assert.deepEqual(await under.anyone.ok('GET', paths.setup), { needed: true })
  const tries = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      under.anyone.ask('POST', paths.setup, { body: { ...owner, email: `ann${i}@example.com`, code: under.control.setupCode } }),
    ),
  )
  const done = tries.filter((answer) => answer.status === 200)
  assert.equal(done.length, 1)
  for (const answer of tries) if (answer.status !== 200) assert.equal((answer.body as { code: string }).code, 'SETUP_DONE')
  const session = done[0]!.body as Session
  assert.equal(session.workspace.role, 'owner')
  assert.ok(session.scopes.includes('workspace:write'))
  owner.email = session.user!.email
  assert.deepEqual(await under.anyone.ok('GET', paths.setup), { needed: false })
  const browser = await signIn(under.anyone)
  assert.equal((await browser.ok<Channel>('GET', paths.channel(kept.id))).name, 'Made by automation')
})

test('the cookie is HttpOnly and SameSite, and Secure only over HTTPS', async () => {
  const plain = (await under.anyone.ask('POST', paths.session, { body: owner })).headers.getSetCookie()[0]!
  assert.match(plain, /HttpOnly; SameSite=Lax/)
  assert.doesNotMatch(plain, /Secure/)
  const behindProxy = await under.anyone.ask('POST', paths.session, { body: owner, headers: { 'x-forwarded-proto': 'https' } })
  assert.match(behindProxy.headers.getSetCookie()[0]!, /; Secure$/)
})

test('a session ends with signing out', async () => {
  const browser = await signIn(under.anyone)
  assert.equal((await browser.ok<Session>('GET', paths.session)).user?.name, 'Ann')
  assert.equal((await browser.ask('DELETE', paths.session)).status, 204)
  assert.equal((await browser.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
})

test('a write with a cookie is refused from another site, and without a word on where it comes from', async () => {
  const browser = await signIn(under.anyone)
  const foreign = browser.with({ origin: 'https://evil.example' })
  assert.equal((await foreign.refused('POST', paths.channels, { name: 'x' })).code, 'ORIGIN_REFUSED')
  assert.equal((await foreign.with({ origin: 'null' }).refused('POST', paths.channels, { name: 'x' })).code, 'ORIGIN_REFUSED')
  const { origin: _, ...rest } = browser.headers
  const silent = under.anyone.with(rest)
  assert.equal((await silent.refused('POST', paths.channels, { name: 'x' })).code, 'ORIGIN_REFUSED')
  assert.equal((await silent.ask('GET', paths.channels)).status, 200)
  assert.equal((await browser.ask('POST', paths.channels, { body: { name: 'x' } })).status, 201)
  const login = await under.anyone.refused('POST', paths.session, owner, { origin: 'https://evil.example' })
  assert.equal(login.code, 'ORIGIN_REFUSED')
})

test('a new workspace is its maker’s own, and a session moves into it', async () => {
  const browser = await signIn(under.anyone)
  const made = await browser.ok<{ id: string }>('POST', paths.workspaces, { name: 'Second' })
  const moved = await browser.ok<Session>('PATCH', paths.session, { workspaceId: made.id })
  assert.deepEqual([moved.workspace.name, moved.workspaces.length], ['Second', 2])
  assert.deepEqual((await browser.ok<Page<Channel>>('GET', paths.channels)).items, [])
  const { id: foreign } = await under.newWorkspace()
  assert.equal((await browser.refused('PATCH', paths.session, { workspaceId: foreign })).code, 'NOT_FOUND')
  const audit = await browser.ok<Page<AuditEntry>>('GET', paths.audit)
  assert.deepEqual(
    audit.items.map((entry) => entry.action),
    ['session.workspace', 'workspace.create'],
  )
})

test('wrong passwords are refused in the same words as unknown accounts, and then have to wait', async () => {
  const clock = new FakeClock(1_000_000)
  const fresh = await startTestControl({ clock })
  try {
    await signIn(fresh.anyone, { ...owner, code: fresh.control.setupCode }, paths.setup)
    const wrong = { email: owner.email, password: 'not the one' }
    const unknown = await fresh.anyone.refused('POST', paths.session, { ...wrong, email: 'nobody@example.com' })
    const first = await fresh.anyone.refused('POST', paths.session, wrong)
    assert.deepEqual([first.code, first.detail], [unknown.code, unknown.detail])
    for (let i = 0; i < 4; i++) await fresh.anyone.refused('POST', paths.session, wrong)
    const limited = await fresh.anyone.ask('POST', paths.session, { body: owner })
    assert.equal(limited.status, 429)
    assert.equal(limited.headers.get('retry-after'), '900')
    clock.advance(900_000)
    assert.equal((await fresh.anyone.ask('POST', paths.session, { body: owner })).status, 200)
  } finally {
    clock.advance(1000)
    const stopping = fresh.stop()
    const pump = setInterval(() => clock.advance(100), 5)
    await stopping
    clearInterval(pump)
  }
})

test('the operator token works from the first moment on, is compared whole, and must be long', async () => {
  const almost = under.anyone.with({ authorization: `Bearer ${adminToken.slice(0, -1)}` })
  assert.equal((await almost.refused('GET', paths.channels)).code, 'AUTH_INVALID')
  const session = await under.operator.ok<Session>('GET', paths.session)
  assert.equal(session.user, null)
  await assert.rejects(startTestControl({ flags: ['--admin-token', 'short'] }), /SLUICE_ADMIN_TOKEN has 5 characters, not 24 or more/)
})

test('an API key is shown once, works within its scopes, shows its last use, and ends when it is revoked or expires', async () => {
  const { operator } = await under.newWorkspace()
  const made = await operator.ok<CreatedApiKey>('POST', paths.apiKeys, { name: 'CI', scopes: ['channel:read'] })
  assert.match(made.key, /^slk_[A-Za-z0-9_-]{43}$/)
  const caller = operator.with({ authorization: `Bearer ${made.key}` })
  assert.equal((await caller.ask('GET', paths.channels)).status, 200)
  assert.match((await caller.refused('POST', paths.channels, { name: 'x' })).detail, /needs the scope channel:write, which API key CI/)
  const list = await operator.ok<Page<ApiKey>>('GET', paths.apiKeys)
  assert.equal(list.items[0]?.prefix, made.key.slice(0, 12))
  assert.ok(list.items[0]?.lastUsedAt)
  assert.doesNotMatch(JSON.stringify(list), new RegExp(made.key))
  await operator.ok('DELETE', paths.apiKey(made.id))
  assert.equal((await caller.refused('GET', paths.channels)).code, 'AUTH_INVALID')
  const past = { name: 'Old', scopes: ['channel:read'], expiresAt: new Date(Date.now() - 1000).toISOString() }
  assert.equal((await operator.refused('POST', paths.apiKeys, past)).fields?.[0]?.path, 'expiresAt')
})

test('a key cannot make a stronger key, nor a workspace; a read-only key cannot make or revoke any, nor rotate or read the audit log', async () => {
  const { operator } = await under.newWorkspace()
  const maker = await keyWith(operator, ['apikey:write', 'channel:read', 'workspace:write'])
  assert.match((await maker.refused('POST', paths.apiKeys, { name: 'x', scopes: ['output:write'] })).detail, /output:write/)
  assert.equal((await maker.refused('POST', paths.workspaces, { name: 'x' })).code, 'SCOPE_MISSING')
  const reader = await readOnly(operator)
  const calls: [string, string, unknown][] = [
    ['POST', paths.apiKeys, { name: 'x', scopes: ['channel:read'] }],
    ['DELETE', paths.apiKey('x'), undefined],
    ['POST', paths.workspaces, { name: 'x' }],
    ['POST', paths.vaultRotate, undefined],
    ['GET', paths.audit, undefined],
  ]
  for (const [method, path, body] of calls) assert.equal((await reader.refused(method, path, body)).code, 'SCOPE_MISSING', path)
})

test('without credentials everything but setup, sign-in and play is closed', async () => {
  for (const path of [paths.channels, paths.destinations, paths.catalogue, paths.session, paths.audit, paths.events, paths.workspaces]) {
    const answer = await under.anyone.get(path)
    assert.equal(answer.status, 401, path)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
  }
  assert.equal((await under.anyone.refused('GET', paths.channels, undefined, { authorization: 'Basic eDp5' })).code, 'AUTH_INVALID')
})

test('the catalogue is given whole', async () => {
  const { items } = await under.operator.ok<Page<CatalogueEntry>>('GET', paths.catalogue)
  assert.equal(items.length, 57)
  assert.equal(items.find((entry) => entry.id === 'trovo')?.status, 'reported-closed')
})
