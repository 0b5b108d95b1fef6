// budget: 100 s, every page of the console by its operator; lane: shared, what a page shows
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'
import type { PageGlobals } from './web/page-globals.ts'
import { type Publisher, publish } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'
import { addCustomOutput, firstRun, makeChannel, owner, primaryKey } from './web/visitor.ts'

const liveWithinMs = 15_000
/** An output's state is right within 5 s; the page needs a moment more to be looked at. */
const honestWithinMs = 6000
const widths = [360, 390, 768, 1024, 1440]

describe('the console in Chromium, against a real Sluice', { skip: missingForWeb() }, () => {
  let sluice: Sluice
  let browser: Browser
  let page: Page
  let publisher: Publisher | undefined
  const complaints: string[] = []

  before(async () => {
    sluice = await startSluice()
    browser = await openBrowser()
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] })
    page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.text().includes('Content Security Policy') && complaints.push(message.text()))
  })
  after(async () => {
    await publisher?.stop()
    await browser?.close()
    await sluice?.stop()
  })

  const output = (name: string): Locator => page.getByRole('listitem', { name: new RegExp(`^${name}, `) })
  const outputIs = (name: string, word: string, timeout: number): Promise<void> =>
    page.getByRole('listitem', { name: `${name}, ${word}` }).waitFor({ timeout })

  const onAir = (input: string): Locator => page.getByRole('region', { name: `${input} input` }).getByText('On air', { exact: true })
  const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click()

  test('the first visitor makes the owner account and a channel', async () => {
    await firstRun(page, sluice.setupUrl)
    await page.getByRole('button', { name: 'New channel' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Sunday service')
    await page.getByRole('button', { name: 'Create channel' }).click()
    await page.getByRole('heading', { name: 'Sunday service' }).waitFor()
    await page.getByRole('heading', { name: 'No outputs yet' }).waitFor()
  })

  test('server and stream key are copied whole, and an encoder that uses them goes live', async () => {
    const copied = async (label: string): Promise<string> => {
      await page.getByRole('button', { name: `Copy ${label}` }).click()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    const server = await copied('Server')
    const key = await copied('Stream key')
    assert.equal(server, sluice.rtmpUrl)
    assert.ok(key.length >= 20, `a key of ${key.length} characters`)
    assert.equal(await page.getByText(key).count(), 0, 'the key is not shown before it is asked for')
    publisher = publish(`${server}/${key}`)
    await onAir('Primary').waitFor({ timeout: liveWithinMs })
    await page.getByRole('button', { name: 'Details of Primary' }).click()
    const details = page.getByRole('region', { name: 'Primary details' })
    await details.getByText('320 × 180').waitFor({ timeout: liveWithinMs })
    await details.getByText('H.264').waitFor()
    await tab('Timeline')
  })

  test('the preview shows moving pictures', async () => {
    const video = page.getByLabel('Live preview')
    await video.waitFor()
    const hasMoved = (): boolean => {
      const shown = (globalThis as unknown as PageGlobals).document.querySelector('video')
      return (shown?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 30
    }
    await page.waitForFunction(hasMoved, null, { timeout: liveWithinMs })
  })

  test('a further input is added beside the others, changes places with the backup, and is removed after a question', async () => {
    await page.getByRole('button', { name: 'Add input' }).click()
    await page.getByRole('region', { name: 'Backup 2 input' }).waitFor()
    await page.getByRole('button', { name: 'More for backup 2' }).click()
    await page.getByRole('menuitem', { name: 'Swap with backup' }).click()
    await page.getByRole('button', { name: 'Swap', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    // Until the stream has told it the page may show the order of before once more, and a menu closes with its card.
    await page.getByText(/^\S+ \S+ swapped the backup 2 and backup inputs/).waitFor()
    await page.getByRole('button', { name: 'More for backup 2' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByText('Its stream key stops working').waitFor()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('region', { name: 'Backup 2 input' }).waitFor({ state: 'detached' })
    await onAir('Primary').waitFor()
  })

  test('an output added from the catalogue goes live, and says what the far end has confirmed [OBS-03]', async () => {
    const far = await makeChannel(page, sluice.url, 'Far end')
    await addCustomOutput(page, 'Partner', sluice.rtmpUrl, primaryKey(far))
    await outputIs('Partner', 'Live', liveWithinMs)
    await output('Partner')
      .getByText(/^\d\S* [kM]B confirmed, last \d/)
      .waitFor({ timeout: liveWithinMs })
    await page.getByRole('button', { name: 'More for Partner' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    await page.getByRole('dialog').getByText('C', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
  })

  test('an output with a wrong key says so within seconds, with what to do first [OBS-06]', async () => {
    await addCustomOutput(page, 'Wrong', sluice.rtmpUrl, 'not-a-key-of-this-server')
    await outputIs('Wrong', 'Failed', honestWithinMs)
    await page
      .getByRole('region', { name: 'What to do first' })
      .getByText(/^Wrong refused the stream key/)
      .waitFor({ timeout: honestWithinMs })
    await output('Partner').getByText('Live', { exact: true }).waitFor()
  })

  test('a guest adds an own destination by a link, without an account; revoked, it ends and the link is dead [OUT-12]', async () => {
    const end = await makeChannel(page, sluice.url, 'Guest end')
    await tab('Guests')
    await page.getByRole('button', { name: 'Invite a guest' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Guest name' }).fill('The Band')
    await page.getByRole('button', { name: 'Create link' }).click()
    await page.getByRole('button', { name: 'Copy Link for The Band' }).click()
    const link = await page.evaluate<string>('navigator.clipboard.readText()')
    await page.getByRole('button', { name: 'I have copied it' }).click()
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    const guest = await context.newPage()
    guest.on('pageerror', (error) => complaints.push(error.message))
    await guest.goto(link)
    await guest.getByRole('heading', { name: 'Sunday service' }).waitFor()
    await guest.getByRole('textbox', { name: 'Server' }).fill(sluice.rtmpUrl)
    await guest.getByRole('textbox', { name: 'Stream key' }).fill(primaryKey(end))
    await guest.getByRole('button', { name: 'Add destination' }).click()
    await guest.getByText('Live: your destination receives the programme.').waitFor({ timeout: liveWithinMs })
    const overflow = await guest.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    assert.ok(overflow <= 0, `the guest's page is ${overflow} px too wide`)
    await output('My destination').getByText('Guest The Band').waitFor()
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke link' }).click()
    await output('My destination').waitFor({ state: 'detached' })
    await guest.reload()
    await guest.getByText('This link is invalid or has expired.').waitFor()
    await context.close()
  })

  test('an address that can not work is refused at its field', async () => {
    await page.getByRole('button', { name: 'Add output' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Custom RTMP\b/ })
      .first()
      .click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Bad')
    await page.getByRole('textbox', { name: 'Server address' }).fill('http://example.org/live')
    await page.getByRole('dialog').getByRole('button', { name: 'Add output' }).click()
    await page
      .getByRole('dialog')
      .getByText(/the scheme is 'http', not rtmp/)
      .waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
  })

  test('stopping a live output asks first, and leaves the channel live', async () => {
    await page.getByRole('button', { name: 'Stop Partner' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Stop output' }).click()
    await outputIs('Partner', 'Stopped', honestWithinMs)
    await onAir('Primary').waitFor()
    await page.getByRole('button', { name: 'Start Partner' }).click()
    await outputIs('Partner', 'Live', liveWithinMs)
  })

  test('a show is ended after a question, by key too, and taken back while the encoder still sends', async () => {
    const dialog = page.getByRole('dialog')
    await page.keyboard.press('e')
    await dialog.getByText(/closes? cleanly and viewers see the end page/).waitFor()
    await dialog.getByRole('button', { name: 'Keep going' }).click()
    await dialog.waitFor({ state: 'detached' })
    await onAir('Primary').waitFor()
    await page.getByRole('button', { name: 'End show' }).click()
    await dialog.getByRole('button', { name: 'End show' }).click()
    await page.getByRole('status', { name: 'State' }).getByText('Ended').waitFor()
    await page.getByText(`${owner.name} ended the show`).first().waitFor()
    await page.getByRole('button', { name: 'Go live again' }).click()
    await onAir('Primary').waitFor()
    await outputIs('Partner', 'Live', liveWithinMs)
  })

  test('a time outside of the class asks why, is shown with who said so, and goes back by one button [POL-05]', async () => {
    await tab('Failover')
    const panel = page.getByRole('region', { name: 'Failover settings' })
    await panel.getByRole('button', { name: 'Change failover settings' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Switch after' }).fill('0.9')
    await dialog.getByText(/class [ABC] allows 2 to 4 s\./).waitFor()
    await dialog.getByRole('textbox', { name: 'Reason for the override' }).fill('A studio line')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await panel.getByText(`Switch after 0.9 s: “A studio line” ${owner.name}`).waitFor()
    await panel.getByRole('button', { name: 'Change failover settings' }).click()
    await dialog.getByRole('button', { name: /^Use the [\d.]+ s of class/ }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await panel.getByText('A studio line').waitFor({ state: 'detached' })
  })

  test('a class is edited with a reason, which the settings show with who and when [POL-12]', async () => {
    const back = page.url()
    await page.getByRole('link', { name: 'Settings' }).click()
    const card = page.getByRole('article', { name: /Partner/ })
    await card.getByText('Defaults').waitFor()
    await card.getByRole('button', { name: 'Edit class C' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Attempts' }).fill('6')
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Agreed with the partner')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await card.getByText('6 in 15 min').waitFor()
    await card.getByText(`Version 1 by ${owner.name}`).waitFor()
    await page.goto(back)
    await page.getByRole('region', { name: 'Outputs' }).waitFor()
  })

  test('a rehearsal is asked for, cuts the primary, and shows that the backup took over in time [OPS-11]', async () => {
    const answer = await page.request.get(`${sluice.url}/api/v1/channels`)
    const { items } = (await answer.json()) as { items: Awaited<ReturnType<typeof makeChannel>>[] }
    const channel = items.find(({ name }) => name === 'Sunday service')!
    // The trigger of the partner class is as long as what is allowed: no room to pass.
    const data = { failover: { triggerMs: 2500 } }
    assert.equal(
      (await page.request.patch(`${sluice.url}/api/v1/channels/${channel.id}`, { data, headers: { origin: sluice.url } })).status(),
      200,
    )
    const backup = publish(`${sluice.rtmpUrl}/${channel.inputs.find(({ role }) => role === 'backup')!.streamKey}`)
    await page.getByRole('button', { name: 'Switch to backup' }).waitFor({ timeout: liveWithinMs })
    await tab('Readiness')
    await page.getByRole('button', { name: 'Rehearse' }).click()
    await page.getByRole('button', { name: 'Cut the primary now' }).click()
    await page.getByText(/The primary is cut, \d+ s to go/).waitFor()
    await page
      .getByRole('dialog')
      .getByText(/the backup was on air \d+ ms after the cut.*no output reconnected/)
      .waitFor({ timeout: 30_000 })
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await outputIs('Partner', 'Live', liveWithinMs)
    await page.getByRole('button', { name: 'Switch to primary' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Switch to primary' }).click()
    await onAir('Primary').waitFor({ timeout: liveWithinMs })
    await backup.stop()
  })

  test('a lost control is told, media goes on, and the state is whole after it returns', async () => {
    await sluice.leaveControl()
    await page.getByText(/This page lost its connection/).waitFor({ timeout: honestWithinMs })
    await page.getByRole('status', { name: 'State' }).getByText('Last seen live').waitFor()
    await sluice.returnControl()
    await page.getByText(/This page lost its connection/).waitFor({ state: 'detached', timeout: liveWithinMs })
    await outputIs('Partner', 'Live', liveWithinMs)
    await page.getByRole('button', { name: 'More for Partner' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    await page.getByRole('dialog').getByText('Reconnects0').waitFor({ timeout: liveWithinMs })
    await page.getByRole('button', { name: 'Close' }).click()
  })

  test('no page is wider than the window, from a phone to a desktop', async () => {
    const channelUrl = page.url()
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 })
      for (const url of [
        channelUrl,
        `${sluice.url}/`,
        `${sluice.url}/wall`,
        `${sluice.url}/destinations`,
        `${sluice.url}/activity`,
        ...['', '/people', '/account', '/audit'].map((section) => `${sluice.url}/settings${section}`),
      ]) {
        await page.goto(url)
        await page.getByRole('heading').first().waitFor()
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        assert.ok(overflow <= 0, `${new URL(url).pathname} is ${overflow} px too wide at ${width}`)
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  test('everything that can be pressed or filled in has a name', async () => {
    for (const path of [
      '/',
      '/wall',
      '/destinations',
      '/activity',
      '/settings',
      '/settings/people',
      '/settings/account',
      '/settings/audit',
    ]) {
      await page.goto(sluice.url + path)
      await page.getByRole('heading').first().waitFor()
      for (const role of ['button', 'link', 'textbox', 'radio', 'checkbox'] as const) {
        const names = await page.getByRole(role, { name: /^$/ }).count()
        assert.equal(names, 0, `${names} of role ${role} on ${path} have no name`)
      }
    }
  })

  test('signing out ends the session, and signing in leads back to the page', async () => {
    await page.goto(`${sluice.url}/settings/account`)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    assert.equal((await page.request.get(`${sluice.url}/api/v1/session`)).status(), 401)
    await page.getByLabel('Email').fill(owner.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(owner.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
  })

  test('another browser is signed out from the settings, and a changed password signs out all but this one', async () => {
    const context = await browser.newContext()
    const signIn = async (password: string): Promise<number> => {
      const data = { email: owner.email, password }
      return (await context.request.post(`${sluice.url}/api/v1/session`, { data, headers: { origin: sluice.url } })).status()
    }
    const isSignedIn = async (): Promise<boolean> => (await context.request.get(`${sluice.url}/api/v1/session`)).ok()
    const browsers = page.getByRole('list', { name: 'Signed-in browsers' }).getByRole('listitem')
    assert.equal(await signIn(owner.password), 200)
    await page.reload()
    await browsers.nth(1).waitFor()
    await browsers.getByText('This browser').waitFor()
    await browsers.getByText('Chrome on Linux').first().waitFor()
    await browsers.getByRole('button', { name: /^Sign out/ }).click()
    await browsers.nth(1).waitFor({ state: 'detached' })
    assert.equal(await isSignedIn(), false)

    assert.equal(await signIn(owner.password), 200)
    const change = async (present: string, next: string): Promise<void> => {
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: 'Current password' }).fill(present)
      await dialog.getByRole('textbox', { name: 'New password' }).fill(next)
      await dialog.getByRole('button', { name: 'Change password' }).click()
    }
    await page.getByRole('button', { name: 'Change password' }).click()
    await change('not the present one', 'a newer long password')
    await page.getByRole('dialog').getByText('This is not the current password.').waitFor()
    // A notification leaves after six seconds: look for it from before the press on.
    const notified = page.getByText('Password changed. All other browsers are signed out.').waitFor()
    await Promise.all([notified, change(owner.password, 'a newer long password')])
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await isSignedIn(), false)
    assert.ok((await page.request.get(`${sluice.url}/api/v1/session`)).ok(), 'this browser stays signed in')
    assert.equal(await signIn(owner.password), 401)
    assert.equal(await signIn('a newer long password'), 200)
    await context.close()
  })

  test('a first run without the code is told where it stands, and the printed link leads into the console once it is done', async () => {
    await page.goto(sluice.setupUrl)
    await page.getByRole('heading', { name: 'Channels' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/')
    const fresh = await startSluice()
    const context = await browser.newContext()
    try {
      const visitor = await context.newPage()
      await visitor.goto(fresh.url)
      await visitor.getByText('Sluice prints it at startup').waitFor()
      await visitor.getByRole('textbox', { name: 'Setup code' }).fill('AAAAA-AAAAA-AAAAA-AAAAA')
      await visitor.getByLabel('Your name').fill(owner.name)
      await visitor.getByLabel('Email').fill(owner.email)
      await visitor.getByRole('textbox', { name: 'Password' }).fill(owner.password)
      await visitor.getByRole('button', { name: 'Create account' }).click()
      await visitor.getByText('This is not the setup code.').waitFor()
      await visitor.getByRole('textbox', { name: 'Setup code' }).fill(fresh.setupCode.toLowerCase())
      await visitor.getByRole('button', { name: 'Create account' }).click()
      await visitor.getByRole('heading', { name: 'No channels yet' }).waitFor()
    } finally {
      await context.close()
      await fresh.stop()
    }
  })

  test('nothing was thrown and no policy was broken on the way', () => {
    assert.deepEqual(complaints, [])
  })
})
