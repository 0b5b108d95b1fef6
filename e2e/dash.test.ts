// budget: 40 s: dash.js, Shaka and two plain clients beside each other over two splices
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseMpd } from '@sluice/containers/mpd'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { ManifestChecker } from '@sluice/testkit/manifests'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { startProgram } from './support/program.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'
import { missingForWeb } from './web/needs.ts'
import { openPlayerPages, type PlayerPages } from './web/player-pages.ts'

const skip = missing('ffmpeg', 'gst-launch-1.0') || missingForWeb()

let pages: PlayerPages
before(async () => {
  if (skip === false) pages = await openPlayerPages()
})
after(() => pages?.close())

test('low-latency DASH plays in dash.js and Shaka near the live edge, over splices and another picture size to its end, and in plain clients [PLB-02] [PLB-05] [FAI-10]', {
  skip,
  timeout: 180_000,
}, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const spec = makeChannelSpec({ channelId: 'show', key: 'k1' })
  engine.control.carry(spec)
  const clips = [await makeClip(t), await makeClip(t, { size: '320x240' })]
  const entry = engine.hlsUrl('show').replace('media.m3u8', 'manifest.mpd')
  let encoder = publishClip(t, clips[0]!, engine.publishUrl('k1'))
  await until('the channel plays', async () => (await fetch(entry)).status === 200)
  const dash = await pages.play(entry, 'dash.js', true)
  const players = [dash, await pages.play(entry, 'shaka', true)]
  const seen = () => Promise.all(players.map(({ see }) => see()))
  await until(
    'both show pictures',
    async () => (await seen()).every(({ firstFrameMs, timeS }) => firstFrameMs !== null && timeS > 1),
    30_000,
  )
  const judge = startJudge(entry)
  const plain = {
    ffmpeg: startProgram(t, 'ffmpeg', ['-v', 'warning', '-i', entry, '-c', 'copy', '-t', '5', '-f', 'null', '-']),
    gst: startProgram(t, 'gst-launch-1.0', [
      ...['-v', 'souphttpsrc', `location=${entry}`, '!', 'dashdemux', 'name=d'],
      ...['d.video_00', '!', 'queue', '!', 'fakesink', 'silent=false', 'sync=false'],
    ]),
  }
  const latencies: number[] = []
  for (let i = 0; i < 20; i++) {
    await sleep(250)
    latencies.push((await dash.see()).latencyS)
  }
  const steady = await dash.see()
  t.diagnostic(`behind live: ${latencies.map((one) => one.toFixed(1)).join(' ')} s; ${JSON.stringify(steady)}`)
  assert.deepEqual([steady.errors, steady.isLow, steady.audioTracks], [[], true, 1])
  // How near it comes is measured on a quiet machine. A player that does not read segments while they grow is a segment and more behind that.
  if (steady.starved === 0) assert.ok(steady.latencyS < 5, `${steady.latencyS} s behind`)
  await until('ffmpeg has read its fill', () => plain.ffmpeg.hasEnded(), 40_000)
  // FFmpeg 5 counts whole seconds where it looks for its place in a new version of the manifest: it reads a segment again, and says so.
  const said = plain.ffmpeg.output().replace(/^.*non monotonically increasing dts.*\n/gm, '')
  assert.equal(said, '', 'ffmpeg reads it without a word')
  await until('GStreamer has read three segments', () => plain.gst.output().split('chain').length > 3, 40_000)
  assert.doesNotMatch(plain.gst.output(), /ERROR|WARNING/, 'GStreamer reads it')
  await plain.gst.end()
  for (const clip of [clips[0]!, clips[1]!]) {
    await encoder.end('SIGKILL')
    await sleep(500)
    encoder = publishClip(t, clip, engine.publishUrl('k1'))
    const from = await seen()
    const goOn = async (): Promise<boolean> => (await seen()).every(({ timeS }, i) => timeS > from[i]!.timeS + 4)
    await until('the players go on', goOn, 40_000).catch(async (error) => assert.fail(`${error}: ${JSON.stringify(await seen())}`))
  }
  const judged = await judge.stop()
  t.diagnostic(`${judged.versions} versions; first parts after ${judged.lateMs.join(', ')} ms, in ${judged.pieces.join(', ')} pieces`)
  assert.deepEqual(judged.problems, [])
  assert.ok(
    judged.pieces.some((pieces) => pieces > 1),
    'open segments come piece by piece',
  )
  engine.control.carry({ ...spec, revision: spec.revision + 1, ended: { no: 1, by: 'the test' } })
  const haveEnded = async (): Promise<boolean> => (await seen()).every(({ hasEnded }) => hasEnded)
  await until('both have played to the end', haveEnded, 30_000).catch(async (error) =>
    assert.fail(`${error}: ${JSON.stringify(await seen())} ${await (await fetch(entry)).text()}`),
  )
  const last = await seen()
  // What starves the pages or the encoder of the processor stalls the pictures too: nobody can judge a stream by it then.
  const isCalm = last.every(({ starved }) => starved === 0) && Math.max(...judged.lateMs) < 1000
  for (const [at, one] of last.entries()) {
    const { name } = players[at]!
    t.diagnostic(`${name}: ${JSON.stringify(one)}`)
    assert.deepEqual([one.fatal, one.width], [0, 320], name)
    if (isCalm && name.startsWith('dash.js'))
      assert.ok(
        one.stalls.length <= splices,
        `${name} stalled ${one.stalls.length} times over ${splices} splices: ${one.stalls.join('; ')}`,
      )
  }
})

const splices = 2

/** Reloads the manifest ten times a second and judges each version; fetches each open segment as soon as it is listed. */
function startJudge(entry: string): { stop(): Promise<{ versions: number; problems: string[]; lateMs: number[]; pieces: number[] }> } {
  let isOver = false
  const checker = new ManifestChecker()
  const problems: string[] = []
  const lateMs: number[] = []
  const pieces: number[] = []
  const fetches: Promise<void>[] = []
  const asked = new Set<string>()
  const fetchOpen = async (url: URL): Promise<void> => {
    const response = await fetch(url)
    let count = 0
    for await (const _ of response.body!) count++
    pieces.push(count)
  }
  const run = async (): Promise<void> => {
    const { location } = parseMpd(await (await fetch(entry)).text())!
    const own = new URL(location!, entry)
    while (!isOver) {
      try {
        const mpd = checker.check(await (await fetch(own)).text())
        const period = mpd.periods.at(-1)!
        const { segments, timescale, presentationTimeOffset } = period.sets[0]!.representations[0]!
        const { time, url } = segments.at(-1)!
        const startMs = period.startMs + ((time - presentationTimeOffset) * 1000) / timescale
        if (!asked.has(url)) {
          if (asked.size > 0) {
            lateMs.push(Math.round(Date.now() - startMs))
            fetches.push(fetchOpen(new URL(url, own)))
          }
          asked.add(url)
        }
      } catch (error) {
        problems.push(String(error))
        return
      }
      await sleep(100)
    }
    await Promise.all(fetches)
  }
  const running = run()
  return {
    async stop() {
      isOver = true
      await running
      return { versions: checker.versions, problems, lateMs, pieces }
    },
  }
}
