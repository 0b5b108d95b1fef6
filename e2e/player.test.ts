// budget: 90 s; lane: shared, what a page shows
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Channel } from '@sluice/contract/api'
import type { Browser, Frame, Locator, Page } from 'playwright-core'
import { sleep } from './support/wait.ts'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'
import type { Metrics, PageGlobals } from './web/page-globals.ts'
import { type Publisher, publish } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'
import { firstRun, makeChannel, owner, primaryKey } from './web/visitor.ts'

const liveWithinMs = 20_000
const endedWithinMs = 20_000

describe('the player page in Chromium, against a real Sluice', { skip: missingForWeb() }, () => {
  let sluice: Sluice
  let browser: Browser
  let page: Page
  let site: Server
  let publisher: Publisher
  let channel: Awaited<ReturnType<typeof makeChannel>>
  const complaints: string[] = []

  /** A call of the API about the channel, with the session of the page. */
  const ask = async (by: Page, method: string, verb: string, data?: unknown): Promise<Channel> => {
    const url = `${sluice.url}/api/v1/channels/${channel.id}${verb === '' ? '' : `/${verb}`}`
    const answer = await by.request.fetch(url, { method, headers: { origin: sluice.url }, ...(data === undefined ? {} : { data }) })
    assert.ok(answer.ok(), await answer.text())
    return (await answer.json()) as Channel
  }

  before(async () => {
    sluice = await startSluice()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.text().includes('Content Security Policy') && complaints.push(message.text()))
    await firstRun(page, sluice.setupUrl)
    channel = await makeChannel(page, sluice.url, 'Sunday service')
    site = await otherSite(sluice.url, channel.playback.playId)
  })
  after(async () => {
    await publisher?.stop()
    await browser?.close()
    site?.close()
    await sluice?.stop()
  })

  test('before the channel is live the page waits, and says so', async () => {
    await page.goto(channel.playback.page)
    await page.getByText('Waiting for the stream').waitFor()
    assert.equal(await page.title(), 'Sunday service')
    const box = await playerBox(page)
    await ask(page, 'PATCH', '', {
      page: {
        ...{ title: 'Evening show', host: 'Harbour Hall', text: 'Three bands, one boat & a bar.', colour: '#8a3b12' },
        ...{ startsAt: new Date(Date.now() + 3_600_000).toISOString(), endText: 'Come back on Sunday.' },
      },
    })
    const poster = await page.request.put(`${sluice.url}/api/v1/channels/${channel.id}/page/poster`, {
      ...{ data: picture('640x360', 'poster.png'), headers: { origin: sluice.url, 'content-type': 'image/png' } },
    })
    assert.equal(poster.status(), 200, await poster.text())
    await page.getByText('Evening show starts in').waitFor()
    await page.getByText(/^(59|1:00):\d\d/).waitFor()
    await page.getByText('Harbour Hall').waitFor()
    await untilSo(page.locator('.backdrop'), (image: { naturalWidth: number }) => image.naturalWidth === 640)
    assert.deepEqual(await playerBox(page), box, 'the player keeps its place and size')
    await shoot(page, 'before')
  })

  test('a shared link shows title, text and poster by whole addresses to a reader without scripts [EMB-07]', async () => {
    const html = await (await fetch(channel.playback.page)).text()
    const tag = (name: string): string | undefined => new RegExp(`<meta property="og:${name}" content="([^"]*)"`).exec(html)?.[1]
    assert.deepEqual(
      [tag('title'), tag('description'), tag('url')],
      ['Evening show', 'Three bands, one boat &amp; a bar.', channel.playback.page],
    )
    const image = await fetch(tag('image') ?? '')
    assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/jpeg'])
  })

  test('the waiting page starts by itself, without sound, and its frame count grows [EMB-04]', async () => {
    publisher = publish(`${sluice.rtmpUrl}/${primaryKey(channel)}`)
    const first = await moving(page.mainFrame(), 0)
    const later = await moving(page.mainFrame(), first.frames + 60)
    assert.equal(later.state, 'live')
    assert.equal(later.width, 320)
    assert.ok(later.startupMs !== null && later.startupMs > 0)
    await page.getByRole('button', { name: 'Turn sound on' }).click()
    await page.getByRole('button', { name: 'Turn sound on' }).waitFor({ state: 'detached' })
  })

  test('the embed page plays in the frame of another site [EMB-01]', async () => {
    await page.goto(`${siteUrl(site)}/frame`)
    const frame = page.frame({ url: channel.playback.embed })
    assert.ok(frame !== null)
    await moving(frame, 60)
  })

  test('the element plays on a page of another site, from its stable address [EMB-01]', async () => {
    await page.goto(`${siteUrl(site)}/element`)
    const hasMoved = (): boolean =>
      ((globalThis as unknown as PageGlobals).document.querySelector('sluice-player')?.metrics?.frames ?? 0) > 60
    await page.waitForFunction(hasMoved, null, { timeout: liveWithinMs })
  })

  test('an encoder that drops and returns is played on without a reload', async () => {
    await page.goto(channel.playback.page)
    const { frames } = await moving(page.mainFrame(), 30)
    await publisher.stop()
    publisher = publish(`${sluice.rtmpUrl}/${primaryKey(channel)}`)
    await moving(page.mainFrame(), frames + 300)
  })

  test('a switch to a backup of another size, to slate and back is played on without a reload [FAI-10] [FAI-13]', async () => {
    await page.evaluate('window.isThisVisit = true')
    const backup = publish(`${sluice.rtmpUrl}/${channel.inputs.find(({ role }) => role === 'backup')!.streamKey}`, '256x144')
    const shown = async (more: number): Promise<Metrics> => {
      const { frames } = await page.evaluate<Metrics>('window.sluicePlayer')
      return moving(page.mainFrame(), frames + more)
    }
    await shown(60)
    await publisher.stop()
    await page.waitForFunction(() => (globalThis as unknown as PageGlobals).sluicePlayer?.width === 256, null, { timeout: liveWithinMs })
    await shown(60)
    await backup.stop()
    // Slate shows as many pictures as fit the programme's bitrate. What was buffered before is over after so many.
    await shown(60)
    await page.getByText('We’ll be right back').waitFor()
    await shoot(page, 'break')
    publisher = publish(`${sluice.rtmpUrl}/${primaryKey(channel)}`)
    await page.waitForFunction(() => (globalThis as unknown as PageGlobals).sluicePlayer?.width === 320, null, { timeout: liveWithinMs })
    assert.equal((await shown(60)).state, 'live')
    await page.getByText('We’ll be right back').waitFor({ state: 'hidden' })
    await page.getByText(/^\d+\.\d s behind$/).waitFor()
    await shoot(page, 'live')
    assert.equal(await page.evaluate('window.isThisVisit'), true, 'it is the page of before')
  })

  test('the end of a show thanks its viewers, and the next one is played without a reload', async () => {
    const box = await playerBox(page)
    const before = await page.evaluate<number>('window.sluicePlayer.frames')
    const ended = await ask(page, 'POST', 'broadcast/end')
    assert.equal(ended.ended?.by, owner.name)
    await page.getByText('Thank you for watching').waitFor({ timeout: endedWithinMs })
    assert.deepEqual(await playerBox(page), box, 'the player keeps its place and size')
    await page.getByText('Come back on Sunday.').waitFor()
    await shoot(page, 'ended')
    assert.equal((await ask(page, 'POST', 'broadcast/start')).ended, null)
    await moving(page.mainFrame(), before + 60)
  })

  test('an address that plays nothing is told, a channel’s id too', async () => {
    await page.goto(`${sluice.url}/watch/${channel.id}`)
    await page.getByText('No stream at this address').waitFor()
  })

  test('keys work on the page, and a phone held sideways shows the picture alone', async () => {
    await page.goto(channel.playback.page)
    await moving(page.mainFrame(), 30)
    const video = page.locator('video')
    await page.keyboard.press('Space')
    await untilSo(video, ({ paused }: { paused: boolean }) => paused)
    await page.keyboard.press('k')
    await untilSo(video, ({ paused }: { paused: boolean }) => !paused)
    const before = page.viewportSize()!
    await page.setViewportSize({ width: 844, height: 390 })
    assert.deepEqual(await playerBox(page), { x: 0, y: 0, width: 844, height: 390 })
    assert.equal(await page.getByRole('heading', { name: 'Evening show' }).isVisible(), false)
    await page.setViewportSize(before)
  })

  test('nothing was thrown and no policy was broken on the way', () => {
    assert.deepEqual(complaints, [])
  })
})

/** Asks an element until it is so. */
async function untilSo<T>(locator: Locator, isSo: (element: T) => boolean): Promise<void> {
  // The page's own policy forbids to wait in it by a string, and the element's type is the browser's.
  const look = isSo as (element: unknown) => boolean
  for (const endMs = Date.now() + liveWithinMs; !(await locator.evaluate(look)); await sleep(50))
    assert.ok(Date.now() < endMs, String(isSo))
}

const playerBox = (page: Page) => page.locator('sluice-player').boundingBox()

/** A picture as ffmpeg makes it. */
function picture(size: string, name: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-picture-'))
  const file = join(folder, name)
  const made = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}`, '-frames:v', '1', '-y', file])
  assert.equal(made.status, 0, String(made.stderr))
  const bytes = readFileSync(file)
  rmSync(folder, { recursive: true })
  return bytes
}

/** Pictures for people, where SLUICE_SHOTS names a folder: on a desk and a phone, light and dark. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SLUICE_SHOTS']
  if (folder === undefined) return
  const desk = page.viewportSize()!
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const [device, size] of Object.entries({ desk, phone: { width: 390, height: 844 } })) {
      await page.setViewportSize(size)
      await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`) })
    }
  }
  await page.setViewportSize(desk)
}

/** What the page has seen once it has shown more than `frames` frames. */
async function moving(frame: Frame, frames: number): Promise<Metrics> {
  const hasMoved = (count: number): boolean => ((globalThis as unknown as PageGlobals).sluicePlayer?.frames ?? 0) > count
  await frame.waitForFunction(hasMoved, frames, { timeout: liveWithinMs })
  return frame.evaluate<Metrics>('window.sluicePlayer')
}

const siteUrl = (site: Server): string => {
  const address = site.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

/** Somebody else's web site, which has a channel on two of its pages. */
async function otherSite(sluiceUrl: string, playId: string): Promise<Server> {
  const pages: Record<string, string> = {
    '/frame': `<iframe src="${sluiceUrl}/embed/${playId}" width="640" height="360" allow="autoplay"></iframe>`,
    '/element': `<script type="module" src="${sluiceUrl}/player-assets/sluice-player.js"></script><sluice-player play="${playId}"></sluice-player>`,
  }
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Event</title>${pages[request.url ?? ''] ?? ''}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
