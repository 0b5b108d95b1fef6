// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import {
  type Account,
  type AuditEntry,
  type CreatedInvitation,
  type Invitation,
  type Page,
  paths,
  type Session,
  type SignInOptions,
  type TwoFactorSetup,
} from '@sluice/contract/api'
import { totp } from '@sluice/testkit/totp'
import { type Answer, asBrowser, type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { oidcClient, TestProvider } from '../testing/identity-provider.ts'
import { MailServer } from '../testing/mail-server.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'

// People at a real mail server, a real identity provider and an authenticator app: everything that signs somebody in but a password alone.

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }
const password = 'another long one'

let folder: string
let mails: MailServer
let provider: TestProvider
let under: ControlUnderTest
let ann: Caller
/** The wall clock of Sluice against that of the provider. */
let aheadMs = 0

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-people-'))
  const secretFile = join(folder, 'oidc-secret')
  writeFileSync(secretFile, `${oidcClient.secret}\n`, { mode: 0o600 })
  mails = await MailServer.start()
  const started = await TestProvider.start()
  provider = started.provider
  under = await startTestControl({
    clock: { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs },
    env: {
      SLUICE_SMTP_URL: mails.url,
      SLUICE_MAIL_FROM: 'Sluice <sluice@example.com>',
      SLUICE_OIDC_ISSUER: provider.issuer,
      SLUICE_OIDC_CLIENT_ID: oidcClient.id,
      SLUICE_OIDC_CLIENT_SECRET_FILE: secretFile,
      SLUICE_OIDC_NAME: 'Example login',
    },
  })
  started.serve(`${new URL(under.anyone.url).origin}${paths.sessionOidcCallback}`)
  ann = asBrowser(under.anyone, await under.anyone.ask('POST', paths.setup, { body: { ...owner, code: under.control.setupCode } }))
})
after(async () => {
  await under.stop()
  await Promise.all([mails.stop(), provider.stop()])
  rmSync(folder, { recursive: true, force: true })
})

const linkIn = (text: string): URL => new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '')
const tokenIn = (text: string): string => linkIn(text).hash.replace('#token=', '')
const signIn = (email: string, word = password, by: Caller = under.anyone): Promise<Answer> =>
  by.ask('POST', paths.session, { body: { email, password: word } })
const codeOf = ({ body }: Answer): string => (body as { code?: string }).code ?? ''

/** Somebody who was invited by mail, and joined. */
async function invited(email: string, role = 'operator'): Promise<Caller> {
  await ann.ok('POST', paths.invitations, { role, email, sends: true })
  const token = tokenIn((await mails.newest(email)).text)
  const answer = await under.anyone.ask('POST', paths.join, { body: { token, name: 'Ben', email, password } })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return asBrowser(under.anyone, answer)
}

test('the sign-in page is told what there is', async () => {
  assert.deepEqual(await under.anyone.ok<SignInOptions>('GET', paths.signInOptions), { canResetByMail: true, provider: 'Example login' })
})

test('an invitation by mail goes to that mailbox and nowhere else, and lets its reader in with its role', async () => {
  const made = await ann.ok<CreatedInvitation>('POST', paths.invitations, { role: 'producer', email: 'Ben@example.com', sends: true })
  assert.deepEqual([made.url, made.isMailed, made.email], [null, true, 'ben@example.com'])
  const mail = await mails.newest('ben@example.com')
  assert.deepEqual([mail.from, mail.subject], ['Sluice <sluice@example.com>', 'Ann invites you to Main on Sluice'])
  assert.equal(linkIn(mail.text).origin, new URL(under.anyone.url).origin)
  assert.equal(linkIn(mail.text).pathname, '/join')
  const body = { token: tokenIn(mail.text), name: 'Ben', email: 'ben@example.com', password }
  const answer = await under.anyone.ask('POST', paths.join, { body })
  assert.equal((answer.body as Session).workspace.role, 'producer')
  assert.equal((await under.anyone.refused('POST', paths.join, { ...body, email: 'other@example.com' })).code, 'INVITATION_INVALID')
})

test('an invitation whose mail is refused does not count', async () => {
  mails.refusal = 'no such mailbox'
  assert.equal(
    (await ann.refused('POST', paths.invitations, { role: 'observer', email: 'gone@example.com', sends: true })).code,
    'MAIL_FAILED',
  )
  const { items } = await ann.ok<Page<Invitation>>('GET', paths.invitations)
  assert.ok(!items.some(({ email }) => email === 'gone@example.com'))
})

test('a password is reset by mail: once, with the newest link, and every session ends', async () => {
  const browser = await invited('cid@example.com')
  const ask = (email: string): Promise<Answer> => under.anyone.ask('POST', paths.passwordReset, { body: { email } })
  const before = mails.received.length
  const [known, unknown] = [await ask('CID@example.com'), await ask('nobody@example.com')]
  assert.deepEqual([known.status, known.body, known.headers.getSetCookie()], [unknown.status, unknown.body, unknown.headers.getSetCookie()])
  const first = tokenIn((await mails.newest('cid@example.com', before)).text)
  const later = mails.received.length
  await ask('cid@example.com')
  const token = tokenIn((await mails.newest('cid@example.com', later)).text)
  const reset = (body: object): Promise<Answer> => under.anyone.ask('POST', paths.passwordResetConfirm, { body })
  assert.equal(codeOf(await reset({ token: first, password: 'a brand new one' })), 'RESET_LINK_INVALID')
  assert.equal(codeOf(await reset({ token, password: 'short' })), 'REQUEST_INVALID')
  const both = await Promise.all([reset({ token, password: 'a brand new one' }), reset({ token, password: 'a brand old one' })])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [204, 404])
  const word = both[0]!.status === 204 ? 'a brand new one' : 'a brand old one'
  assert.equal((await browser.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  assert.equal((await signIn('cid@example.com')).status, 401)
  assert.equal((await signIn('cid@example.com', word)).status, 200)
  // A mailbox is not flooded, and the answer does not tell.
  const count = mails.received.length
  for (let i = 0; i < 4; i++) assert.equal((await ask('cid@example.com')).status, 204)
  await ann.ok('POST', paths.invitations, { role: 'observer', email: 'last@example.com', sends: true })
  assert.ok(mails.received.length - count <= 2)
  assert.ok(!mails.received.some(({ to }) => to === 'nobody@example.com'))
})

test('a second factor: set up, asked at sign-in, a code works once, recovery codes too, and it is turned off with the password and a code', async () => {
  const browser = await invited('dee@example.com')
  const old = asBrowser(under.anyone, await signIn('dee@example.com'))
  assert.equal((await browser.refused('POST', paths.accountTwoFactor, { password: 'not the one' })).code, 'REQUEST_INVALID')
  const setup = await browser.ok<TwoFactorSetup>('POST', paths.accountTwoFactor, { password })
  assert.match(setup.uri, /^otpauth:\/\/totp\/Sluice/)
  assert.equal(setup.recoveryCodes.length, 10)
  assert.equal((await signIn('dee@example.com')).status, 200, 'nothing counts before the first code')
  assert.equal((await browser.refused('POST', paths.accountTwoFactorConfirm, { code: '000000' })).code, 'REQUEST_INVALID')
  const confirmed = await browser.ask('POST', paths.accountTwoFactorConfirm, { body: { code: totp(setup.secret, Date.now()) } })
  assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body))
  const now = asBrowser(under.anyone, confirmed)
  assert.equal((await now.ok<Account>('GET', paths.account)).hasTwoFactor, true)
  for (const ended of [browser, old]) assert.equal((await ended.refused('GET', paths.session)).code, 'AUTH_REQUIRED')

  const half = await signIn('dee@example.com')
  assert.deepEqual([half.status, codeOf(half)], [401, 'AUTH_SECOND_FACTOR'])
  const waiting = asBrowser(under.anyone, half)
  assert.equal((await waiting.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  assert.equal((await waiting.refused('POST', paths.sessionCode, { code: '000000' })).code, 'AUTH_INVALID')
  assert.equal((await under.anyone.refused('POST', paths.sessionCode, { code: '000000' })).code, 'AUTH_REQUIRED')
  const code = totp(setup.secret, Date.now() + 30_000)
  const done = await waiting.ask('POST', paths.sessionCode, { body: { code } })
  assert.equal((done.body as Session).user?.email, 'dee@example.com', JSON.stringify(done.body))
  const replay = asBrowser(under.anyone, await signIn('dee@example.com'))
  assert.equal((await replay.refused('POST', paths.sessionCode, { code })).code, 'AUTH_INVALID')

  const recovery = setup.recoveryCodes[0]!
  const lost = asBrowser(under.anyone, await signIn('dee@example.com'))
  const found = await lost.ask('POST', paths.sessionCode, { body: { code: recovery } })
  assert.equal(found.status, 200, JSON.stringify(found.body))
  const again = asBrowser(under.anyone, await signIn('dee@example.com'))
  assert.equal((await again.refused('POST', paths.sessionCode, { code: recovery })).code, 'AUTH_INVALID')
  const last = asBrowser(under.anyone, found)
  const withCode = (code: string, word = password) => ({ password: word, code })
  const newCodes = paths.accountRecoveryCodes
  assert.match((await last.refused('POST', newCodes, { password })).detail, /code/, 'a password alone makes no codes')
  assert.match((await last.refused('POST', newCodes, withCode(recovery))).detail, /wrong or has expired/)
  const renewed = await last.ok<{ recoveryCodes: string[] }>('POST', newCodes, withCode(setup.recoveryCodes[2]!))
  assert.ok(!renewed.recoveryCodes.includes(setup.recoveryCodes[1]!))

  const other = asBrowser(under.anyone, await signIn('dee@example.com'))
  const seen = [0, 30_000].map((inMs) => totp(setup.secret, Date.now() + inMs)).find((one) => one !== code)!
  const third = asBrowser(under.anyone, await other.ask('POST', paths.sessionCode, { body: { code: seen } }))
  const offPath = paths.accountTwoFactorOff
  assert.match((await last.refused('POST', offPath, { password })).detail, /code/, 'a password alone does not turn it off')
  assert.match((await last.refused('POST', offPath, withCode('000000'))).detail, /wrong or has expired/)
  assert.match((await last.refused('POST', offPath, withCode(seen))).detail, /used already/)
  const next = renewed.recoveryCodes[1]!
  assert.match((await last.refused('POST', offPath, withCode(next, 'not the one'))).detail, /not your password/)
  assert.equal((await last.ok<Account>('GET', paths.account)).hasTwoFactor, true)
  const off = await last.ask('POST', offPath, { body: withCode(next) })
  assert.equal(off.status, 200, JSON.stringify(off.body))
  assert.equal((await asBrowser(under.anyone, off).ok<Account>('GET', paths.account)).hasTwoFactor, false)
  for (const ended of [last, third]) assert.equal((await ended.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
  assert.equal((await asBrowser(under.anyone, off).refused('POST', offPath, withCode(next))).code, 'TWO_FACTOR_STATE')
  assert.equal((await signIn('dee@example.com')).status, 200)
  const { items } = await ann.ok<Page<AuditEntry>>('GET', `${paths.audit}?what=two-factor`)
  const audit = JSON.stringify(items)
  for (const summary of ['Turned on', 'Made new recovery codes', 'Turned off two-factor sign-in; all other sessions ended'])
    assert.ok(audit.includes(summary), audit)
  for (const secret of [setup.secret, recovery, password]) assert.ok(!audit.includes(secret))
})

test('a workspace that asks for a second factor shows nothing else to who has none', async () => {
  const browser = await invited('eve@example.com')
  assert.equal((await ann.refused('PATCH', paths.workspaceSettings, { needsTwoFactor: true })).code, 'TWO_FACTOR_STATE')
  await under.operator.ok('PATCH', paths.workspaceSettings, { needsTwoFactor: true })
  const session = await browser.ok<Session>('GET', paths.session)
  assert.deepEqual([session.needsTwoFactor, session.scopes], [true, []])
  assert.equal((await browser.refused('GET', paths.channels)).code, 'SCOPE_MISSING')
  const { secret } = await browser.ok<TwoFactorSetup>('POST', paths.accountTwoFactor, { password })
  const confirmed = await browser.ask('POST', paths.accountTwoFactorConfirm, { body: { code: totp(secret, Date.now()) } })
  await asBrowser(under.anyone, confirmed).ok('GET', paths.channels)
  await under.operator.ok('PATCH', paths.workspaceSettings, { needsTwoFactor: false })
})

/** A browser that goes to the provider and comes back: the answer of the callback, not followed. */
async function throughProvider(
  subject: string,
  from: Caller = under.anyone,
  proof?: { password?: string; code?: string },
): Promise<Response> {
  const page = from.with({ origin: under.anyone.url })
  const start = await page.ask('POST', paths.sessionOidc, { body: { links: proof !== undefined, ...proof } })
  assert.equal(start.status, 200, JSON.stringify(start.body))
  const back = await provider.signIn((start.body as { url: string }).url, subject)
  const cookie = [from.headers['cookie'], ...start.headers.getSetCookie().map((line) => line.split(';')[0])].filter(Boolean).join('; ')
  return fetch(back, { headers: { cookie }, redirect: 'manual' })
}
const reasonIn = (answer: Response): string => decodeURIComponent(answer.headers.get('location') ?? '')
const browserOf = (answer: Response): Caller =>
  under.anyone.with({
    cookie: answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
    origin: under.anyone.url,
  })

test('who was invited signs in through the provider with that role; who was not is refused, in words', async () => {
  provider.people.set('s-fay', { email: 'Fay@example.com', email_verified: true, name: 'Fay' })
  provider.people.set('s-stranger', { email: 'stranger@example.com', email_verified: true, name: 'Stranger' })
  provider.people.set('s-unproven', { email: 'gus@example.com', email_verified: false, name: 'Gus' })
  assert.match(reasonIn(await throughProvider('s-stranger')), /^\/#sign-in=Nobody has invited stranger@example\.com/)
  await ann.ok('POST', paths.invitations, { role: 'moderator', email: 'fay@example.com' })
  await ann.ok('POST', paths.invitations, { role: 'moderator', email: 'gus@example.com' })
  const answer = await throughProvider('s-fay')
  assert.deepEqual([answer.status, answer.headers.get('location')], [302, '/'], reasonIn(answer))
  const fay = await browserOf(answer).ok<Session>('GET', paths.session)
  assert.deepEqual([fay.user?.name, fay.user?.email, fay.workspace.role], ['Fay', 'fay@example.com', 'moderator'])
  const again = await browserOf(await throughProvider('s-fay')).ok<Session>('GET', paths.session)
  assert.equal(again.user?.id, fay.user?.id)
  assert.match(reasonIn(await throughProvider('s-unproven')), /does not say that gus@example\.com is yours/)
})

test('an account that nobody proved is not handed over; its owner connects it, and a proven one connects by itself', async () => {
  provider.people.set('s-ann', { email: owner.email, email_verified: true, name: 'Ann at work' })
  assert.match(reasonIn(await throughProvider('s-ann')), /never confirmed by mail/)
  const page = ann.with({ origin: under.anyone.url })
  for (const proof of [{}, { password: 'not the one' }])
    assert.equal((await page.refused('POST', paths.sessionOidc, { links: true, ...proof })).code, 'REQUEST_INVALID')
  assert.equal((await ann.ok<Account>('GET', paths.account)).hasProvider, false, 'a session alone connects nothing')
  const linked = await throughProvider('s-ann', ann, { password: owner.password })
  assert.equal(linked.headers.get('location'), '/settings/account', reasonIn(linked))
  assert.equal((await ann.ok<Account>('GET', paths.account)).hasProvider, true)
  const session = await browserOf(await throughProvider('s-ann')).ok<Session>('GET', paths.session)
  assert.deepEqual([session.user?.email, session.user?.name], [owner.email, 'Ann'])
  const { items } = await ann.ok<Page<AuditEntry>>('GET', `${paths.audit}?what=account.provider`)
  assert.deepEqual(
    items.map(({ actor, summary }) => [actor, summary]),
    [['Ann', 'Connected their account to Example login.']],
  )
  await invited('hal@example.com')
  provider.people.set('s-hal', { email: 'hal@example.com', email_verified: true, name: 'Hal' })
  assert.equal((await browserOf(await throughProvider('s-hal')).ok<Session>('GET', paths.session)).user?.email, 'hal@example.com')
  if ((await testDatabaseUrl(under.dataDir)) === undefined) {
    const stored = readFileSync(`${under.dataDir}/sluice.db`, 'latin1') + readFileSync(`${under.dataDir}/sluice.db-wal`, 'latin1')
    assert.ok(!stored.includes(oidcClient.secret))
  }
})

test('an account with a second factor is connected with a code too, one without a password by a fresh sign-in', async () => {
  const browser = await invited('ida@example.com')
  const { secret, recoveryCodes } = await browser.ok<TwoFactorSetup>('POST', paths.accountTwoFactor, { password })
  const confirmed = await browser.ask('POST', paths.accountTwoFactorConfirm, { body: { code: totp(secret, Date.now()) } })
  const ida = asBrowser(under.anyone, confirmed)
  provider.people.set('s-ida', { email: 'ida@home.example', email_verified: true, name: 'Ida' })
  const start = (body: object) => ida.refused('POST', paths.sessionOidc, { links: true, ...body })
  assert.match((await start({ password })).detail, /code/)
  assert.match((await start({ password, code: '000000' })).detail, /wrong or has expired/)
  const linked = await throughProvider('s-ida', ida, { password, code: recoveryCodes[0]! })
  assert.equal(linked.headers.get('location'), '/settings/account', reasonIn(linked))

  const fay = browserOf(await throughProvider('s-fay'))
  assert.equal((await fay.ok<Account>('GET', paths.account)).hasPassword, false)
  await fay.ok('POST', paths.sessionOidc, { links: true })
  aheadMs = 11 * 60_000
  const late = await fay.refused('POST', paths.sessionOidc, { links: true })
  aheadMs = 0
  assert.match(late.detail, /more than ten minutes ago/)
})

test('what comes back without this browser’s own cookie, or twice, signs nobody in', async () => {
  const page = under.anyone.with({ origin: under.anyone.url })
  const start = await page.ask('POST', paths.sessionOidc, { body: {} })
  const back = await provider.signIn((start.body as { url: string }).url, 's-fay')
  const foreign = await fetch(back, { redirect: 'manual' })
  assert.match(reasonIn(foreign), /^\/#sign-in=/)
  assert.ok(!foreign.headers.getSetCookie().some((line) => line.startsWith('sluice.session_token=') && !/session_token=;/.test(line)))
  const cookie = start.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  assert.equal((await fetch(back, { headers: { cookie }, redirect: 'manual' })).headers.get('location'), '/')
  assert.match(reasonIn(await fetch(back, { headers: { cookie }, redirect: 'manual' })), /^\/#sign-in=/)
  assert.equal((await under.anyone.refused('POST', paths.sessionOidc, {}, { origin: 'https://evil.example' })).code, 'ORIGIN_REFUSED')
})
