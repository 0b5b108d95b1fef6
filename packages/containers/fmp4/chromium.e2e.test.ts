// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { demuxFlv, segmentsOf } from './fixtures/segments.ts'

const executablePath = '/usr/bin/chromium'
const skip = existsSync(executablePath) ? false : `${executablePath} is not installed`
const args =
  '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync'

let browser: Browser | null = null
let page: Page | null = null
before(async () => {
  if (skip !== false) return
  browser = await chromium.launch({ executablePath, args: [...args.split(' '), '--autoplay-policy=no-user-gesture-required'] })
  page = await browser.newPage()
  await page.addScriptTag({ path: path.join(import.meta.dirname, 'fixtures/play-segments.js') })
})
after(() => browser?.close())

/** What play-segments.js tells of one run. */
type Played = { end: string; ranges: number; frames: number }

// What Debian's Chromium decodes: no HEVC, AC-3, E-AC-3, nor MP3 in MP4.
const cases = [
  { name: 'h264-aac', tracks: [0, 1] },
  { name: 'enhanced-av1-aac51', tracks: [0, 1] },
  { name: 'enhanced-hevc-opus', tracks: [1] },
  { name: 'enhanced-vp9-flac', tracks: [0, 1] },
]
for (const { name, tracks } of cases) {
  test(`${name}: Chromium plays tracks ${tracks.join(' and ')} fragment by fragment to the end`, { skip, timeout: 30_000 }, async () => {
    const media = demuxFlv(new Uint8Array(readFileSync(path.join(import.meta.dirname, '../flv/fixtures', `${name}.flv`))))
    const chosen = tracks.map((i) => media.tracks[i]!)
    const hasVideo = chosen.some((track) => track.kind === 'video')
    const mime = `${hasVideo ? 'video' : 'audio'}/mp4; codecs="${chosen.map((track) => track.codecString).join(',')}"`
    const { init, fragments } = segmentsOf(media, chosen, 18_000)
    const segments = [init, ...fragments].map((segment) => Buffer.from(segment).toString('base64'))
    const played = await page!.evaluate<Played>(`playSegments(${JSON.stringify(mime)}, ${JSON.stringify(segments)})`)
    assert.equal(played.end, 'ended')
    assert.equal(played.ranges, 1, 'no gap between fragments')
    assert.ok(played.frames > 0 === hasVideo)
  })
}
