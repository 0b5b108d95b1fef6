import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { openBrowser } from '../web/browser.ts'

/** What a browser made of a file. `error` is its own word, null when it played to the end. */
export type Played = { readonly frames: number; readonly corrupted: number; readonly error: string | null }

type Video = {
  readonly error: { readonly message: string; readonly code: number } | null
  readonly ended: boolean
  getVideoPlaybackQuality(): { readonly totalVideoFrames: number; readonly corruptedVideoFrames: number }
}
type Globals = { readonly document: { querySelector(selector: string): Video | null } }

/** Plays media files in Chromium, all at once and at twice their speed, to their ends. */
export async function playInChromium(t: TestContext, files: readonly string[]): Promise<Played[]> {
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
