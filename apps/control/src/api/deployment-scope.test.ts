import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { paths, type Session, type VaultRotation, workspaceScopes } from '@sluice/contract/api'
import { asBrowser, type ControlUnderTest, keyWith, startTestControl } from '../testing/control-under-test.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }

let under: ControlUnderTest
before(async () => {
  under = await startTestControl()
})
after(() => under.stop())

test('the vault is rotated by the admin token and by whoever set Sluice up, in any of their workspaces', async () => {
  const made = await under.anyone.ask('POST', paths.setup, { body: { ...owner, code: under.control.setupCode } })
  const browser = asBrowser(under.anyone, made)
  assert.ok((made.body as Session).scopes.includes('deployment:write'))
  assert.ok((await browser.ok<VaultRotation>('POST', paths.vaultRotate)).reencrypted > 0)
  const second = await browser.ok<{ id: string }>('POST', paths.workspaces, { name: 'Second' })
  const moved = await browser.ok<Session>('PATCH', paths.session, { workspaceId: second.id })
  assert.ok(moved.scopes.includes('deployment:write'))
  assert.ok((await under.operator.ok<VaultRotation>('POST', paths.vaultRotate)).keyId)
  const audit = await browser.ok<{ items: { action: string }[] }>('GET', paths.audit)
  assert.equal(audit.items.length > 0, true)
})

test('no workspace’s key may, whatever its scopes, and no key can be made that could', async () => {
  for (const { operator } of [await under.newWorkspace(), { operator: under.operator }]) {
    const key = await keyWith(operator, workspaceScopes)
    const refused = await key.refused('POST', paths.vaultRotate)
    assert.equal(refused.code, 'SCOPE_MISSING')
    assert.match(refused.detail, /deployment:write/)
    const body = { name: 'all', scopes: [...workspaceScopes, 'deployment:write'] }
    for (const maker of [operator, key]) assert.equal((await maker.refused('POST', paths.apiKeys, body)).code, 'REQUEST_INVALID')
    assert.ok(!(await key.ok<Session>('GET', paths.session)).scopes.includes('deployment:write'))
  }
})
