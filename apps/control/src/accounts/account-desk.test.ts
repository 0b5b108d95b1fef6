import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type AuditEntry, type Page, paths, type TwoFactorSetup } from '@sluice/contract/api'
import { totp } from '@sluice/testkit/totp'
import { type Answer, asBrowser, type Caller, startTestControl } from '../testing/control-under-test.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'
import { openAccountDesk } from './account-desk.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }
const signIn = (anyone: Caller, password: string): Promise<Answer> =>
  anyone.ask('POST', paths.session, { body: { email: owner.email, password } })

test('a password is reset beside a Sluice that runs and without one: sessions end, the old one is dead, and the audit log tells', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-desk-'))
  try {
    const place = { dataDir, databaseUrl: (await testDatabaseUrl(dataDir)) ?? null }
    const under = await startTestControl({ dataDir })
    const browser = asBrowser(
      under.anyone,
      await under.anyone.ask('POST', paths.setup, { body: { ...owner, code: under.control.setupCode } }),
    )
    const desk = await openAccountDesk(place)
    const [listed] = await desk.list()
    assert.deepEqual([listed?.email, listed?.name, listed?.sessions, listed?.workspaces], [owner.email, 'Ann', 1, ['Main (owner)']])
    await assert.rejects(desk.resetPassword('nobody@example.com', 'a new long one'), /there is no account nobody@example\.com/)
    await assert.rejects(desk.resetPassword(owner.email, 'short'), /has 5 characters, not 10 to 128; nothing was changed/)
    assert.equal((await browser.get(paths.session)).status, 200)

    const reset = await desk.resetPassword(' Ann@Example.com', 'a new long one')
    assert.deepEqual(reset, { name: 'Ann', email: owner.email, endedSessions: 1 })
    assert.equal((await browser.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
    assert.equal((await signIn(under.anyone, owner.password)).status, 401)
    const again = asBrowser(under.anyone, await signIn(under.anyone, 'a new long one'))
    const audit = await again.ok<{ items: { action: string; actor: string; summary: string }[] }>('GET', paths.audit)
    const entry = audit.items.find(({ action }) => action === 'account.reset')
    assert.equal(entry?.actor, 'operator at the machine')
    assert.doesNotMatch(JSON.stringify(audit), /a new long one/)
    await desk.close()
    await under.control.stop()

    const alone = await openAccountDesk(place)
    await alone.resetPassword(owner.email, 'the third long one')
    await alone.close()
    const second = await startTestControl({ dataDir })
    assert.equal((await signIn(second.anyone, 'the third long one')).status, 200)
    assert.equal(
      (
        await again
          .with({})
          .get(paths.session)
          .catch(() => ({ status: 0 }))
      ).status,
      0,
    )
    await second.control.stop()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('a second factor is turned off at the machine: sessions end, the password alone signs in, and the audit log tells', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-desk-'))
  const under = await startTestControl({ dataDir })
  const desk = await openAccountDesk({ dataDir, databaseUrl: (await testDatabaseUrl(dataDir)) ?? null })
  try {
    const body = { ...owner, code: under.control.setupCode }
    const browser = asBrowser(under.anyone, await under.anyone.ask('POST', paths.setup, { body }))
    await assert.rejects(desk.endTwoFactor(owner.email), /has no two-factor sign-in; nothing was changed/)
    assert.equal((await browser.get(paths.session)).status, 200)
    const { secret } = await browser.ok<TwoFactorSetup>('POST', paths.accountTwoFactor, { password: owner.password })
    const code = totp(secret, Date.now())
    const now = asBrowser(under.anyone, await browser.ask('POST', paths.accountTwoFactorConfirm, { body: { code } }))
    assert.equal((await signIn(under.anyone, owner.password)).status, 401)
    await assert.rejects(desk.endTwoFactor('nobody@example.com'), /there is no account nobody@example\.com/)
    assert.deepEqual(await desk.endTwoFactor(' Ann@Example.com'), { name: 'Ann', email: owner.email, endedSessions: 1 })
    assert.equal((await now.refused('GET', paths.session)).code, 'AUTH_REQUIRED')
    const again = asBrowser(under.anyone, await signIn(under.anyone, owner.password))
    const { items } = await again.ok<Page<AuditEntry>>('GET', `${paths.audit}?what=two-factor`)
    assert.deepEqual(
      [items[0]?.actor, items[0]?.summary],
      ['operator at the machine', 'Turned off two-factor sign-in of Ann (ann@example.com); sessions ended: 1.'],
    )
  } finally {
    await desk.close()
    await under.control.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('where no Sluice has its data nothing is made, and the setting to name is told', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-desk-'))
  try {
    await assert.rejects(openAccountDesk({ dataDir, databaseUrl: null }), /has no Sluice database; give the data directory with --data-dir/)
    const closed = { dataDir, databaseUrl: 'postgres://u:hidden@127.0.0.1:1/x' }
    await assert.rejects(openAccountDesk(closed), ({ message }: Error) => /cannot be used/.test(message) && !message.includes('hidden'))
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
