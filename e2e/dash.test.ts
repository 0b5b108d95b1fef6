import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import type { Browser } from 'playwright-core'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'

const skip = missing('ffmpeg', 'gst-launch-1.0') || missingForWeb()
const modules = path.resolve(import.meta.dirname, '../node_modules')
const scripts: Readonly<Record<string, string>> = {
  '/dash.js': path.join(modules, 'dashjs/dist/modern/umd/dash.all.min.js'),
  '/shaka.js': path.join(modules, 'shaka-player/dist/shaka-player.dash.js'),
}

let site: Server
let browser: Browser
before(async () => {
  if (skip !== false) return
  site = createServer((request, response) => {
    const script = scripts[request.url ?? '']
    if (script !== undefined) createReadStream(script).pipe(response.setHeader('content-type', 'text/javascript'))
    else
      response
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><video muted></video><script src="${request.url?.slice(1)}.js"></script>`)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  site?.close()
})

/** What a page says of its player. */
type Seen = {
  readonly timeS: number
  readonly latencyS: number
  readonly errors: readonly string[]
  readonly fatal: number
  /** Moments without a new picture for over a quarter of a second, in milliseconds. */
  readonly stalls: readonly number[]
  readonly firstFrameMs: number
  readonly isLow: boolean
  readonly hasEnded: boolean
  readonly width: number
}

/** The picture that stands still is looked for in the page, so that nothing between it and the test counts. */
const watch = `
  const video = document.querySelector('video'), startMs = performance.now()
  const seen = (window.seen = { errors: [], fatal: 0, stalls: [], firstFrameMs: 0, hasEnded: false })
  let before = -1, stillMs = 0, lookedMs = startMs
  setInterval(() => {
    const nowMs = performance.now()
    const isStill = video.currentTime === before && !video.ended
    if (isStill && before > 0) stillMs += nowMs - lookedMs
    else { if (stillMs > 250) seen.stalls.push(Math.round(stillMs)), console.log('STALL ' + stillMs + ' at ' + video.currentTime + ' now ' + Date.now()); stillMs = 0 }
    before = video.currentTime; lookedMs = nowMs
  }, 50)
  video.requestVideoFrameCallback(() => { seen.firstFrameMs = performance.now() - startMs })
  video.addEventListener('ended', () => { seen.hasEnded = true })
  video.muted = true`
const players = {
  dash: (url: string) => `(() => { ${watch}
    const player = (window.player = dashjs.MediaPlayer().create())
    player.on('error', ({ error }) => { seen.errors.push(String(error?.code) + ' ' + error?.message); seen.fatal++ })
    player.initialize(video, ${JSON.stringify(url)}, true)
    window.latency = () => player.getCurrentLiveLatency(); window.isLow = () => player.getLowLatencyModeEnabled() })()`,
  shaka: (url: string) => `(async () => { ${watch}
    shaka.polyfill.installAll()
    const player = (window.player = new shaka.Player())
    await player.attach(video)
    player.addEventListener('error', ({ detail }) => { seen.errors.push(detail.code + ' ' + JSON.stringify(detail.data)); if (detail.severity === 2) seen.fatal++ })
    window.latency = () => Date.now() / 1000 - video.currentTime; window.isLow = () => player.getConfiguration().streaming.lowLatencyMode
    await player.load(${JSON.stringify(url)}); await video.play() })()`,
} as const
const look = `({ ...window.seen, timeS: document.querySelector('video').currentTime, latencyS: window.latency(), isLow: window.isLow(),
  width: document.querySelector('video').videoWidth })`

async function play(name: keyof typeof players, url: string): Promise<{ see: () => Promise<Seen> }> {
  const page = await browser.newPage()
  if (process.env.DASH_DEBUG) {
    page.on('console', (m) => console.log(name, m.text()))
    page.on('requestfailed', (r) => console.log('FAILED', r.url()))
    page.on('response', (r) => {
      if (r.status() >= 400) console.log(r.status(), r.url())
    })
  }
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/${name}`)
  await page.evaluate(players[name](url))
  return { see: () => page.evaluate<Seen>(look) }
}

const p95 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!

test('low-latency DASH plays in dash.js and Shaka near the live edge, over splices and another picture size', { skip }, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  const clips = [await makeClip(t, { seconds: 30 }), await makeClip(t, { seconds: 30, size: '320x240' })]
  const entry = engine.hlsUrl('show').replace('media.m3u8', 'manifest.mpd')
  let encoder = publishClip(t, clips[0]!, engine.publishUrl('k1'))
  await until('the channel plays', async () => (await fetch(entry)).status === 200)
  const all = { dash: await play('dash', entry), shaka: await play('shaka', entry) }
  await until('both show frames', async () => (await all.dash.see()).timeS > 1 && (await all.shaka.see()).timeS > 1, 20_000)
  const latencies: Record<string, number[]> = { dash: [], shaka: [] }
  const startMs = Date.now()
  while (Date.now() - startMs < Number(process.env.DASH_S ?? 10) * 1000) {
    for (const [name, player] of Object.entries(all)) latencies[name]!.push((await player.see()).latencyS)
    await sleep(250)
  }
  for (const [name, player] of Object.entries(all))
    t.diagnostic(
      `${name}: ${p95(latencies[name]!)} ${JSON.stringify(await player.see())} ${latencies[name]!.map((x) => x.toFixed(1)).join(' ')}`,
    )
  for (const clip of [clips[0]!, clips[1]!]) {
    await encoder.end('SIGKILL')
    await sleep(500)
    encoder = publishClip(t, clip, engine.publishUrl('k1'))
    await sleep(6000)
    for (const [name, player] of Object.entries(all)) t.diagnostic(`${name}: ${JSON.stringify(await player.see())}`)
  }
  if (process.env.DASH_DEBUG) console.log(await (await fetch(entry)).text())
})
