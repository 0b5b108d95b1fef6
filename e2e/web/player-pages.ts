import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'

const modules = path.resolve(import.meta.dirname, '../../node_modules')
/** Players as embedders have them, each as one script. */
const players = {
  'hls.js 1.7': path.join(modules, 'hls.js/dist/hls.min.js'),
  'hls.js 1.6': path.join(modules, 'hls.js-1-6/dist/hls.min.js'),
  shaka: path.join(modules, 'shaka-player/dist/shaka-player.compiled.js'),
  'dash.js': path.join(modules, 'dashjs/dist/modern/umd/dash.all.min.js'),
} as const
export type PlayerName = keyof typeof players

/** What a page says of its player. A stall is a picture that stands for more than 250 ms, the measure of our own player. */
export type SeenPlayer = {
  readonly timeS: number
  /** What it has of media: pictures and sound apart. */
  readonly has: string
  readonly latencyS: number
  readonly targetS: number
  /** With what the player had of media when it stood: `1200 ms at 12.30 s, has 0.00-12.30 14.00-15.00`. Not while the page itself was starved of the processor. */
  readonly stalls: readonly string[]
  readonly longestStallMs: number
  /** Times that the page itself did not get on for more than 200 ms: nobody can judge a stream by it then. */
  readonly starved: number
  readonly errors: readonly string[]
  readonly fatal: number
  readonly firstFrameMs: number | null
  readonly audioTracks: number
  readonly width: number
  readonly hasEnded: boolean
  /** dash.js alone: whether it reads segments while they grow. */
  readonly isLow?: boolean
}

export type PlayerPage = { readonly name: string; readonly page: Page; see(): Promise<SeenPlayer> }

/** Pages that each play one address with one player, and a stall meter beside it. */
export type PlayerPages = {
  readonly browser: Browser
  play(url: string, player: PlayerName, isLow: boolean): Promise<PlayerPage>
  close(): Promise<void>
}

export async function openPlayerPages(): Promise<PlayerPages> {
  const site = createServer((request, response) => {
    const file = Object.values(players).find((one) => request.url === addressOf(one))
    if (file !== undefined) createReadStream(file).pipe(response.setHeader('content-type', 'text/javascript'))
    else response.setHeader('content-type', 'text/html').end('<!doctype html><video muted playsinline></video>')
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  const browser = await openBrowser()
  return {
    browser,
    async play(url, player, isLow) {
      const page = await browser.newPage()
      await page.goto(`${origin}/`)
      await page.addScriptTag({ url: `${origin}${addressOf(players[player])}` })
      await page.evaluate(meter)
      const script = player === 'shaka' ? shakaScript : player === 'dash.js' ? dashScript : hlsScript
      await page.evaluate(script(url, isLow))
      const name = `${player}${isLow ? ', low latency' : ''}`
      return { name, page, see: () => page.evaluate<SeenPlayer>('seen.read()') }
    },
    async close() {
      await browser.close()
      site.close()
    },
  }
}

/** `/hls.js-1-6.js`: the name of its package. */
const addressOf = (file: string): string => `/${path.relative(modules, file).split(path.sep)[0]}.js`

const meter = `(() => {
  const video = document.querySelector('video'), startMs = performance.now(), stallMs = 250
  const seen = (window.seen = { errors: [], fatal: 0, stalls: [], longestStallMs: 0, starved: 0, firstFrameMs: null, facts: () => ({}) })
  let timeS = -1, movedMs = startMs
  const sources = [], add = MediaSource.prototype.addSourceBuffer
  MediaSource.prototype.addSourceBuffer = function (type) { const made = add.call(this, type); sources.push(made); return made }
  const rangesOf = ({ buffered }) => Array.from({ length: buffered.length }, (_, i) => buffered.start(i).toFixed(2) + '-' + buffered.end(i).toFixed(2)).join(' ')
  const has = () => sources.map((one) => { try { return rangesOf(one) } catch { return 'gone' } }).join(' | ')
  let at = '', lookedMs = startMs, starvedMs = -Infinity
  setInterval(() => {
    const nowMs = performance.now()
    if (nowMs - lookedMs > 240) { starvedMs = nowMs; seen.starved++ }
    lookedMs = nowMs
    if (video.currentTime !== timeS || video.paused || seen.firstFrameMs === null) {
      const stoodMs = Math.round(nowMs - movedMs)
      // Who was starved a moment ago has to fetch what it missed.
      if (stoodMs > stallMs && seen.firstFrameMs !== null && at !== '' && nowMs - stoodMs - starvedMs > 2000) {
        seen.stalls.push(stoodMs + ' ms at ' + timeS.toFixed(2) + ' s, has ' + at)
        seen.longestStallMs = Math.max(seen.longestStallMs, stoodMs)
      }
      at = ''; timeS = video.currentTime; movedMs = nowMs
    } else if (at === '' && nowMs - movedMs > stallMs) at = has()
  }, 40)
  video.requestVideoFrameCallback(() => { seen.firstFrameMs = Math.round(performance.now() - startMs) })
  seen.read = () => { const { facts, read, ...plain } = seen; return { has: has(), ...plain, ...facts(), hasEnded: video.ended, timeS: video.currentTime, width: video.videoWidth } }
})()`

const hlsScript = (url: string, isLow: boolean): string => `(() => {
  const video = document.querySelector('video')
  const hls = (window.hls = new Hls({ lowLatencyMode: ${isLow}, maxLiveSyncPlaybackRate: ${isLow ? 1.1 : 1} }))
  seen.facts = () => ({ latencyS: hls.latency, targetS: hls.targetLatency, audioTracks: hls.audioTracks.length })
  hls.on(Hls.Events.ERROR, (_, data) => {
    seen.errors.push(data.details + (data.fatal ? '!' : '') + ' ' + (data.error?.message ?? '').slice(0, 120))
    if (data.fatal) seen.fatal++
  })
  hls.loadSource(${JSON.stringify(url)}); hls.attachMedia(video); video.muted = true; video.play()
})()`

/** A presentation of DASH began in 1970: its times are those of the wall clock. */
const presentationLatency = 'Date.now() / 1000 - video.currentTime'

const shakaScript = (url: string, isLow: boolean): string => `(async () => {
  const video = document.querySelector('video')
  shaka.polyfill.installAll()
  const player = (window.player = new shaka.Player())
  seen.facts = () => ({
    latencyS: ${url.endsWith('.mpd') ? presentationLatency : 'player.getStats().liveLatency || 0'}, targetS: player.getManifest()?.presentationTimeline.getDelay() ?? 0,
    audioTracks: new Set(player.getVariantTracks().map(({ audioId }) => audioId)).size,
  })
  player.addEventListener('error', ({ detail }) => { seen.errors.push('shaka ' + detail.code); if (detail.severity === 2) seen.fatal++ })
  await player.attach(video)
  player.configure({ streaming: { lowLatencyMode: ${isLow} } })
  video.muted = true
  player.load(${JSON.stringify(url)}).then(() => video.play()).catch((error) => { seen.errors.push('shaka ' + (error.code ?? error.stack)); seen.fatal++ })
})()`

const dashScript = (url: string, isLow: boolean): string => `(() => {
  const video = document.querySelector('video')
  const player = (window.player = dashjs.MediaPlayer().create())
  seen.facts = () => ({
    latencyS: ${presentationLatency}, targetS: player.getTargetLiveDelay(), isLow: player.getLowLatencyModeEnabled(),
    audioTracks: player.isReady() ? player.getTracksFor('audio').length : 0,
  })
  player.on('error', ({ error }) => { seen.errors.push('dash.js ' + error?.code + ' ' + error?.message); seen.fatal++ })
  video.muted = true
  player.updateSettings({ debug: { logLevel: 0 }, streaming: { liveCatchup: { enabled: ${isLow} } } })
  player.initialize(video, ${JSON.stringify(url)}, true)
})()`
