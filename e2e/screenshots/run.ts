// Takes the pictures of README and docs from a live Sluice: a show with two encoders, four destinations (a second Sluice) and a player page.
// `npm run screenshots` writes them to docs/images; `-- --out FOLDER` elsewhere. It takes about three minutes: a clock that shows seconds convinces nobody.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { openBrowser } from '../web/browser.ts'
import { startSluice } from '../web/sluice.ts'
import { firstRun, makeChannel, primaryKey } from '../web/visitor.ts'
import { drawShow, send } from './scene.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: fileURLToPath(new URL('../../docs/images', import.meta.url)) },
    minutes: { type: 'string', default: '2' },
  },
})
const desk = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }
const names = ['YouTube', 'Twitch', 'Facebook', 'Partner Paris']

const ends: (() => Promise<unknown>)[] = []
try {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-screenshots-'))
  ends.push(() => rm(folder, { recursive: true, force: true }))
  const browser = await openBrowser()
  ends.push(() => browser.close())
  const file = await drawShow(browser, folder)

  const far = await startSluice()
  ends.push(() => far.stop())
  const near = await startSluice()
  ends.push(() => near.stop())
  const there = await browser.newPage()
  await firstRun(there, far.setupUrl)
  const context = await browser.newContext({ viewport: desk, deviceScaleFactor: 1 })
  const page = await context.newPage()
  await firstRun(page, near.setupUrl)

  const ask = async (method: string, path: string, data: unknown): Promise<void> => {
    const answer = await page.request.fetch(`${near.url}/api/v1${path}`, { method, data, headers: { origin: near.url } })
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
  }
  const show = await makeChannel(page, near.url, 'Evening show')
  // Shorter than what a rehearsal allows, so that it passes.
  await ask('PATCH', `/channels/${show.id}`, { failover: { triggerMs: 2500 } })
  for (const name of names) {
    const streamKey = primaryKey(await makeChannel(there, far.url, name))
    await ask('POST', `/channels/${show.id}/outputs`, { name, url: far.rtmpUrl, streamKey, platform: 'custom-rtmp' })
  }
  await ask('PATCH', `/channels/${show.id}`, {
    page: { title: 'Evening show', host: 'Harbour Hall', text: 'Three bands, one boat and a bar.' },
  })
  const keyOf = (role: string): string => show.inputs.find((input) => input.role === role)?.streamKey ?? ''
  const primary = send(file, `${near.rtmpUrl}/${keyOf('primary')}`)
  ends.push(() => primary.stop())
  await sleep(3000) // the primary has the air before the backup comes
  const backup = send(file, `${near.rtmpUrl}/${keyOf('backup')}`)
  ends.push(() => backup.stop())
  await sleep(5000)
  await ask('POST', `/channels/${show.id}/rehearsals/failover`, { on: 'shadow' })
  await sleep(Number(values.minutes) * 60_000)

  await page.goto(`${near.url}/channels/${show.id}`)
  await take(page, 'console-live')
  await page.setViewportSize(phone)
  await take(page, 'console-phone')
  await page.setViewportSize(desk)
  const viewer = await browser.newPage({ viewport: { width: 1200, height: 760 } })
  await viewer.goto(show.playback.page)
  await take(viewer, 'player')
  await viewer.close()
  await primary.stop()
  await sleep(8000)
  await page.emulateMedia({ colorScheme: 'dark' })
  await take(page, 'console-failover')
} finally {
  for (const end of ends.reverse()) await end()
}

/** The page as it is once its pictures have come. */
async function take(page: Page, name: string): Promise<void> {
  await sleep(6000)
  await page.screenshot({ path: join(values.out, `${name}.png`) })
  console.log(join(values.out, `${name}.png`))
}
