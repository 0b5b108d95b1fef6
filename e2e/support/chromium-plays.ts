import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { openBrowser } from '../web/browser.ts'
import { chromiumPath } from '../web/needs.ts'

/** What a browser made of a file. `error` is its own word, null when it played to the end. */
type Played = { readonly frames: number; readonly corrupted: number; readonly error: string | null }

type Video = {
  readonly error: { readonly message: string; readonly code: number } | null
  readonly ended: boolean
  getVideoPlaybackQuality(): { readonly totalVideoFrames: number; readonly corruptedVideoFrames: number }
}
type Globals = { readonly document: { querySelector(selector: string): Video | null } }

/** Plays media files in Chromium, all at once and at twice their speed, to their ends. */
async function playInChromium(t: TestContext, files: readonly string[]): Promise<Played[]> {
  const server = createServer((request, answer) => {
    const file = files[Number(/^\/(\d+)\.mp4$/.exec(request.url ?? '')?.[1] ?? -1)]
    answer.setHeader('content-type', file === undefined ? 'text/html' : 'video/mp4')
    answer.end(file === undefined ? '' : readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const browser = await openBrowser()
  t.after(() => browser.close())
  const { port } = server.address() as AddressInfo
  return await Promise.all(
    files.map(async (_file, i) => {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}/`)
      await page.setContent(`<video muted autoplay src="http://127.0.0.1:${port}/${i}.mp4" onloadedmetadata="this.playbackRate=2"></video>`)
      const isOver = (): boolean => {
        const video = (globalThis as unknown as Globals).document.querySelector('video')
        return video !== null && (video.ended || video.error !== null)
      }
      await page.waitForFunction(isOver, null, { timeout: 20_000 })
      return await page.evaluate(() => {
        const video = (globalThis as unknown as Globals).document.querySelector('video')!
        const { totalVideoFrames, corruptedVideoFrames } = video.getVideoPlaybackQuality()
        const error = video.error === null ? null : `${video.error.code} ${video.error.message}`
        return { frames: totalVideoFrames, corrupted: corruptedVideoFrames, error }
      })
    }),
  )
}

/** Runs all cases at once, tells every one that failed, and then plays the file that each gave in Chromium, where there is one: more than a second of it, clean. */
export async function assertAllPlay<Case extends { readonly name: string }>(
  t: TestContext,
  cases: readonly Case[],
  run: (one: Case) => Promise<string>,
  fps: number,
): Promise<void> {
  const runs = await Promise.allSettled(cases.map(run))
  const failed = runs.flatMap((one, i) =>
    one.status === 'rejected' ? [`${cases[i]!.name}: ${one.reason instanceof Error ? one.reason.stack : one.reason}`] : [],
  )
  assert.deepEqual(failed, [])
  if (chromiumPath === undefined) return
  const played = await playInChromium(
    t,
    runs.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  )
  for (const [i, { frames, corrupted, error }] of played.entries()) {
    const { name } = cases[i]!
    assert.deepEqual([error, corrupted], [null, 0], `${name} in Chromium`)
    assert.ok(frames > fps, `${name} in Chromium: ${frames} pictures`)
  }
}
