// budget: 40 s: a whole Sluice, a browser, and three faults of the process that serves viewers
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Channel, paths } from '@sluice/contract/api'
import { PlaylistChecker } from '@sluice/testkit/playlists'
import { assertUntouched } from './shows/all-well.ts'
import { isAlive, startFullSluice } from './shows/full-sluice.ts'
import { openNumberedShow } from './shows/numbered-show.ts'
import { makeClip } from './support/clip.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'
import { missingForWeb } from './web/needs.ts'
import { openPlayerPages, type PlayerPage, type PlayerPages } from './web/player-pages.ts'

// Two engines behind one port. One carries a show whose frames are counted at its destination, the other one that a browser plays.

const skip = missing('ffmpeg') || missingForWeb()
/** It is back in about a second; this machine may be doing anything. */
const backWithinMs = 20_000

let pages: PlayerPages
before(async () => {
  if (skip === false) pages = await openPlayerPages()
})
after(() => pages?.close())

type Stage = { page: PlayerPage; pid(): number; list(): Promise<Response> }

/** The process that serves viewers, as control has noted it. */
const pidIn = (dataDir: string): number => (JSON.parse(readFileSync(join(dataDir, 'run', 'viewers.pid'), 'utf8')) as { pid: number }).pid

/** Plays on, as its viewer sees it. */
async function goesOn({ page }: Stage, what: string): Promise<number> {
  const { timeS } = await page.see()
  return until(what, async () => (await page.see()).timeS > timeS + 2, backWithinMs)
}

test('viewers are served by a process of their own: whatever happens to it, outputs lose nothing and players go on by themselves', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const sluice = await startFullSluice(t, { engines: 2, isSupervised: false })
  const counted = await openNumberedShow(t, sluice, { name: 'Counted', outputs: ['rtmp'], entersDirectly: true })
  const watched = await sluice.api<Channel>('POST', paths.channels, { name: 'Watched' })
  publishClip(t, await makeClip(t, { seconds: 60 }), `rtmp://127.0.0.1:${sluice.ports.rtmp}/live/${watched.inputs[0]!.streamKey}`)
  const entry = (await sluice.api<Channel>('GET', paths.channel(watched.id))).playback.hls
  await until('the channel plays', async () => (await fetch(entry)).status === 200, 30_000)
  const media = new URL('v_source.m3u8', entry)
  const page = await pages.play(entry, 'hls.js 1.7', true)
  const stage: Stage = { page, pid: () => pidIn(sluice.dataDir), list: () => fetch(media) }
  await until('pictures are there', async () => ((await page.see()).firstFrameMs ?? 0) > 0 && (await page.see()).timeS > 1, 30_000)
  const checker = new PlaylistChecker()
  const check = async (): Promise<void> => void checker.check(await (await stage.list()).text())
  await check()

  await t.test('it is killed: it is back at once with the same list, and the page plays on', async (t) => {
    const pid = stage.pid()
    process.kill(pid, 'SIGKILL')
    await until('it is gone', () => !isAlive(pid))
    const backMs = await until('it serves again', async () => (await stage.list().catch(() => null))?.status === 200, backWithinMs)
    assert.notEqual(stage.pid(), pid)
    await check()
    const onMs = await goesOn(stage, 'the page plays on')
    t.diagnostic(`the list is back after ${Math.round(backMs)} ms, the page has played 2 s more after ${Math.round(backMs + onMs)} ms`)
    await assertUntouched(counted)
  })

  await t.test('it stands still: control has another one in its place, and no engine waits for it', async () => {
    const pid = stage.pid()
    process.kill(pid, 'SIGSTOP')
    await until('there is another', () => stage.pid() !== pid && !isAlive(pid), backWithinMs)
    await until('it serves again', async () => (await stage.list().catch(() => null))?.status === 200, backWithinMs)
    await check()
    await assertUntouched(counted)
    // hls.js gives up after its third failure in a row, and a stop lasts longer than that: whoever embeds it begins anew, as our own player does.
    await stage.page.page.close()
    stage.page = await pages.play(entry, 'hls.js 1.7', true)
    await until('pictures are there', async () => (await stage.page.see()).timeS > 1, 30_000)
  })

  await t.test('control is killed: viewers notice nothing, and the next control finds the process as it was', async () => {
    const [pid, control] = [stage.pid(), sluice.controlPid()!]
    process.kill(control, 'SIGKILL')
    await until('control is gone', () => !isAlive(control))
    await goesOn(stage, 'the page plays on without control')
    await check()
    await sluice.startAgain()
    assert.equal(stage.pid(), pid)
    await assertUntouched(counted)
  })

  await t.test('the engine of the channel is killed: players go on behind a splice once its encoder is back', async () => {
    const home = (await sluice.api<Channel>('GET', paths.channel(watched.id))).engine!.id
    process.kill((await sluice.enginePids()).get(home)!, 'SIGKILL')
    publishClip(t, await makeClip(t, { seconds: 60 }), `rtmp://127.0.0.1:${sluice.ports.rtmp}/live/${watched.inputs[0]!.streamKey}`)
    await goesOn(stage, 'the page plays what comes after')
    await check()
  })

  const { fatal, errors } = await stage.page.see()
  assert.equal(fatal, 0, errors.join('\n'))
})
