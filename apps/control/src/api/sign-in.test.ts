import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { paths } from '@sluice/contract/api'
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
  const judged: string[] = []
  const crowd = Array.from({ length: 40 }, async (_, i) => judged.push(codeOf(await signIn(from(`198.18.${i}.1`), wrong))))
  assert.equal(codeOf(await signIn(from('203.0.113.77'))), 'ok')
  const before = judged.filter((code) => code === 'AUTH_INVALID').length
  await Promise.all(crowd)
  assert.ok(judged.includes('AUTH_RATE_LIMITED'), 'the crowd was more than is let in to wait')
  const admitted = judged.filter((code) => code === 'AUTH_INVALID').length
  assert.ok(before < admitted / 2, `${before} of ${admitted} strangers were judged first`)
})
