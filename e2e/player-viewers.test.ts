// budget: 75 s: pictures that have to come in time are watched, so it runs alone
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Beacon, PlaybackStats, Player } from '@sluice/contract/api'
import type { Browser, Frame, Page } from 'playwright-core'
import { rollUp, withCaptions } from './support/captions-608.ts'
import { until } from './support/wait.ts'
import { seriousFindings } from './web/accessible.ts'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'
import { type Publisher, runFfmpeg } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'
import { firstRun, makeChannel, primaryKey } from './web/visitor.ts'

type Metrics = {
  state: string
  startupMs: number | null
  stalls: number
  stalledMs: number
  playedMs: number
  step: string | null
  latencyMs: number | null
}
const text = 'HARBOUR TONIGHT '

describe('what viewers see, and what their players say of it', { skip: missingForWeb() }, () => {
  let sluice: Sluice
  let browser: Browser
  let page: Page
  let publisher: Publisher
  let channel: Awaited<ReturnType<typeof makeChannel>>
  let folder: string
  const [sites, complaints]: [Server[], string[]] = [[], []]

  const api = async <T>(method: string, path: string, data?: unknown): Promise<T> => {
    const answer = await page.request.fetch(`${sluice.url}/api/v1${path}`, {
      ...{ method, headers: { origin: sluice.url } },
      ...(data === undefined ? {} : { data }),
    })
    assert.ok(answer.ok(), await answer.text())
    return (await answer.json()) as T
  }
  const metricsOf = (where: Page | Frame): Promise<Metrics | null> => where.evaluate<Metrics | null>('window.sluicePlayer ?? null')
  const live = (where: Page | Frame): Promise<number> =>
    until('the picture moves', async () => {
      const seen = await metricsOf(where).catch(() => null)
      return seen?.state === 'live' && seen.playedMs > 1000
    })
  const site = async (body: string): Promise<string> => {
    const server = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><html lang="en"><title>Event</title><body>${body}`),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    sites.push(server)
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`
  }

  before(async () => {
    sluice = await startSluice()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    await firstRun(page, sluice.setupUrl)
    channel = await makeChannel(page, sluice.url, 'Evening show')
    folder = mkdtempSync(join(tmpdir(), 'sluice-viewers-'))
    const bare = join(folder, 'bare.h264')
    const made = spawnSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-t', '12', '-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-bf', '0', '-g', '60', '-b:v', '500k', '-pix_fmt', 'yuv420p', '-f', 'h264', '-y', bare],
    ])
    assert.equal(made.status, 0, String(made.stderr))
    const captioned = join(folder, 'captioned.h264')
    // ffmpeg can't play a bare stream twice: it would go on with the sound alone, as fast as it can.
    const once = withCaptions(readFileSync(bare), rollUp(text), 60)
    writeFileSync(captioned, Buffer.concat(Array.from({ length: 20 }, () => once)))
    publisher = runFfmpeg([
      ...['-re', '-r', '30', '-f', 'h264', '-i', captioned],
      ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-c:v', 'copy', '-c:a', 'aac', '-b:a', '96k'],
      ...['-f', 'flv', `${sluice.rtmpUrl}/${primaryKey(channel)}`],
    ])
  })
  after(async () => {
    await publisher?.stop()
    await browser?.close()
    for (const server of sites) server.close()
    await sluice?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('captions in the picture are chosen by key and by menu, and are shown [EMB-02]', async () => {
    await page.goto(channel.playback.page)
    await live(page)
    await page.mouse.move(600, 400)
    const menu = page.getByRole('button', { name: 'Sound, captions and quality' })
    await menu.waitFor()
    await menu.click()
    const off = page.getByRole('menuitemradio', { name: 'Off' })
    await off.waitFor()
    assert.equal(await off.getAttribute('aria-checked'), 'true')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await menu.waitFor()
    const shown = `(() => { const { textTracks } = document.querySelector('sluice-player').shadowRoot.querySelector('video')
      return [...textTracks].filter(({ mode }) => mode === 'showing').flatMap(({ activeCues }) => [...(activeCues ?? [])].map(({ text }) => text)).join(' ') })()`
    await until('the caption is shown', async () => (await page.evaluate<string>(shown)).includes(text.trim()))
    await shoot(page, 'captions')
    await page.evaluate('document.activeElement?.blur()')
    await page.keyboard.press('c')
    assert.equal(await page.evaluate(shown), '')
  })

  test('the live page keeps nobody out, by keys or by colours', async () => {
    await page.mouse.move(610, 410)
    assert.deepEqual(await seriousFindings(page), [])
    const muted = (): Promise<boolean> => page.evaluate<boolean>(`document.querySelector('sluice-player').muted`)
    await page.keyboard.press('m')
    assert.equal(await muted(), false)
    await page.keyboard.press('m')
    assert.equal(await muted(), true)
    for (const name of ['Pause', 'Live. Jump to the newest picture', 'Unmute', 'Full screen'])
      await page.getByRole('button', { name }).waitFor({ state: 'attached' })
  })

  test('a server that stalls is a stall in the page, in its beacons and in the figures alike [PLB-12] [EMB-04]', async () => {
    await page.goto('about:blank')
    const stats = (): Promise<PlaybackStats> => api('GET', `/channels/${channel.id}/playback/stats`)
    // A viewer who says nothing is given up after 30 s: this one says that they leave.
    await until('the viewer of before has left', async () => (await stats()).reporting === 0, 10_000)
    const viewer = await browser.newPage()
    const sent: Beacon[] = []
    viewer.on('request', (request) => request.url().endsWith('/beacons') && sent.push(request.postDataJSON() as Beacon))
    await viewer.goto(channel.playback.page)
    await live(viewer)
    const before = await stats()
    let isHeld = true
    await viewer.route(/\.m4s(\?|$)/, async (route) => {
      await until('the line is free', () => !isHeld)
      await route.continue().catch(() => {})
    })
    await until('the picture stands', async () => (await metricsOf(viewer))?.state === 'stalled')
    await until('for a second', async () => ((await metricsOf(viewer))?.stalledMs ?? 0) > 1000)
    isHeld = false
    await until('the picture moves again', async () => (await metricsOf(viewer))?.state === 'live')
    // Three stalls within a minute lead one step down, and the same page plays on: parts are not asked for any more.
    assert.equal((await metricsOf(viewer))?.step, 'll-hls')
    for (let stalls = (await metricsOf(viewer))!.stalls; stalls < 3; stalls = (await metricsOf(viewer))!.stalls) {
      isHeld = true
      await until('the picture stands again', async () => (await metricsOf(viewer))!.stalls > stalls, 20_000)
      isHeld = false
      await until('the picture moves', async () => (await metricsOf(viewer))?.state === 'live')
    }
    await until('it has stepped down', async () => (await metricsOf(viewer))?.step === 'hls')
    const { playedMs } = (await metricsOf(viewer))!
    await until('it plays on', async () => (await metricsOf(viewer))!.playedMs > playedMs + 2000)
    const seen = (await metricsOf(viewer))!
    await viewer.evaluate(`document.querySelector('sluice-player').remove()`)
    await until('the last word is out', () => sent.at(-1)?.sta === 'q')
    const last = sent.at(-1)!
    assert.deepEqual([last.msd, last.bsa, last.bsda], [seen.startupMs, seen.stalls, seen.stalledMs])
    assert.equal(new Set(sent.map(({ sid }) => sid)).size, 1)
    const { total, formats } = await stats()
    assert.equal(total.stalls - before.total.stalls, seen.stalls)
    const stalledMs = total.stalledMs - before.total.stalledMs
    assert.ok(Math.abs(stalledMs - seen.stalledMs) <= 1, `${stalledMs} ms are known, ${seen.stalledMs} ms were seen`)
    assert.equal(total.starts, 2)
    assert.deepEqual(formats.map(({ step, rung }) => `${step} ${rung}`).sort(), ['hls 180p', 'll-hls 180p'])
    assert.ok(total.latencyMs !== null && total.latencyMs.p50 > 500)
    await viewer.close()
  })

  test('a player of its own is embedded where it may be, steered from there, and refused elsewhere [EMB-01] [EMB-03]', async () => {
    const allowed = await site('')
    const player = await api<Player>('POST', `/channels/${channel.id}/players`, {
      ...{ name: 'Partner', sites: [allowed], start: { autoplay: false } },
      look: { title: 'Partner night', accent: '#0a7a49', background: '#101820' },
    })
    const body = `<script>window.heard = []; addEventListener('message', ({ data }) => heard.push(data))</script>${player.code.iframe}`
    sites[0]!
      .removeAllListeners('request')
      .on('request', (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><html lang="en"><title>Event</title><body>${body}`),
      )
    const guest = await browser.newPage()
    await guest.goto(allowed)
    const heard = (test: string): Promise<boolean> => guest.evaluate<boolean>(`heard.some((data) => ${test})`)
    const say = (wish: object): Promise<void> =>
      guest.evaluate(`document.querySelector('iframe').contentWindow.postMessage(${JSON.stringify({ sluice: 1, ...wish })}, '*')`)
    await until('the frame is ready', () => heard(`data.event === 'ready'`))
    const frame = guest.frame({ url: player.embed })!
    // It waits for a press, as it was set to.
    await until('it waits for a press', async () => (await metricsOf(frame))?.state === 'ready')
    await frame.getByRole('button', { name: 'Play' }).first().waitFor()
    await shoot(guest, 'ready')
    await say({ do: 'listen' })
    await say({ do: 'play' })
    await live(frame)
    await until('the page hears of it', () => heard(`data.event === 'status' && data.state === 'live' && data.metrics.playedMs > 0`))
    await say({ do: 'pause' })
    await until('it is paused', () => heard(`data.event === 'status' && data.paused === true`))

    const elsewhere = await site(`${player.code.iframe}${player.code.element}`)
    await guest.goto(elsewhere)
    await guest.getByText('This site may not show this player').waitFor()
    assert.equal(guest.frame({ url: player.embed }), null, 'the browser refused the frame')
    await shoot(guest, 'refused')
    await guest.goto(player.page)
    await guest.getByRole('heading', { name: 'Partner night' }).waitFor()
    assert.deepEqual(await seriousFindings(guest), [])
    await shoot(guest, 'own-colours')
    await guest.close()
  })

  test('nothing was thrown on the way', () => assert.deepEqual(complaints, []))
})

/** Pictures for people, where SLUICE_SHOTS names a folder. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SLUICE_SHOTS']
  if (folder === undefined) return
  const desk = page.viewportSize()!
  for (const [device, size] of Object.entries({ desk, phone: { width: 390, height: 844 } })) {
    await page.setViewportSize(size)
    await page.mouse.move(100, 100)
    await page.mouse.move(120, 110)
    await page.screenshot({ path: join(folder, `${name}-${device}.png`) })
  }
  await page.setViewportSize(desk)
}
