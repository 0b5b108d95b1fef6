// budget: 120 s, 30 s of 1080p through five outputs, each of which is decoded whole
import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { type Channel, type ChannelPlan, type ChannelStats, type Output, paths, type Rung } from '@sluice/contract/api'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { soundOffsetsMs } from './failover/beep-clip.ts'
import { fallsOf, type Judged, judgeSession, keysOf, strayKeys, windowsKbps } from './ladder/judge.ts'
import { makeFolder } from './support/folder.ts'
import { runProgram, startProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'
import { signUp } from './web/operator.ts'
import { type Sluice, startSluice } from './web/sluice.ts'

/** Seconds of media that are judged: `SLUICE_LADDER_SECONDS=1800` for half an hour. */
const seconds = Number(process.env['SLUICE_LADDER_SECONDS'] ?? 30)
/** A machine that cannot encode a ladder from 1080p in real time is judged with a smaller source, rungs and bitrates in proportion. */
const sourceHeight = Number(process.env['SLUICE_LADDER_HEIGHT'] ?? 1080)
const even = (value: number): number => Math.round(value / 2) * 2
const scaled = (value: number): number => even((value * sourceHeight) / 1080)
const widthOf = (height: number): number => even((height * 16) / 9)
const knownWithinMs = 30_000
/** The rate settles in the first two GOPs. */
const settledMs = 4000
const maxOffsetMs = 40

/** The first one is what a social platform takes, the others are the ladder. */
const wishes = [
  { name: '720p30 for a platform', height: 720, kbps: 3000 },
  { name: '720p', height: 720, kbps: 2500 },
  { name: '480p', height: 480, kbps: 1200 },
  { name: '360p', height: 360, kbps: 700 },
].map(({ name, height, kbps }) => ({ name, height: scaled(height), kbps: scaled(kbps) }))

type Sink = Awaited<ReturnType<typeof openRtmpSink>>

/** Noise over motion, pictures alone; the upper left is black and flashes at the start of each second. */
async function makeNoisyClip(t: TestContext, height: number): Promise<string> {
  const file = path.join(makeFolder(t), 'noise.mp4')
  const box = 'drawbox=x=0:y=0:w=iw/4:h=ih/4:t=fill:color'
  const picture = `testsrc2=size=${widthOf(height)}x${height}:rate=30,noise=alls=40:allf=t,${box}=black,${box}=white:enable='lt(mod(t,1),0.2)'`
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', picture, '-t', '8'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'],
    ...['-b:v', '-maxrate', '-bufsize'].flatMap((flag) => [flag, `${scaled(8000)}k`]),
    file,
  ])
  return file
}

/** The clip again and again by ffmpeg, with a tone at the start of each second that it encodes meanwhile. */
function publishNoise(t: TestContext, clip: string, url: string): void {
  const sound = "aevalsrc='if(lt(mod(t,1),0.2),0.8*sin(2*PI*1000*t),0)':s=48000:c=stereo"
  startProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', clip, '-re', '-f', 'lavfi', '-i', sound],
    ...['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', '-b:a', '128k', '-f', 'flv', url],
  ])
}

describe('1080p30 in, at each destination what its rung promises', { skip: missing('ffmpeg', 'ffprobe') }, () => {
  let sluice: Sluice
  let cookie: string
  let channel: Channel
  // bound: five
  const outlets: { readonly rung: Rung | null; readonly kbps: number | null; readonly sink: Sink; readonly output: Output }[] = []

  const call = (method: string, to: string, body?: unknown): Promise<Response> => {
    const headers = { origin: sluice.url, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    return fetch(sluice.url + to, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }
  const api = async <T>(method: string, to: string, body?: unknown): Promise<T> => {
    const answer = await call(method, to, body)
    assert.ok(answer.ok, `${method} ${to}: ${answer.status} ${await answer.clone().text()}`)
    return (await answer.json()) as T
  }
  /** An output with a sink of its own. False: the plan has no room for it, the sentence is `said`. */
  const addOutput = async (name: string, rung: Rung | null, kbps: number | null, said: (why: string) => void): Promise<void> => {
    const sink = await openRtmpSink()
    const body = { name, url: sink.url, streamKey: 'k', rung: rung?.id ?? 'source', class: 'A' }
    const answer = await call('POST', paths.channelOutputs(channel.id), body)
    if (answer.ok) outlets.push({ rung, kbps, sink, output: (await answer.json()) as Output })
    else {
      const why = await answer.text()
      await sink.close()
      assert.ok(answer.status === 409 && why.includes('PLAN_TOO_HEAVY'), `${name}: ${answer.status} ${why}`)
      said(`${name} is left out, this machine has no room for it: ${why}`)
    }
  }
  const isLive = async ({ id }: Output): Promise<boolean> => (await api<Output>('GET', paths.output(id))).actual?.state === 'live'
  const areLive = async (): Promise<boolean> => (await Promise.all(outlets.map(({ output }) => isLive(output)))).every(Boolean)
  const rungStats = async () => (await api<ChannelStats>('GET', paths.channelStats(channel.id))).rungs ?? []

  before(async () => {
    sluice = await startSluice()
    cookie = await signUp(sluice)
    channel = await api<Channel>('POST', paths.channels, { name: 'Evening show' })
  })
  after(async () => {
    await sluice?.stop()
    for (const { sink } of outlets) await sink.close()
  })

  test('size, frame rate, GOP of 2 s, bitrate in every 10 s, key frames at equal times, sound in step [TRN-01] [TRN-02]', async (t) => {
    const clip = await makeNoisyClip(t, sourceHeight)
    await addOutput('whole', null, null, (why) => assert.fail(why))
    for (const { name, height, kbps } of wishes) {
      const video = { codec: 'h264', height, fps: 30, bitrateKbps: kbps, gopMs: 2000 }
      const rung = await api<Rung>('POST', paths.channelRungs(channel.id), { name, video, audio: { codec: 'aac', bitrateKbps: 128 } })
      await addOutput(name, rung, kbps, (why) => t.diagnostic(why))
    }
    assert.ok(outlets.length >= 3, 'this machine has room for two rungs')
    const { streamKey } = channel.inputs.find(({ role }) => role === 'primary')!
    publishNoise(t, clip, `${sluice.rtmpUrl}/${streamKey}`)
    await until('all are live', areLive, knownWithinMs)
    const areEncoding = async (): Promise<boolean> => (await rungStats()).filter(({ fps }) => fps > 20).length === outlets.length - 1
    await until('all rungs encode', areEncoding, knownWithinMs).catch(async (error: Error) => {
      throw new Error(`${error.message}; ${JSON.stringify(await rungStats())}`)
    })
    const skippedBefore = new Map((await rungStats()).map(({ rungId, skippedTotal }) => [rungId, skippedTotal]))
    const starts = outlets.map(({ sink }) => sink.sessions[0]!.messages.at(-1)!.timestampMs)
    await sleep(seconds * 1000)
    const stats = await rungStats()
    const skipped = (id: string): number => (stats.find(({ rungId }) => rungId === id)?.skippedTotal ?? 0) - (skippedBefore.get(id) ?? 0)
    const { load } = await api<ChannelPlan>('GET', paths.channelPlan(channel.id))
    t.diagnostic(`plan: ${JSON.stringify(load)}`)

    const keys: { readonly name: string; readonly times: readonly number[] }[] = []
    for (const [i, { rung, kbps, sink, output }] of outlets.entries()) {
      assert.equal(sink.sessions.length, 1, `${output.name}: one session`)
      const judged = await judgeSession(t, sink.sessions[0]!)
      assert.deepEqual([fallsOf(judged.video), fallsOf(judged.audio)], [[], []], `${output.name}: DTS rise`)
      const offsets = await flashesToBeeps(t, judged.file)
      const worst = Math.max(...offsets.map(Math.abs))
      // A flash whose slot was left out shows late; the next one is right again.
      const lost = rung === null ? 0 : skipped(rung.id)
      const odd = offsets.filter((ms) => Math.abs(ms) > maxOffsetMs).length
      t.diagnostic(
        `${output.name}: ${judged.size} ${judged.fps}, ${offsets.length} flashes, sound off by ${worst.toFixed(1)} ms at most, ${lost} slots left out`,
      )
      assert.ok(offsets.length >= seconds * 0.9 && odd <= lost, `${output.name}: ${offsets.map(Math.round).join(' ')} ms`)
      keys.push({ name: output.name, times: keysOf(judged).filter((ms) => ms >= starts[i]! + settledMs) })
      if (rung === null || kbps === null) assert.deepEqual([judged.size, judged.fps], [`${widthOf(sourceHeight)}x${sourceHeight}`, '30/1'])
      else judgeRung(t, output.name, judged, { height: rung.video!.height!, kbps, fromMs: starts[i]! + settledMs })
    }
    assertSameKeys(keys)
  })
})

type Promised = { readonly height: number; readonly kbps: number; readonly fromMs: number }

/** A machine that is too busy leaves out slots, and says so: less than the bitrate is right there, and a key frame comes a slot late. */
function judgeRung(t: TestContext, name: string, judged: Judged, { height, kbps, fromMs }: Promised): void {
  assert.deepEqual([judged.codec, judged.size, judged.fps], ['h264', `${widthOf(height)}x${height}`, '30/1'], name)
  assert.deepEqual(strayKeys(judged, fromMs, 2000, 30), [], name)
  const { lowest, highest, whole } = windowsKbps(judged, fromMs, 30)
  t.diagnostic(
    `${name}: at most ${Math.round(highest)} of ${kbps} kbps over 10 s, at least ${Math.round(lowest)} in ${whole} windows without a hole`,
  )
  assert.ok(highest <= kbps * 1.05, `${name}: ${highest} of ${kbps} kbps`)
  assert.ok(lowest >= kbps * 0.9, `${name}: ${lowest} of ${kbps} kbps`)
}

/** Where two have been there at once, key frames of one are key frames of the other, in programme time. */
function assertSameKeys(all: readonly { readonly name: string; readonly times: readonly number[] }[]): void {
  const from = Math.max(...all.map(({ times }) => times[0]!))
  const to = Math.min(...all.map(({ times }) => times.at(-1)!))
  const within = all.map(({ times }) => times.filter((ms) => ms >= from - 1 && ms <= to + 1))
  for (const [i, times] of within.entries())
    assert.ok(
      times.length > 3 && times.length === within[0]!.length && times.every((ms, at) => Math.abs(ms - within[0]![at]!) <= 1),
      `${all[i]!.name}: ${times.join(' ')}, ${all[0]!.name}: ${within[0]!.join(' ')}`,
    )
}

const flashesToBeeps = (t: TestContext, file: string): Promise<number[]> => soundOffsetsMs(t, file, 'crop=iw/5:ih/5:8:8,')
