// budget: 40 s: a whole Sluice, and four faults of the process that serves viewers
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Channel, paths } from '@sluice/contract/api'
import { PlaylistChecker } from '@sluice/testkit/playlists'
import { assertUntouched } from './shows/all-well.ts'
import { isAlive, startFullSluice } from './shows/full-sluice.ts'
import { openNumberedShow } from './shows/numbered-show.ts'
import { makeClip } from './support/clip.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'

// Two engines behind one port. One carries a show whose frames are counted at its destination, the other one that is played.

const skip = missing('ffmpeg')
/** It is back in about a second; this machine may be doing anything. */
const backWithinMs = 60_000

type Stage = { pid(): number; list(): Promise<Response> }

/** The process that serves viewers, as control has noted it. */
const pidIn = (dataDir: string): number => (JSON.parse(readFileSync(join(dataDir, 'run', 'viewers.pid'), 'utf8')) as { pid: number }).pid

/** Its list gets segments that were not there: a player that asks has something to play. */
async function goesOn({ list }: Stage, what: string): Promise<number> {
  const newest = async (): Promise<string> => (await (await list()).text()).match(/^\S+\.m4s$/gm)?.at(-1) ?? ''
  const before = await newest()
  return until(what, async () => (await newest().catch(() => before)) !== before, backWithinMs)
}

test('viewers are served by a process of their own: whatever happens to it, outputs lose nothing and the playlist goes on', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const sluice = await startFullSluice(t, { engines: 2, isSupervised: false })
  const counted = await openNumberedShow(t, sluice, { name: 'Counted', outputs: ['rtmp'], entersDirectly: true })
  const watched = await sluice.api<Channel>('POST', paths.channels, { name: 'Watched' })
  publishClip(t, await makeClip(t, { seconds: 6 }), `rtmp://127.0.0.1:${sluice.ports.rtmp}/live/${watched.inputs[0]!.streamKey}`)
  const entry = (await sluice.api<Channel>('GET', paths.channel(watched.id))).playback.hls
  await until('the channel plays', async () => (await fetch(entry)).status === 200, 30_000)
  const media = new URL('v_source.m3u8', entry)
  const stage: Stage = { pid: () => pidIn(sluice.dataDir), list: () => fetch(media) }
  const checker = new PlaylistChecker()
  const check = async (): Promise<void> => void checker.check(await (await stage.list()).text())
  await check()

  await t.test('it is killed: it is back at once with the same list, and goes on', async (t) => {
    const pid = stage.pid()
    process.kill(pid, 'SIGKILL')
    await until('it is gone', () => !isAlive(pid))
    const backMs = await until('it serves again', async () => (await stage.list().catch(() => null))?.status === 200, backWithinMs)
    assert.notEqual(stage.pid(), pid)
    await check()
    const onMs = await goesOn(stage, 'the list goes on')
    t.diagnostic(`the list is back after ${Math.round(backMs)} ms, and has a new segment after ${Math.round(backMs + onMs)} ms`)
    await assertUntouched(counted)
  })

  await t.test('it stands still: control has another one in its place, and no engine waits for it', async () => {
    const pid = stage.pid()
    process.kill(pid, 'SIGSTOP')
    await until('there is another', () => stage.pid() !== pid && !isAlive(pid), backWithinMs)
    await until('it serves again', async () => (await stage.list().catch(() => null))?.status === 200, backWithinMs)
    await check()
    await assertUntouched(counted)
    await goesOn(stage, 'the list goes on')
  })

  await t.test('control is killed: viewers notice nothing, and the next control finds the process as it was', async () => {
    const [pid, control] = [stage.pid(), sluice.controlPid()!]
    process.kill(control, 'SIGKILL')
    await until('control is gone', () => !isAlive(control))
    await goesOn(stage, 'the list goes on without control')
    await check()
    await sluice.startAgain()
    assert.equal(stage.pid(), pid)
    await assertUntouched(counted)
  })

  await t.test('the engine of the channel is killed: players go on behind a splice once its encoder is back', async () => {
    const home = (await sluice.api<Channel>('GET', paths.channel(watched.id))).engine!.id
    process.kill((await sluice.enginePids()).get(home)!, 'SIGKILL')
    publishClip(t, await makeClip(t, { seconds: 6 }), `rtmp://127.0.0.1:${sluice.ports.rtmp}/live/${watched.inputs[0]!.streamKey}`)
    await goesOn(stage, 'the list goes on behind the engine that died')
    await check()
  })
})
