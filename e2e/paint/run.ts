import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser } from '../web/browser.ts'
import { publish } from '../web/publisher.ts'
import { startSluice } from '../web/sluice.ts'
import { firstRun, makeChannel, primaryKey } from '../web/visitor.ts'

/**
 * How long an operator waits for the channel's page of a live show: from asking for the address to the first text, to the first output with its
 * state, and to what is wrong first. Each load in a browser without a cache, and again in one that was there before; over loopback, so that what
 * counts is what Sluice answers and what the browser has to run.
 */
const { values: flags } = parseArgs({ options: { loads: { type: 'string', default: '15' } } })
const limitMs = 1000
const viewport = { width: 1440, height: 900 }

type Load = { readonly paintMs: number; readonly outputMs: number; readonly triageMs: number }

const sluice = await startSluice()
const browser = await openBrowser()
try {
  const context = await browser.newContext({ viewport })
  const page = await context.newPage()
  await firstRun(page, sluice.setupUrl)
  const show = await makeChannel(page, sluice.url, 'Evening show')
  for (const name of ['YouTube', 'Twitch', 'Facebook', 'Partner Paris']) {
    const streamKey = primaryKey(await makeChannel(page, sluice.url, name))
    const data = { name, url: sluice.rtmpUrl, streamKey, platform: 'custom-rtmp' }
    await page.request.post(`${sluice.url}/api/v1/channels/${show.id}/outputs`, { data, headers: { origin: sluice.url } })
  }
  const publisher = publish(`${sluice.rtmpUrl}/${primaryKey(show)}`)
  const address = `${sluice.url}/channels/${show.id}`
  await load(page, address)
  const again: Load[] = []
  for (let i = 0; i < Number(flags.loads); i++) again.push(await load(page, address))
  const state = await context.storageState()
  const first: Load[] = []
  for (let i = 0; i < Number(flags.loads); i++) first.push(await loadFresh(browser, state, address))
  await publisher.stop()
  report({ first, again })
} finally {
  await browser.close()
  await sluice.stop()
}

async function loadFresh(
  browser: Browser,
  storageState: Awaited<ReturnType<BrowserContext['storageState']>>,
  address: string,
): Promise<Load> {
  const context = await browser.newContext({ viewport, storageState })
  try {
    return await load(await context.newPage(), address)
  } finally {
    await context.close()
  }
}

async function load(page: Page, address: string): Promise<Load> {
  await page.goto('about:blank')
  const startMs = performance.now()
  await page.goto(address, { waitUntil: 'commit' })
  const since = async (selector: string): Promise<number> => {
    await page.locator(selector).first().waitFor()
    return performance.now() - startMs
  }
  const [outputMs, triageMs] = await Promise.all([since('[id^="output-"]'), since('[aria-label="What to do first"]')])
  const paintMs = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`)
  return { paintMs: Number(paintMs), outputMs, triageMs }
}

function report(loads: Record<'first' | 'again', readonly Load[]>): void {
  const rows = Object.entries(loads).flatMap(([load, list]) =>
    (['paintMs', 'outputMs', 'triageMs'] as const).map((what) => {
      const times = list.map((one) => one[what])
      return {
        load,
        what,
        p50: Math.round(times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN),
        max: Math.round(Math.max(...times)),
        limitMs,
      }
    }),
  )
  console.table(rows)
  mkdirSync(new URL('../out', import.meta.url), { recursive: true })
  writeFileSync(new URL('../out/paint.json', import.meta.url), `${JSON.stringify(rows, null, 2)}\n`)
}
