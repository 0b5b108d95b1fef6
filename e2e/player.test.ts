import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { Browser, Frame, Page } from 'playwright-core'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'
import type { Metrics, PageGlobals } from './web/page-globals.ts'
import { type Publisher, publish } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'
import { firstRun, makeChannel, primaryKey } from './web/visitor.ts'

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
    publisher = publish(`${sluice.rtmpUrl}/${primaryKey(channel)}`)
    await page.waitForFunction(() => (globalThis as unknown as PageGlobals).sluicePlayer?.width === 320, null, { timeout: liveWithinMs })
    assert.equal((await shown(60)).state, 'live')
    assert.equal(await page.evaluate('window.isThisVisit'), true, 'it is the page of before')
  })

  test('a programme that ends leads back to waiting, and the next one is played without a reload', async () => {
    // Slate keeps a channel on the air for minutes after its encoder left: the end is told here in its place.
    const playlists = '**/*.m3u8'
    const playInfo = '**/api/v1/play/*'
    await page.route(playlists, (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }))
    await page.route(playInfo, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), isLive: false } })
    })
    await page.getByText('Waiting for the stream').waitFor({ timeout: endedWithinMs })
    const before = await page.evaluate<number>('window.sluicePlayer.frames')
    await page.unroute(playlists)
    await page.unroute(playInfo)
    await moving(page.mainFrame(), before + 60)
  })

  test('an address that plays nothing is told, a channel’s id too', async () => {
    await page.goto(`${sluice.url}/watch/${channel.id}`)
    await page.getByText('No stream at this address').waitFor()
  })

  test('nothing was thrown and no policy was broken on the way', () => {
    assert.deepEqual(complaints, [])
  })
})

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
