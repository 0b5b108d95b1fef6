// lane: shared, what a page shows
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Channel, type ChannelStats, type Preflight, paths, type Triage } from '@sluice/contract/api'
import type { Browser, Page } from 'playwright-core'
import { until } from './support/wait.ts'
import { openBrowser } from './web/browser.ts'
import { missingForWeb } from './web/needs.ts'
import type { Metrics, PageGlobals } from './web/page-globals.ts'
import { type Publisher, publish } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'
import { firstRun, primaryKey } from './web/visitor.ts'

const liveWithinMs = 20_000

describe('playback as viewers have it, in Chromium against a real Sluice', { skip: missingForWeb() }, () => {
  let sluice: Sluice
  let browser: Browser
  /** The operator, signed in; viewers have pages of their own. */
  let desk: Page
  let show: Channel
  const publishers: Publisher[] = []

  before(async () => {
    sluice = await startSluice()
    browser = await openBrowser()
    desk = await browser.newPage()
    await firstRun(desk, sluice.setupUrl)
    show = await make('Show')
    publishers.push(publish(`${sluice.rtmpUrl}/${primaryKey(show)}`))
    await isLive(show)
  })
  after(async () => {
    for (const publisher of publishers) await publisher.stop()
    await browser?.close()
    await sluice?.stop()
  })

  const ask = async <T>(method: 'get' | 'post', path: string, data?: object): Promise<T> => {
    const options = { headers: { origin: sluice.url }, ...(data === undefined ? {} : { data }) }
    const response = await desk.request[method](sluice.url + path, options)
    assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`)
    return (await response.json()) as T
  }
  const make = (name: string): Promise<Channel> => ask('post', paths.channels, { name })
  const viewersOf = async ({ id }: Channel): Promise<number> =>
    (await ask<ChannelStats>('get', paths.channelStats(id))).playback?.viewers ?? 0
  const isLive = ({ id }: Channel): Promise<unknown> =>
    until('the channel plays', async () => (await ask<ChannelStats>('get', paths.channelStats(id))).playback !== null, liveWithinMs)

  /** A viewer's page that has shown `frames` frames. */
  const watch = async (address: string, frames = 20): Promise<Page> => {
    const page = await browser.newPage()
    await page.goto(address)
    const hasMoved = (count: number): boolean => ((globalThis as unknown as PageGlobals).sluicePlayer?.frames ?? 0) > count
    await page.waitForFunction(hasMoved, frames, { timeout: liveWithinMs })
    return page
  }

  test('two players behind one address are two viewers, and the console’s preview is none', async () => {
    await desk.goto(`${sluice.url}/channels/${show.id}`)
    await desk.waitForFunction(() => {
      const video = (globalThis as unknown as PageGlobals).document.querySelector('video')
      return (video?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 20
    })
    assert.equal(await viewersOf(show), 0)
    const pages = [await watch(show.playback.page), await watch(show.playback.page)]
    await until('both are counted', async () => (await viewersOf(show)) === 2)
    for (const page of pages) await page.close()
  })

  test('a replaced address ends who watches by the old one, and the new one plays', async () => {
    const page = await watch(show.playback.page)
    const moved = await ask<Channel>('post', paths.channelPlaybackRotate(show.id))
    assert.equal((await fetch(show.playback.hls)).status, 404)
    await page.getByText('No stream at this address').waitFor({ timeout: liveWithinMs })
    await page.close()
    show = moved
    await (await watch(show.playback.page)).close()
  })

  test('MP3 sound leaves a picture, and player page, preflight and triage say that there is no sound', async () => {
    const channel = await make('Old encoder')
    publishers.push(publish(`${sluice.rtmpUrl}/${primaryKey(channel)}`, '320x180', { audio: ['-c:a', 'libmp3lame', '-ar', '44100'] }))
    const page = await watch(channel.playback.page, 60)
    await page.getByText("No sound here: browsers can't play MP3.").waitFor()
    assert.equal(await page.getByRole('button', { name: 'Turn sound on' }).isVisible(), false)
    await page.close()
    const triage = await ask<Triage>('get', paths.channelTriage(channel.id))
    const playback = triage.steps.find(({ stage }) => stage === 'playback')
    assert.equal(playback?.verdict, 'watch')
    assert.match(playback.sentence, /The player page has no sound: browsers can't play MP3 audio in HLS/)
    assert.match(playback.tryFirst ?? '', /AAC/)
    const { checks } = await ask<Preflight>('post', paths.channelPreflight(channel.id))
    assert.match(checks.find(({ check }) => check === 'playback')?.found ?? '', /MP3/)
    assert.match((await ask<Channel>('get', paths.channel(channel.id))).playback.notices.join(), /MP3/)
  })

  test('a picture that this browser can not decode is told at the player page, which does not stay empty', async () => {
    const channel = await make('New camera')
    const hevc = [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-g',
      '60',
      '-pix_fmt',
      'yuv420p',
      '-x265-params',
      'log-level=error:keyint=60:bframes=0',
    ]
    const { srt } = channel.inputs[0]!.urls!
    publishers.push(publish(srt.replace('localhost', '127.0.0.1'), '320x180', { video: hevc, format: 'mpegts' }))
    await isLive(channel)
    const page = await browser.newPage()
    await page.goto(channel.playback.page)
    const canDecode = await page.evaluate<boolean>('MediaSource.isTypeSupported(\'video/mp4; codecs="hvc1.1.6.L60.90"\')')
    if (canDecode) await page.waitForFunction(() => ((globalThis as unknown as PageGlobals).sluicePlayer?.frames ?? 0) > 20)
    else {
      await page.getByText('This browser can’t play the stream').waitFor({ timeout: liveWithinMs })
      await page.getByText('The stream is in H.265, which this browser lacks.').first().waitFor()
      assert.equal((await page.evaluate<Metrics>('window.sluicePlayer')).state, 'unplayable')
    }
    const { notices } = (await ask<Channel>('get', paths.channel(channel.id))).playback
    assert.match(notices.join(), /Not every browser plays the H\.265 video/)
    await page.close()
  })

  test('metrics are read with the token of the data directory, as Prometheus does', async () => {
    assert.equal((await fetch(`${sluice.url}/metrics`)).status, 401)
    const token = readFileSync(join(sluice.dataDir, 'metrics.token'), 'utf8').trim()
    const text = await (await fetch(`${sluice.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
    assert.match(text, new RegExp(`sluice_playback_viewers\\{channel="${show.id}"\\} \\d`))
    assert.ok(!text.includes(show.playback.playId))
  })
})
