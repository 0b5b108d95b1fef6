import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { paths, type Session } from '@sluice/contract/api'
import { type Answer, asBrowser, type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { EventStream } from '../testing/event-stream.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }

let under: ControlUnderTest
let device: Caller
before(async () => {
  under = await startTestControl()
  device = asBrowser(under.anyone, await under.anyone.ask('POST', paths.setup, { body: { ...owner, code: under.control.setupCode } }))
})
after(() => under.stop())

/** The proxy on this machine says where a request came from. */
const from = (address: string, caller: Caller = under.anyone): Caller => caller.with({ 'x-forwarded-for': address })
const signIn = (caller: Caller, body: object = owner): Promise<Answer> => caller.ask('POST', paths.session, { body })
const codeOf = ({ body }: Answer): string => (body as { code?: string }).code ?? 'ok'

test('the password is changed with the present one alone; every other session ends and this one goes on under a new cookie', async () => {
  const other = asBrowser(under.anyone, await signIn(from('192.0.2.80', device)))
  const mine = asBrowser(under.anyone, await signIn(from('192.0.2.81', device)))
  const second = await mine.ok<{ id: string }>('POST', paths.workspaces, { name: 'Second' })
  await mine.ok('PATCH', paths.session, { workspaceId: second.id })
  const newPassword = 'another long one'
  const refused = await mine.refused('POST', paths.accountPassword, { currentPassword: 'not the present', newPassword })
  assert.deepEqual([refused.status, refused.fields?.[0]?.path], [400, 'currentPassword'])
  const short = await mine.refused('POST', paths.accountPassword, { currentPassword: owner.password, newPassword: 'short' })
  assert.equal(short.fields?.[0]?.path, 'newPassword')
  const answer = await mine.ask('POST', paths.accountPassword, { body: { currentPassword: owner.password, newPassword } })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  assert.equal((answer.body as Session).workspace.name, 'Second', 'the workspace stays')
  // A cookie that leaked is dead too: it is the old one of this very browser.
  for (const old of [mine, other]) assert.equal((await old.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  const renewed = asBrowser(under.anyone, answer)
  assert.equal((await renewed.ok<Session>('GET', paths.session)).user?.email, owner.email)
  assert.equal(codeOf(await signIn(from('192.0.2.82'))), 'AUTH_INVALID')
  owner.password = newPassword
  assert.equal(codeOf(await signIn(from('192.0.2.82'))), 'ok')
  const audit = await renewed.ok<{ items: { action: string }[] }>('GET', paths.audit)
  assert.ok(audit.items.some(({ action }) => action === 'account.password'))
  for (let i = 0; i < 5; i++) await renewed.refused('POST', paths.accountPassword, { currentPassword: 'guess after guess', newPassword })
  const guessed = await renewed.refused('POST', paths.accountPassword, { currentPassword: owner.password, newPassword })
  assert.equal(guessed.code, 'AUTH_RATE_LIMITED')
})

type Listed = { id: string; isCurrent: boolean; browser: string | null; address: string | null }

test('sessions are listed with browser and address, and end one by one or all but this one', async () => {
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  const one = asBrowser(under.anyone, await signIn(from('192.0.2.90', under.anyone.with({ 'user-agent': agent }))))
  const two = asBrowser(under.anyone, await signIn(from('2001:db8::91')))
  const list = async (caller: Caller): Promise<Listed[]> => (await caller.ok<{ items: Listed[] }>('GET', paths.accountSessions)).items
  const items = await list(from('2001:db8::91', two))
  assert.equal(items.filter((item) => item.isCurrent).length, 1)
  const ofOne = items.find((item) => item.address === '192.0.2.90')
  assert.equal(ofOne?.browser, 'Firefox on Linux')
  assert.equal(items.find((item) => item.isCurrent)?.address, '2001:db8::91')
  assert.doesNotMatch(JSON.stringify(items), /token/)
  assert.equal((await two.ask('DELETE', paths.accountSession(ofOne!.id))).status, 204)
  assert.equal((await one.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  assert.equal((await two.refused('DELETE', paths.accountSession(ofOne!.id))).code, 'NOT_FOUND')
  const three = asBrowser(under.anyone, await signIn(from('192.0.2.92')))
  assert.equal((await three.ask('DELETE', paths.accountSessions)).status, 204)
  assert.equal((await two.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  assert.equal((await list(three)).length, 1)
})

test('an event stream ends with its session, and with its API key', { timeout: 20_000 }, async () => {
  const browser = asBrowser(under.anyone, await signIn(from('192.0.2.95')))
  const other = asBrowser(under.anyone, await signIn(from('192.0.2.96')))
  const key = await browser.ok<{ id: string; key: string }>('POST', paths.apiKeys, { name: 'CI', scopes: ['event:read'] })
  const ofOther = await EventStream.open(other)
  const ofKey = await EventStream.open(under.anyone.with({ authorization: `Bearer ${key.key}` }))
  await browser.ok('DELETE', paths.accountSessions)
  await ofOther.ended
  await browser.ok('DELETE', paths.apiKey(key.id))
  await ofKey.ended
})

test('keys, the admin token and nobody have no account to change', async () => {
  const calls: [string, string, object | undefined][] = [
    ['GET', paths.accountSessions, undefined],
    ['DELETE', paths.accountSessions, undefined],
    ['DELETE', paths.accountSession('x'), undefined],
    ['POST', paths.accountPassword, { currentPassword: owner.password, newPassword: 'another long one 2' }],
  ]
  for (const [method, path, body] of calls) {
    assert.equal((await under.operator.refused(method, path, body)).code, 'SCOPE_MISSING', path)
    assert.equal((await under.anyone.refused(method, path, body)).code, 'AUTH_REQUIRED', path)
  }
})
