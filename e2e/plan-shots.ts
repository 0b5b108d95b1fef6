import { setTimeout as sleep } from 'node:timers/promises'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { openBrowser } from './web/browser.ts'
import { publish } from './web/publisher.ts'
import { startSluice } from './web/sluice.ts'
import { firstRun, makeChannel, primaryKey } from './web/visitor.ts'

const out = '/tmp/plan/shots'
const sluice = await startSluice()
const browser = await openBrowser()
const sinks = [await openRtmpSink({ isRecording: false }), await openRtmpSink({ isRecording: false }), await openRtmpSink({ isRecording: false })]
let encoder
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await firstRun(page, sluice.setupUrl)
  const ask = async (method, path, data) => {
    const answer = await page.request.fetch(`${sluice.url}/api/v1${path}`, { method, data, headers: { origin: sluice.url } })
    return answer.status() === 204 ? undefined : { status: answer.status(), ...(await answer.json()) }
  }
  const show = await makeChannel(page, sluice.url, 'Evening show')
  const open = async () => {
    await page.goto(`${sluice.url}/channels/${show.id}`)
    await page.getByRole('tab', { name: 'Encodes' }).click()
    await page.getByRole('heading', { name: 'Plan' }).waitFor()
    await sleep(600)
    await page.getByRole('heading', { name: 'Plan' }).scrollIntoViewIfNeeded()
  }
  const shoot = async (name) => {
    for (const scheme of ['light', 'dark'] as const) for (const [size, viewport] of [['desk', { width: 1440, height: 1200 }], ['phone', { width: 390, height: 844 }]] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize(viewport)
      await sleep(400)
      await page.screenshot({ path: `${out}/${name}-${size}-${scheme}.png`, fullPage: true })
    }
  }
  await open()
  await shoot('empty')
  for (const [i, body] of [
    { name: 'YouTube', rung: 'source' }, { name: 'Twitch', rung: 'auto', limits: { maxVideoKbps: 1200 } }, { name: 'Partner Paris', rung: 'auto', class: 'C' },
  ].entries()) console.log(i, (await ask('POST', `/channels/${show.id}/outputs`, { ...body, url: sinks[i].url, streamKey: 'k', platform: 'custom-rtmp' })).status)
  console.log('ladder', (await ask('PUT', `/channels/${show.id}/ladder`, { ladder: 'auto' })).status)
  encoder = publish(`${sluice.rtmpUrl}/${primaryKey(show)}`, '854x480', { video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '1800k', '-g', '60', '-pix_fmt', 'yuv420p'] })
  await sleep(25_000)
  await open()
  await shoot('live')
  const plan = await ask('GET', `/channels/${show.id}/plan`)
  console.log(JSON.stringify({ rungs: plan.rungs?.map(({ name, cost, latencyMs, actual }) => [name, cost, latencyMs, actual]), load: plan.load, warnings: plan.warnings, player: plan.player }))
  await page.setViewportSize({ width: 1440, height: 1200 })
  await page.getByText('Choose steps').click()
  for (const box of ['Ladder 1080p', 'Ladder 720p', 'Ladder 360p']) await page.getByRole('checkbox', { name: new RegExp(box) }).check()
  await page.getByRole('button', { name: 'Save steps' }).click()
  await sleep(1500)
  await shoot('steps')
  const big = await ask('POST', `/channels/${show.id}/rungs`, { name: 'Cinema', video: { codec: 'h265', height: 2160, width: 3840, fps: 60, bitrateKbps: 40000, gopMs: 2000 } })
  const outputs = await ask('GET', `/channels/${show.id}/outputs`)
  console.log(await ask('PATCH', `/outputs/${outputs.items[0].id}`, { rung: big.id }))
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Add output' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('searchbox', { name: 'Search platforms' }).fill('twitch')
  await dialog.getByRole('button', { name: /^Twitch/ }).first().click()
  await sleep(600)
  await shoot('dialog')
} finally {
  await encoder?.stop()
  await browser.close()
  await sluice.stop()
  for (const sink of sinks) await sink.close()
}
