// budget: 50 s: late sound and late pictures at once, flashes beside a hundred outputs, then 1080i50 in both field orders, one at a time
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RungSpec } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink, type RtmpSinkServer, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { makeBeepClip, soundOffsetsMs } from './failover/beep-clip.ts'
import { gopsOf, rung360 } from './ladder/ladder-show.ts'
import { type ClipTag, readTags } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { recordHls } from './support/hls-recorder.ts'
import { runProgram } from './support/program.ts'
import { publishTags } from './support/publish.ts'
import { stepsBack, videoFrames } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'ffprobe')
const maxOffsetMs = 40
/** What a late kind of media begins after, and how long the other is published. */
const lateMs = 5000
const publishedMs = 12_000

const rungOf = (rungId: string, gopMs: number): RungSpec => ({
  ...rung360,
  rungId,
  name: rungId,
  video: { ...rung360.video!, width: 320, height: 180, fps: { num: 30, den: 1 }, bitrateKbps: 400, gopMs },
})

async function sinkFor(t: TestContext, isRecording = true): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink({ isRecording })
  t.after(() => sink.close())
  return sink
}

const isHead = ({ kind, body }: ClipTag): boolean => (kind === 'video' && body[1] === 0) || (kind === 'audio' && body[1] === 0)

/** One kind begins later, its configuration with it, as where a mixer opens its sound with the first guest. */
function withLate(tags: readonly ClipTag[], late: ClipTag['kind'], fromMs: number): ClipTag[] {
  const head = tags.find((tag) => tag.kind === late && isHead(tag))!
  const isOpener = (tag: ClipTag): boolean =>
    tag.kind === late && !isHead(tag) && tag.timestampMs >= fromMs && (late === 'audio' || tag.body[0]! >> 4 === 1)
  const opener = tags.findIndex(isOpener)
  return tags.flatMap((tag, i) => {
    if (i === opener) return [{ ...head, timestampMs: tag.timestampMs }, tag]
    return tag.kind === late && i < opener ? [] : [tag]
  })
}

/** Slots that the encoders of a channel left out, because the machine was too busy: a picture in place of another one is late, and a rung may be away. */
const skippedOf = (engine: EngineProcess, channelId: string): number =>
  (engine.control.stats?.channels.find((channel) => channel.channelId === channelId)?.rungs ?? []).reduce(
    (sum, { skippedTotal }) => sum + skippedTotal,
    0,
  )

/** Each flash has its beep; `skipped` of them may be off or missing. */
async function judgeInStep(t: TestContext, name: string, file: string, leastPairs: number, skipped = 0): Promise<void> {
  const offsets = await soundOffsetsMs(t, file)
  const told = `${name}: ${offsets.map(Math.round).join(' ')} ms, ${skipped} slots left out`
  t.diagnostic(told)
  assert.ok(offsets.length >= leastPairs - skipped, told)
  assert.ok(offsets.filter((ms) => Math.abs(ms) > maxOffsetMs).length <= skipped, told)
}

async function judgeLate(t: TestContext, engine: EngineProcess, clip: readonly ClipTag[], late: 'audio' | 'video'): Promise<void> {
  const channelId = `late-${late}`
  const [passed, low] = [await sinkFor(t), await sinkFor(t)]
  const outputs = [
    makeOutputSpec({ outputId: `${channelId}-passed`, url: passed.url }),
    makeOutputSpec({ outputId: `${channelId}-low`, url: low.url, rung: 'r' }),
  ]
  engine.control.carry(makeChannelSpec({ channelId, key: channelId, outputs, rungs: [rungOf('r', 1000)] }))
  await until('the channel is there', () => engine.control.actual(channelId) !== undefined)
  const hls = recordHls(t, engine.hlsUrl(channelId))
  const { send } = await publishTags(t, engine.ports.rtmp, channelId)
  await send(withLate(clip, late, lateMs))
  assert.deepEqual([passed.sessions.length, low.sessions.length], [1, 1], 'nobody connects again')
  const pairs = (publishedMs - lateMs) / 1000 - 2
  for (const [name, sink] of Object.entries({ passed, low })) {
    const session = sink.sessions[0]!
    assert.deepEqual(
      stepsBack(session).filter((step) => !step.startsWith('data')),
      [],
      name,
    )
    const file = path.join(makeFolder(t), `${name}.flv`)
    writeFileSync(file, flvOfMessages(session.messages))
    await judgeInStep(t, `${channelId}, ${name}`, file, pairs, name === 'low' ? skippedOf(engine, channelId) : 0)
  }
  hls.stop()
  // With the first picture the plain form begins anew: what sound alone had left open then is in no segment of it.
  assert.deepEqual(hls.problems, late === 'video' ? ['1 segments were missed'].slice(0, hls.problems.length) : [])
  await judgeInStep(t, `${channelId}, player`, hls.files().at(-1)!, pairs - 3)
}

const flashFrames = { every: 22, on: 6 }
const flashing = `color=black:size=320x180:rate=30,drawbox=color=white:t=fill:enable='lt(mod(n,${flashFrames.every}),${flashFrames.on})'`

/** Numbers of the pictures at which a flash begins. */
async function flashesIn(t: TestContext, file: string): Promise<number[]> {
  const raw = path.join(makeFolder(t), 'luma.gray')
  const one = ['-vf', 'scale=1:1', '-pix_fmt', 'gray', '-f', 'rawvideo', raw]
  await runProgram(t, 'ffmpeg', ['-v', 'error', '-i', file, '-an', '-vsync', 'passthrough', ...one])
  const lumas = readFileSync(raw)
  return [...lumas.keys()].filter((i) => i > 0 && lumas[i]! > 128 && lumas[i - 1]! <= 128)
}

const videoTagsOf = (tags: readonly ClipTag[]): ClipTag[] => tags.filter((tag) => tag.kind === 'video' && !isHead(tag))
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN

test('sound after the picture and picture after the sound reach the source, the rung and the player in step; low latency is low at the sink', {
  skip,
  concurrency: 2,
}, async (t) => {
  const [engine, beeps] = await Promise.all([startEngineProcess(t, { viewers: 'start' }), makeBeepClip(t, publishedMs / 1000)])
  const clip = readTags(beeps).filter(({ kind }) => kind !== 'data')

  // A slow machine has one thing at a time to encode.
  await Promise.all([
    t.test('sound that begins 5 s after the picture [TRN-06]', (inner) => judgeLate(inner, engine, clip, 'audio')),
    t.test('a picture that begins 5 s after the sound [TRN-06]', (inner) => judgeLate(inner, engine, clip, 'video')),
  ])
  await t.test('latency low: on the source each picture leaves alone, on a rung key frames are 1 s apart', (inner) =>
    judgeLatency(inner, engine),
  )
  for (const order of ['tff', 'bff'] as const)
    await t.test(`1080i50, ${order}: each field is a picture, in its turn, without combs [TRN-04]`, (inner) =>
      judgeFields(inner, engine, order),
    )
})

async function judgeLatency(t: TestContext, engine: EngineProcess): Promise<void> {
  const file = path.join(makeFolder(t), 'flashes.flv')
  await runProgram(t, 'ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', flashing, '-f', 'lavfi', '-i', 'sine=sample_rate=48000', '-t', '4.5', '-c:v', 'libx264'],
    ...['-preset', 'ultrafast', '-bf', '0', '-g', '30', '-pix_fmt', 'yuv420p', '-b:v', '300k', '-c:a', 'aac', '-b:a', '64k', file],
  ])
  const tags = readTags(file).filter(({ kind }) => kind !== 'data')
  const crowd = await sinkFor(t, false)
  const names = ['standard', 'low', 'standard-rung', 'low-rung'] as const
  const sinks = new Map<string, RtmpSinkServer>()
  for (const name of names) sinks.set(name, await sinkFor(t))
  const make = (name: (typeof names)[number], rung: string) =>
    makeOutputSpec({ outputId: name, url: sinks.get(name)!.url, rung, ...(name.startsWith('low') ? { isLowLatency: true } : {}) })
  const outputs = [
    ...[make('standard', 'source'), make('low', 'source'), make('standard-rung', 'two'), make('low-rung', 'one')],
    ...Array.from({ length: 104 }, (_, i) => makeOutputSpec({ outputId: `crowd-${i}`, url: crowd.url })),
  ]
  engine.control.carry(makeChannelSpec({ channelId: 'lat', key: 'lat', outputs, rungs: [rungOf('two', 2000), rungOf('one', 1000)] }))
  await until('the channel is there', () => engine.control.actual('lat') !== undefined)
  const publisher = await publishTags(t, engine.ports.rtmp, 'lat')
  const lengthMs = Math.round((videoTagsOf(tags).length * 1000) / 30)
  let rounds = 0
  // bound: pictures of one round
  let sentMs: number[] = []
  const sendRound = async (): Promise<void> => {
    const fromMs = rounds * lengthMs
    const round = tags.filter((tag) => rounds === 0 || !isHead(tag)).map((tag) => ({ ...tag, timestampMs: tag.timestampMs + fromMs }))
    rounds++
    sentMs = []
    await publisher.send(round, (tag) => {
      if (tag.kind === 'video' && !isHead(tag)) sentMs.push(performance.now())
      return {}
    })
  }
  const areLive = (): boolean => outputs.every(({ outputId }) => engine.control.output(outputId)?.state === 'live')
  while (!areLive() && rounds < 5) await sendRound()
  assert.ok(areLive(), 'all are live')
  await sendRound()
  await sleep(500)

  const sentFlashes = (await flashesIn(t, file)).map((i) => sentMs[i]!)
  const figures = new Map<string, number[]>()
  for (const [name, sink] of sinks) {
    const session = sink.sessions[0]!
    const got = path.join(makeFolder(t), 'got.flv')
    writeFileSync(got, flvOfMessages(session.messages))
    const seenMs = (await flashesIn(t, got)).map((i) => videoFrames(session)[i]!.atMs)
    const glassMs = sentFlashes.flatMap((sent) => {
      const seen = seenMs.find((each) => each >= sent)
      return seen === undefined ? [] : [seen - sent]
    })
    figures.set(name, glassMs)
    t.diagnostic(`${name}: ${glassMs.length} flashes, p50 ${at(glassMs, 0.5).toFixed(0)}, p95 ${at(glassMs, 0.95).toFixed(0)} ms`)
    const skipped = name.endsWith('rung') ? skippedOf(engine, 'lat') : 0
    assert.ok(glassMs.length >= sentFlashes.length - 1 - skipped, `${name}: ${glassMs.length} of ${sentFlashes.length} flashes`)
    assert.ok(skipped > 0 || at(glassMs, 0.5) < 500, `${name}: ${glassMs.map(Math.round).join(' ')} ms`)
  }
  const waits = waitsBehind(sinks.get('low')!.sessions[0]!, sinks.get('standard')!.sessions[0]!, sentMs[0]!)
  t.diagnostic(`a picture on standard comes ${mean(waits).toFixed(0)} ms after the same one on low`)
  assert.ok(waits.length > 110 && mean(waits) > 5, `${mean(waits)} ms`)
  const gops = (name: string): number[] => gopsOf(sinks.get(name)!.sessions[0]!).slice(1)
  const strayed = gops('low-rung').filter((ms) => Math.abs(ms - 1000) > 34)
  assert.ok(gops('low-rung').length > 4 && strayed.length <= skippedOf(engine, 'lat'), gops('low-rung').join(' '))
  assert.ok(at(gops('standard-rung'), 0.5) >= 1960, gops('standard-rung').join(' '))
}

/** By how much later each picture since `fromMs` came to one sink than to the other. */
function waitsBehind(soon: SinkSession, late: SinkSession, fromMs: number): number[] {
  const when = new Map(videoFrames(soon).map(({ timestampMs, atMs }) => [timestampMs, atMs]))
  return videoFrames(late).flatMap(({ timestampMs, atMs }) => {
    const first = when.get(timestampMs)
    return first === undefined || first < fromMs ? [] : [atMs - first]
  })
}

const boxWidth = 96
/** Of the box, in pixels of the source a field. */
const boxStep = 12
/** Then it begins again at the left. */
const boxSteps = 140

/** A white box on black that moves with each of 50 fields a second, H.264 in macroblock pairs as FFmpeg's x264 writes it. */
async function makeFields(t: TestContext, order: 'tff' | 'bff'): Promise<string> {
  const file = path.join(makeFolder(t), `${order}.flv`)
  const fields = 'color=black:s=1920x1080:r=50'
  const moving = `${fields}[b];color=white:s=${boxWidth}x400:r=50[w];[b][w]overlay=x=40+${boxStep}*mod(n\\,${boxSteps}):y=340`
  await runProgram(t, 'ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `${moving},interlace=scan=${order}:lowpass=off,setfield=${order}`, '-t', '4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-flags', '+ildct+ilme', '-top', order === 'tff' ? '1' : '0', '-g', '25'],
    ...['-bf', '0', '-pix_fmt', 'yuv420p', '-b:v', '2M', file],
  ])
  return file
}

/** What FFmpeg's judge of combs makes of a file: pictures that are two fields, and pictures that are one. */
async function combsIn(t: TestContext, file: string): Promise<{ readonly tff: number; readonly bff: number; readonly whole: number }> {
  const said = await runProgram(t, 'ffmpeg', ['-hide_banner', '-nostats', '-i', file, '-an', '-vf', 'idet', '-f', 'null', '-'])
  const [, tff = '', bff = '', whole = ''] = /Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)/.exec(said) ?? []
  return { tff: Number(tff), bff: Number(bff), whole: Number(whole) }
}

async function judgeFields(t: TestContext, engine: EngineProcess, order: 'tff' | 'bff'): Promise<void> {
  const clip = await makeFields(t, order)
  const source = await combsIn(t, clip)
  assert.ok(source[order] > 80 && source[order === 'tff' ? 'bff' : 'tff'] === 0, `the judge sees fields: ${JSON.stringify(source)}`)
  const sink = await sinkFor(t)
  const outputId = `fields-${order}`
  const rung: RungSpec = { ...rungOf('r', 1000), audio: null }
  const video = { ...rung.video!, width: 640, height: 360, fps: { num: 50, den: 1 }, bitrateKbps: 2500, followsSourceKeys: true }
  const outputs = [makeOutputSpec({ outputId, url: sink.url, rung: 'r' })]
  engine.control.carry(makeChannelSpec({ channelId: order, key: order, outputs, rungs: [{ ...rung, video }] }))
  await until('the channel is there', () => engine.control.actual(order) !== undefined)
  const { send } = await publishTags(t, engine.ports.rtmp, order)
  await send(readTags(clip).filter(({ kind }) => kind === 'video'))
  const messages = sink.sessions[0]!.messages
  const file = path.join(makeFolder(t), 'fields.flv')
  writeFileSync(file, flvOfMessages(messages))
  const got = await combsIn(t, file)
  const raw = path.join(makeFolder(t), 'row.gray')
  await runProgram(t, 'ffmpeg', ['-v', 'error', '-i', file, '-vf', 'crop=640:2:0:180', '-pix_fmt', 'gray', '-f', 'rawvideo', raw])
  const rows = readFileSync(raw)
  const times = videoFrames(sink.sessions[0]!).map(({ timestampMs }) => timestampMs)
  const boxes = times.flatMap((timeMs, i) => {
    const row = rows.subarray(i * 1280, i * 1280 + 640)
    const [left, right] = [row.findIndex((luma) => luma > 128), row.findLastIndex((luma) => luma > 128)]
    return left < 0 ? [] : [{ timeMs, left, width: right - left + 1 }]
  })
  // Where it is follows from the time: a field that is shown out of its turn lags by its step or leads by it.
  const offs = boxes.slice(1).map(({ timeMs, left }, i) => left - boxes[i]!.left - (((timeMs - boxes[i]!.timeMs) / 20) * boxStep) / 3)
  t.diagnostic(`${boxes.length} pictures, combs ${JSON.stringify(got)}`)
  // An encoder that gets little time begins late, and leaves pictures out.
  assert.ok(boxes.length > 20, `${boxes.length} pictures`)
  assert.ok(got.tff + got.bff === 0 && got.whole >= boxes.length * 0.9, JSON.stringify(got))
  // A busy machine repeats a picture here and there, and once a round the box jumps back; fields in the wrong order are wrong in each.
  const odd = offs.filter((pixels) => Math.abs(pixels) >= boxStep / 3 - 1)
  assert.ok(odd.length <= boxes.length / 6, offs.map((pixels) => pixels.toFixed(1)).join(' '))
  assert.ok(
    boxes.every(({ width }) => Math.abs(width - boxWidth / 3) <= 2),
    boxes.map(({ width }) => width).join(' '),
  )
}
