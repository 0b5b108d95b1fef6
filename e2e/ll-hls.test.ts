// budget: 45 s: two players beside each other over two splices
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { PlaylistChecker } from '@sluice/testkit/playlists'
import type { Browser, Page } from 'playwright-core'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { startProgram } from './support/program.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'

const skip = missing('ffmpeg') || missingForWeb()
const hlsFile = path.resolve(import.meta.dirname, '../node_modules/hls.js/dist/hls.min.js')

let site: Server
let browser: Browser
before(async () => {
  if (skip !== false) return
  site = createServer((request, response) => {
    if (request.url === '/hls.js') createReadStream(hlsFile).pipe(response.setHeader('content-type', 'text/javascript'))
    else response.setHeader('content-type', 'text/html').end('<!doctype html><video muted></video><script src="/hls.js"></script>')
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
  readonly targetS: number
  readonly errors: readonly string[]
  readonly fatal: number
  readonly stalls: number
  readonly firstFrameMs: number
  readonly audioTracks: number
  readonly width: number
}

const script = (url: string, isLow: boolean): string => `(() => {
  const video = document.querySelector('video'), startMs = performance.now()
  const seen = (window.seen = { errors: [], fatal: 0, stalls: 0, firstFrameMs: 0 })
  const hls = (window.hls = new Hls({ lowLatencyMode: ${isLow}, maxLiveSyncPlaybackRate: 1.1 }))
  hls.on(Hls.Events.ERROR, (_, data) => {
    seen.errors.push(data.details + (data.fatal ? "!" : ""))
    if (data.fatal) seen.fatal++
    if (data.details === 'bufferStalledError') seen.stalls++
  })
  video.requestVideoFrameCallback(() => { seen.firstFrameMs = performance.now() - startMs })
  hls.loadSource(${JSON.stringify(url)}); hls.attachMedia(video); video.muted = true; video.play()
})()`
const look = `({ ...window.seen, timeS: document.querySelector('video').currentTime, latencyS: hls.latency, targetS: hls.targetLatency,
  audioTracks: hls.audioTracks.length, width: document.querySelector('video').videoWidth })`

async function play(url: string, isLow: boolean): Promise<{ page: Page; see: () => Promise<Seen> }> {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
  await page.evaluate(script(url, isLow))
  return { page, see: () => page.evaluate<Seen>(look) }
}

test('LL-HLS plays in hls.js near the live edge, over splices and another picture size, as do plain clients from the same address [PLB-01, LAT-06]', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t)
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  const clips = [await makeClip(t, { seconds: 30 }), await makeClip(t, { seconds: 30, size: '320x240' })]
  const entry = engine.hlsUrl('show').replace('media.m3u8', 'index.m3u8')
  let encoder = publishClip(t, clips[0]!, engine.publishUrl('k1'))
  await until('the channel plays', async () => (await fetch(entry)).status === 200)
  const low = await play(entry, true)
  const plain = await play(entry, false)
  await until('both show frames', async () => (await low.see()).timeS > 1 && (await plain.see()).timeS > 1, 20_000)
  const judge = startJudge(engine.hlsUrl('show').replace('media.m3u8', ''))
  const ffmpeg = startProgram(t, 'ffmpeg', ['-v', 'warning', '-i', entry, '-c', 'copy', '-t', '6', '-f', 'null', '-'])
  await sleep(8000)
  const steady = await low.see()
  t.diagnostic(`LL-HLS: ${JSON.stringify(steady)}`)
  t.diagnostic(`plain: ${JSON.stringify(await plain.see())}`)
  await until('ffmpeg has read its fill', () => ffmpeg.hasEnded(), 15_000)
  // FFmpeg 5 reads the init again with each reload of a live playlist of fragmented MP4, and says so.
  const said = ffmpeg.output().replace(/^.*Found duplicated MOOV Atom.*\n/gm, '')
  assert.equal(said, '', 'ffmpeg reads the same address without a word')
  assert.deepEqual([steady.errors, steady.audioTracks], [[], 1])
  assert.ok(steady.latencyS < 4 && steady.targetS < 2.5, `${steady.latencyS} s behind, ${steady.targetS} s wanted`)
  for (const clip of [clips[0]!, clips[1]!]) {
    await encoder.end('SIGKILL')
    await sleep(500)
    encoder = publishClip(t, clip, engine.publishUrl('k1'))
    const { timeS } = await low.see()
    await until('the players go on', async () => (await low.see()).timeS > timeS + 4, 20_000)
  }
  const [after, plainAfter] = [await low.see(), await plain.see()]
  t.diagnostic(`after: ${JSON.stringify(after)} ${JSON.stringify(plainAfter)}`)
  assert.deepEqual([after.fatal, plainAfter.fatal], [0, 0])
  const judged = await judge.stop()
  t.diagnostic(`judged: ${judged.versions} versions`)
  assert.deepEqual(judged.problems, [])
})

/** Reloads the pictures' playlist as LL players do, and judges each version. */
function startJudge(base: string): { stop(): Promise<{ versions: number; problems: string[] }> } {
  let isOver = false
  const checker = new PlaylistChecker({ frameS: 0.05 })
  const problems: string[] = []
  const run = async (): Promise<void> => {
    let query = ''
    while (!isOver) {
      const response = await fetch(`${base}v_source.m3u8${query}`)
      if (response.status !== 200) {
        problems.push(`${response.status} for ${query}`)
        await sleep(200)
        query = ''
        continue
      }
      try {
        const list = checker.check(await response.text())
        query = `?_HLS_msn=${list.mediaSequence + list.segments.length}&_HLS_part=${list.open.parts.length}`
      } catch (error) {
        problems.push(String(error))
        return
      }
    }
  }
  const running = run()
  return {
    async stop() {
      isOver = true
      await running
      return { versions: checker.versions, problems }
    },
  }
}
