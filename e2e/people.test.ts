// lane: shared, what a page shows
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { runCli } from '@sluice/cli'
import { makeIo } from '@sluice/cli/testing'
import { type CreatedInvitation, type Page as ListPage, type Member, paths } from '@sluice/contract/api'
import { totp } from '@sluice/testkit/totp'
import type { Browser, Page } from 'playwright-core'
import { seriousFindingsInBoth } from './web/accessible.ts'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'
import { type Sluice, startSluice } from './web/sluice.ts'
import { firstRun, owner } from './web/visitor.ts'

/** The machine may be busy; what does not come by then does not come. */
const shownWithinMs = 15_000
const ben = { name: 'Ben', email: 'ben@sluice.example', password: 'another long password' }

// The people of a workspace at their browsers: invited, given another role, signed out in the middle of something.

describe('people at the console, in Chromium against a real Sluice', { skip: missingForWeb() }, () => {
  let sluice: Sluice
  let browser: Browser
  let page: Page
  let guest: Page
  const complaints: string[] = []
  const open = async (): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const opened = await context.newPage()
    opened.setDefaultTimeout(shownWithinMs)
    opened.on('pageerror', (error) => complaints.push(error.message))
    return opened
  }
  before(async () => {
    sluice = await startSluice()
    browser = await openBrowser()
    page = await open()
  })
  after(async () => {
    await browser?.close()
    await sluice?.stop()
  })

  const ask = async <T>(by: Page, method: string, path: string, data?: object): Promise<T> => {
    const answer = await by.request.fetch(sluice.url + path, {
      method,
      headers: { origin: sluice.url },
      ...(data === undefined ? {} : { data }),
    })
    assert.ok(answer.status() < 300, `${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return (answer.status() === 204 ? undefined : await answer.json()) as T
  }
  const people = () => page.getByRole('list', { name: 'People' }).getByRole('listitem')

  test('an owner invites somebody by a link, who joins with a new account and the role of the link [TEAM-01]', async () => {
    await firstRun(page, sluice.setupUrl)
    await page.goto(`${sluice.url}/settings/people`)
    await page.getByRole('button', { name: 'Invite' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Email' }).fill(ben.email)
    await dialog.getByRole('button', { name: 'Create link' }).click()
    const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('list', { name: 'Open invitations' }).getByText(ben.email, { exact: true }).waitFor()
    guest = await open()
    await guest.goto(link)
    await guest.getByText(`${owner.name} invites you as operator.`).waitFor()
    assert.deepEqual(await seriousFindingsInBoth(guest), [])
    await guest.getByRole('textbox', { name: 'Your name' }).fill(ben.name)
    await guest.getByRole('textbox', { name: 'Password' }).fill(ben.password)
    await guest.getByRole('button', { name: 'Create account and join' }).click()
    await guest.getByRole('heading', { name: 'Channels', exact: true }).waitFor()
    await page.reload()
    await people().filter({ hasText: ben.email }).getByText('Last seen').waitFor()
    assert.deepEqual(await seriousFindingsInBoth(page), [])
  })

  test('a session that ends in mid-action asks to sign in over the page, keeps what was typed, and the action goes on', async () => {
    await guest.getByRole('button', { name: 'New channel' }).first().click()
    const form = guest.getByRole('dialog').filter({ hasText: 'New channel' })
    await form.getByRole('textbox', { name: 'Name' }).fill('Evening show')
    const { items } = await ask<ListPage<Member>>(page, 'GET', paths.members)
    await ask(page, 'DELETE', paths.memberSessions(items.find(({ email }) => email === ben.email)!.userId))
    const again = guest.getByRole('dialog', { name: 'You were signed out' })
    await form.getByRole('button', { name: 'Create channel' }).click()
    await again.getByText('Your streams keep running.').waitFor()
    assert.equal(await again.getByRole('textbox', { name: 'Email' }).inputValue(), ben.email)
    await again.getByRole('textbox', { name: 'Password' }).fill('not the one')
    await again.getByRole('button', { name: 'Sign in' }).click()
    await again.getByText('E-mail or password is wrong.').waitFor()
    await again.getByRole('textbox', { name: 'Password' }).fill(ben.password)
    await again.getByRole('button', { name: 'Sign in' }).click()
    await again.waitFor({ state: 'detached' })
    await form.waitFor({ state: 'detached' })
    await guest.getByRole('heading', { name: 'Evening show' }).waitFor()
    assert.equal((await ask<ListPage<{ name: string }>>(page, 'GET', paths.channels)).items.length, 1)
  })

  test('a role that changes shows in the open page, and who is removed loses it', async () => {
    await guest.goto(`${sluice.url}/destinations`)
    await guest.getByRole('button', { name: 'Add destination' }).first().waitFor()
    await people().filter({ hasText: ben.email }).getByRole('combobox', { name: 'Role of Ben' }).click()
    await page.getByRole('option', { name: 'Observer' }).click()
    await guest.getByRole('button', { name: 'Add destination' }).first().waitFor({ state: 'detached' })
    await people().filter({ hasText: ben.email }).getByRole('button', { name: 'More for Ben' }).click()
    await page.getByRole('menuitem', { name: 'Remove from workspace' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await people().filter({ hasText: ben.email }).waitFor({ state: 'detached' })
    await guest.getByRole('dialog', { name: 'You were signed out' }).waitFor()
  })

  test('the audit log is filtered and exported', async () => {
    await page.getByRole('link', { name: 'Audit' }).click()
    const log = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem')
    await log.filter({ hasText: 'Removed Ben' }).waitFor()
    assert.deepEqual(await seriousFindingsInBoth(page), [])
    await page.getByRole('textbox', { name: 'Who' }).fill('ben')
    await log.filter({ hasText: 'Removed Ben' }).waitFor({ state: 'detached' })
    await log.filter({ hasText: 'Evening show' }).waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV export' }).click()])
    assert.match(download.suggestedFilename(), /^sluice-audit-[\d-]+\.csv$/)
  })

  test('a workspace is created, renamed, and deleted once its name is typed', async () => {
    await page.getByRole('link', { name: 'Workspace' }).click()
    const workspaces = page.getByRole('region', { name: 'Workspaces' })
    await workspaces.getByRole('textbox').waitFor()
    assert.deepEqual(await seriousFindingsInBoth(page), [])
    await workspaces.getByRole('textbox').fill('Sports')
    await workspaces.getByRole('button', { name: 'Create and switch' }).click()
    await workspaces.getByText('Sports').waitFor()
    const own = page.getByRole('region', { name: 'This workspace' })
    await own.getByRole('textbox', { name: 'Name' }).and(page.locator('[value="Sports"]')).fill('Sports desk')
    await own.getByRole('button', { name: 'Rename' }).click()
    await workspaces.getByText('Sports desk').waitFor()
    await page.getByRole('button', { name: 'Delete workspace' }).click()
    const dialog = page.getByRole('dialog')
    assert.equal(await dialog.getByRole('button', { name: 'Delete everything' }).isDisabled(), true)
    await dialog.getByRole('textbox').fill('Sports desk')
    await dialog.getByRole('button', { name: 'Delete everything' }).click()
    await workspaces.getByText('Sports desk').waitFor({ state: 'detached' })
    await own.getByRole('textbox', { name: 'Name' }).and(page.locator('[value="Main"]')).waitFor()
  })

  test('two-factor sign-in is set up by hand, and asked for in console and command line', async () => {
    await page.getByRole('link', { name: 'Account', exact: true }).click()
    await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Your password').fill(owner.password)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    const secret = await dialog.getByRole('textbox', { name: 'Key', exact: true }).inputValue()
    const codes = await dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()
    await dialog.getByRole('textbox', { name: /Code that/ }).fill(totp(secret, Date.now()))
    await dialog.getByRole('button', { name: 'Turn on' }).click()
    await page.getByText('On. Signing in takes').waitFor()
    assert.deepEqual(await seriousFindingsInBoth(page), [])

    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    assert.deepEqual(await seriousFindingsInBoth(page), [])
    await page.getByRole('textbox', { name: 'Email' }).fill(owner.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(owner.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('textbox', { name: /Code from/ }).fill(codes[0] ?? '')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()

    const home = await mkdtemp(join(tmpdir(), 'sluice-people-'))
    const io = makeIo({ env: { SLUICE_URL: sluice.url, XDG_CONFIG_HOME: home }, answers: [owner.email, owner.password, codes[1] ?? ''] })
    assert.equal(await runCli(['login'], io), 0, io.errors.join(''))
    await rm(home, { recursive: true, force: true })

    await page.getByRole('button', { name: 'Turn off' }).click()
    await dialog.getByRole('textbox', { name: 'Password' }).fill(owner.password)
    await dialog.getByRole('textbox', { name: /Code from/ }).fill(codes[2] ?? '')
    await dialog.getByRole('button', { name: 'Turn off' }).click()
    await page.getByRole('button', { name: 'Turn on two-factor sign-in' }).waitFor()
  })

  test('who has an account joins with it by signing in', async () => {
    const { url } = await ask<CreatedInvitation>(page, 'POST', paths.invitations, { role: 'moderator' })
    const back = await open()
    await back.goto(url ?? '')
    await back.getByRole('button', { name: 'I have an account on this Sluice' }).click()
    await back.getByRole('textbox', { name: 'Email' }).fill(owner.email)
    await back.getByRole('textbox', { name: 'Password' }).fill(owner.password)
    await back.getByRole('button', { name: 'Sign in' }).click()
    await back.getByRole('button', { name: /^Join as/ }).click()
    await back.getByText('You are in this workspace already.').waitFor()
  })

  test('no page threw', () => assert.deepEqual(complaints, []))
})
