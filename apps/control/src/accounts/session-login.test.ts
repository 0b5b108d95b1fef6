import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AccountSession, type Page, paths, type Session } from '@sluice/contract/api'
import { openDatabase } from '../db/index.ts'
import { asBrowser, type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }

let under: ControlUnderTest
let browser: Caller
before(async () => {
  under = await startTestControl()
  browser = asBrowser(under.anyone, await under.anyone.ask('POST', paths.setup, { body: { ...owner, code: under.control.setupCode } }))
})
after(() => under.stop())

const signIn = async (): Promise<Caller> => asBrowser(under.anyone, await under.anyone.ask('POST', paths.session, { body: owner }))
const statusOf = async (caller: Caller): Promise<number> => (await caller.get(paths.session)).status
const tokenOf = (caller: Caller): string => /sluice\.session_token=([^;]+)/.exec(caller.headers['cookie'] ?? '')![1]!

/** Beside control, as the account command of this machine works. */
async function besideControl(work: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>): Promise<void> {
  const url = await testDatabaseUrl(under.dataDir)
  const place = url === undefined ? ({ kind: 'sqlite', path: `${under.dataDir}/sluice.db` } as const) : ({ kind: 'postgres', url } as const)
  const db = await openDatabase(place, { migrates: false })
  await work(db).finally(() => db.destroy())
}

test('only a cookie that was signed here signs anybody in', async () => {
  const [token, signature] = decodeURIComponent(tokenOf(browser)).split('.') as [string, string]
  const other = decodeURIComponent(tokenOf(await signIn())).split('.')[1]
  const cases: [value: string, status: number][] = [
    [`${token}.${signature}`, 200],
    [encodeURIComponent(`${token}.${signature}`), 200],
    [`"${token}.${signature}"`, 200],
    [token, 401],
    [`${token}.`, 401],
    [`.${signature}`, 401],
    [`${token}.${other}`, 401],
    [`${token}x.${signature}`, 401],
    [`${token}.${'A'.repeat(43)}=`, 401],
    [`${token}.${'é'.repeat(43)}=`, 401],
    ['%', 401],
    ['', 401],
  ]
  for (const [value, status] of cases) {
    const caller = under.anyone.with({ cookie: `a=b; sluice.session_token=${value.replaceAll('é', '%C3%A9')}`, origin: under.anyone.url })
    assert.equal(await statusOf(caller), status, value)
  }
})

test('a session that another program ends is over with the next request', async () => {
  const other = await signIn()
  assert.equal(await statusOf(other), 200)
  const { items } = await other.ok<Page<AccountSession>>('GET', paths.accountSessions)
  const { id } = items.find(({ isCurrent }) => isCurrent)!
  await besideControl((db) => db.deleteFrom('auth_session').where('id', '=', id).execute())
  assert.equal(await statusOf(other), 401)
  assert.equal(await statusOf(browser), 200)
})

test('a session that has run out is over, and one in use begins its two weeks again once a day', async () => {
  const other = await signIn()
  const { items } = await other.ok<Page<AccountSession>>('GET', paths.accountSessions)
  const { id } = items.find(({ isCurrent }) => isCurrent)!
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString()
  const day = 24 * 60 * 60 * 1000
  await besideControl((db) =>
    db
      .updateTable('auth_session')
      .set({ expires_at: at(12 * day), updated_at: at(-2 * day) })
      .where('id', '=', id)
      .execute(),
  )
  assert.equal(await statusOf(other), 200)
  const renewed = (await other.ok<Page<AccountSession>>('GET', paths.accountSessions)).items.find((session) => session.id === id)!
  assert.ok(Date.parse(renewed.expiresAt) > Date.now() + 13.9 * day, renewed.expiresAt)
  await besideControl((db) =>
    db
      .updateTable('auth_session')
      .set({ expires_at: at(-1) })
      .where('id', '=', id)
      .execute(),
  )
  assert.equal(await statusOf(other), 401)
})

test('a role that is another now holds with the next request, and an account without a workspace is nobody', async () => {
  const { user } = await browser.ok<Session>('GET', paths.session)
  const setRole = (role: string): Promise<void> =>
    besideControl((db) =>
      db
        .updateTable('workspace_member')
        .set({ role: role as never })
        .where('user_id', '=', user!.id)
        .execute(),
    )
  await setRole('observer')
  assert.equal((await browser.refused('POST', paths.channels, { name: 'A' })).code, 'SCOPE_MISSING')
  await setRole('owner')
  await browser.ok('POST', paths.channels, { name: 'A' })
  await besideControl((db) => db.deleteFrom('workspace_member').where('user_id', '=', user!.id).execute())
  assert.equal(await statusOf(browser), 401)
})
