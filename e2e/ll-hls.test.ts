// budget: 75 s: four pages of hls.js and one of Shaka beside each other over splices
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { PlaylistChecker } from '@sluice/testkit/playlists'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { startProgram } from './support/program.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'
import { missingForWeb } from './web/needs.ts'
import { openPlayerPages, type PlayerPages } from './web/player-pages.ts'

const skip = missing('ffmpeg') || missingForWeb()
/** 20 is what releases are judged by: `SLUICE_SPLICES=20`. */
const losses = Number(process.env['SLUICE_SPLICES'] ?? 4) / 2

let pages: PlayerPages
before(async () => {
  if (skip === false) pages = await openPlayerPages()
})
after(() => pages?.close())

test('over losses of the encoder and its return every player goes on: no fatal error, at most one stall of a second a splice [PLB-01] [FAI-10]', {
  skip,
  timeout: 600_000,
}, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const source = { lock: 'auto', triggerMs: 2000, holdMs: 1000, slateMs: 60_000 } as const
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', source }))
  const clips = [await makeClip(t), await makeClip(t, { size: '320x240' })]
  const entry = engine.hlsUrl('show').replace('media.m3u8', 'index.m3u8')
  let encoder = publishClip(t, clips[0]!, engine.publishUrl('k1'))
  await until('the channel plays', async () => (await fetch(entry)).status === 200)
  const low = await pages.play(entry, 'hls.js 1.7', true)
  const lowPlayers = [low, await pages.play(entry, 'hls.js 1.6', true)]
  const players = [...lowPlayers, await pages.play(entry, 'hls.js 1.7', false), await pages.play(entry, 'hls.js 1.6', false)]
  // Shaka 5.2 gives up on a list of one or two segments: "Cannot read properties of undefined".
  const list = engine.hlsUrl('show').replace('media.m3u8', 'v_source.m3u8')
  await until('the list has four segments', async () => (await (await fetch(list)).text()).split('#EXTINF').length > 4)
  players.push(await pages.play(entry, 'shaka', true))
  const seen = () => Promise.all(players.map(({ see }) => see()))
  await until(
    'all show pictures',
    async () => (await seen()).every(({ timeS, firstFrameMs }) => firstFrameMs !== null && timeS > 1),
    30_000,
  ).catch(async (error: unknown) => {
    for (const [at, one] of (await seen()).entries()) t.diagnostic(`${players[at]!.name}: ${JSON.stringify(one)}`)
    throw error
  })
  const judge = startJudge(engine.hlsUrl('show').replace('media.m3u8', ''))
  const ffmpeg = startProgram(t, 'ffmpeg', ['-v', 'warning', '-i', entry, '-c', 'copy', '-t', '6', '-f', 'null', '-'])
  const gst = startProgram(t, 'gst-launch-1.0', [
    ...['-v', 'souphttpsrc', `location=${engine.hlsUrl('show')}`, '!', 'hlsdemux', '!', 'qtdemux', 'name=d'],
    ...['d.video_0', '!', 'queue', '!', 'fakesink', 'silent=false', 'sync=false'],
  ])
  await sleep(8000)
  const steady = await low.see()
  t.diagnostic(`steady: ${JSON.stringify(steady)}`)
  await until('ffmpeg has read its fill', () => ffmpeg.hasEnded(), 15_000)
  // FFmpeg 5 reads the init again with each reload of a live playlist of fragmented MP4, and says so.
  const said = ffmpeg.output().replace(/^.*Found duplicated MOOV Atom.*\n/gm, '')
  assert.equal(said, '', 'ffmpeg reads the same address without a word')
  await until('GStreamer has read a hundred pictures', () => gst.output().split('chain').length > 100, 15_000)
  assert.doesNotMatch(gst.output(), /ERROR|WARNING/, 'GStreamer reads the plain form')
  await gst.end()
  assert.deepEqual([steady.errors, steady.audioTracks], [[], 1])
  assert.ok(steady.latencyS < 4 && steady.targetS < 2.5, `${steady.latencyS} s behind, ${steady.targetS} s wanted`)
  for (let loss = 0; loss < losses; loss++) {
    await encoder.end('SIGKILL')
    await sleep(2500)
    // The second time it comes back with another picture size.
    encoder = publishClip(t, clips[loss % 2]!, engine.publishUrl('k1'))
    const { timeS } = await low.see()
    await until('the players go on', async () => (await low.see()).timeS > timeS + 5, 20_000)
  }
  await until('the last of them is past the last splice', async () => (await seen()).every(({ timeS }) => timeS > steady.timeS + 5), 20_000)
  await sleep(4000)
  const splices = 2 * losses
  for (const [at, one] of (await seen()).entries()) {
    const { name } = players[at]!
    t.diagnostic(`${name}: ${JSON.stringify(one)}`)
    assert.equal(one.fatal, 0, name)
    // Pictures and sound go through the splices without a hole: what a player may stall in.
    if (name.startsWith('hls.js')) assert.doesNotMatch(one.has, /\d \d/, `${name} has holes: ${one.has}`)
    assert.ok(one.stalls.length <= splices, `${name} stalled ${one.stalls.length} times over ${splices} splices: ${one.stalls.join('; ')}`)
    assert.ok(one.longestStallMs <= 1000, `${name} stood for ${one.longestStallMs} ms`)
  }
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
