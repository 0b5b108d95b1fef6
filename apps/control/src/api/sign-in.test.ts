import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { paths, type Session } from '@sluice/contract/api'
import { type Answer, asBrowser, type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }
const wrong = { email: owner.email, password: 'not the one at all' }

let under: ControlUnderTest
let device: Caller
before(async () => {
  under = await startTestControl()
  const made = await under.anyone.with({ 'x-forwarded-for': '203.0.113.77' }).ask('POST', paths.setup, {
    body: { ...owner, code: under.control.setupCode },
  })
  device = asBrowser(under.anyone, made)
})
after(() => under.stop())

/** The proxy on this machine says where a request came from. */
const from = (address: string, caller: Caller = under.anyone): Caller => caller.with({ 'x-forwarded-for': address })
const signIn = (caller: Caller, body: object = owner): Promise<Answer> => caller.ask('POST', paths.session, { body })
const codeOf = ({ body }: Answer): string => (body as { code?: string }).code ?? 'ok'

test('sixty wrong passwords from twelve addresses shut nobody out but those addresses', { timeout: 120_000 }, async () => {
  const attackers = Array.from({ length: 12 }, (_, i) => from(`198.51.100.${i + 1}`))
  const codes: string[] = []
  for (let round = 0; round < 5; round++) for (const attacker of attackers) codes.push(codeOf(await signIn(attacker, wrong)))
  assert.deepEqual([...new Set(codes)], ['AUTH_INVALID'])
  for (const attacker of attackers) assert.equal(codeOf(await signIn(attacker)), 'AUTH_RATE_LIMITED')
  assert.equal(codeOf(await signIn(from('192.0.2.50'))), 'ok', 'the owner from a fresh address')
})

test('one IPv6 /64 is one address, however many it has, and a mapped IPv4 address is that IPv4 address', async () => {
  const codes: string[] = []
  for (let i = 0; i < 6; i++) codes.push(codeOf(await signIn(from(`2001:db8:1:2:${i}::${i}`), wrong)))
  assert.deepEqual(codes, [...Array.from({ length: 5 }, () => 'AUTH_INVALID'), 'AUTH_RATE_LIMITED'])
  assert.equal(codeOf(await signIn(from('2001:db8:1:3::1'))), 'ok', 'the next /64')
  for (let i = 0; i < 5; i++) await signIn(from('192.0.2.60'), wrong)
  assert.equal(codeOf(await signIn(from('::ffff:192.0.2.60'))), 'AUTH_RATE_LIMITED')
})

test('a browser that was signed in before gets in from an address that is shut out, with its own account alone', async () => {
  for (let i = 0; i < 6; i++) await signIn(from('192.0.2.70'), wrong)
  assert.equal(codeOf(await signIn(from('192.0.2.70'))), 'AUTH_RATE_LIMITED')
  assert.equal(codeOf(await signIn(from('192.0.2.70', device))), 'ok')
  const cookie = device.headers['cookie']!
  const forged = device.with({ cookie: cookie.replace(/(sluice_device=[^.]{4})./, '$1_') })
  assert.equal(codeOf(await signIn(from('192.0.2.70', forged))), 'AUTH_RATE_LIMITED')
  // It is worth ten attempts, not any number of them.
  const codes: string[] = []
  for (let i = 0; i < 11; i++) codes.push(codeOf(await signIn(from('192.0.2.70', device), wrong)))
  assert.deepEqual([codes.at(9), codes.at(10)], ['AUTH_INVALID', 'AUTH_RATE_LIMITED'])
  assert.equal(codeOf(await signIn(from('192.0.2.71', device))), 'ok', 'from elsewhere it is a stranger with the right password')
})

test('a network from which somebody is signed in does not wait behind a crowd of strangers', async () => {
  const crowd = Array.from({ length: 40 }, (_, i) => signIn(from(`198.18.${i}.1`), wrong))
  const startMs = performance.now()
  assert.equal(codeOf(await signIn(from('203.0.113.77'))), 'ok')
  const tookMs = performance.now() - startMs
  const codes = (await Promise.all(crowd)).map(codeOf)
  assert.ok(codes.includes('AUTH_RATE_LIMITED'), 'the crowd was more than is let in to wait')
  assert.ok(tookMs < 6000, `${tookMs} ms`)
})

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
