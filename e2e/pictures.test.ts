import assert from 'node:assert/strict'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { readNalUnits, writeAnnexB, writeNalUnits } from '@sluice/codecs/nal'
import { hashKey, makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { assertAllPlay } from './support/chromium-plays.ts'
import { assertClean, channelsOf, decodedOf, saveFlv } from './support/clean-pictures.ts'
import { type ClipTag, readTags } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { recordHls } from './support/hls-recorder.ts'
import { runProgram, startProgram } from './support/program.ts'
import { publishTags } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'srt-live-transmit')
const seconds = 6
const fps = 25

type Case = {
  readonly name: string
  readonly x264?: string
  readonly sound?: string
  /** What is sent in place of one tag. */
  readonly change: (tag: ClipTag, clip: Clip) => readonly ClipTag[]
  readonly notices: readonly string[]
  readonly channels?: number
  /** Browsers refuse AAC whose channels a program config element tells: HLS leaves it out, and says so. */
  readonly hlsChannels?: number
}
type Clip = { readonly sets: readonly Uint8Array[]; readonly tags: readonly ClipTag[] }

const isPicture = ({ kind, body }: ClipTag): boolean => kind === 'video' && body[1] === 1
const isVideoConfig = ({ kind, body }: ClipTag): boolean => kind === 'video' && body[1] === 0
const isSoundConfig = ({ kind, body }: ClipTag): boolean => kind === 'audio' && body[1] === 0
const units = ({ body }: ClipTag): Uint8Array[] => readNalUnits(body.subarray(5), 4)
const picture = (tag: ClipTag, bytes: Uint8Array): ClipTag => ({ ...tag, body: Buffer.concat([tag.body.subarray(0, 5), bytes]) })
const isKey = ({ body }: ClipTag): boolean => body[0]! >>> 4 === 1

/** 48 kHz mono, AAC-LC. Spec: ISO/IEC 14496-3 §1.A.2.2 */
function adts(tag: ClipTag): ClipTag {
  const bytes = tag.body.length - 2 + 7
  const header = [0xff, 0xf1, 0x4c, 0x40 | (bytes >>> 11), (bytes >>> 3) & 0xff, ((bytes & 7) << 5) | 0x1f, 0xfc]
  return { ...tag, body: Buffer.concat([tag.body.subarray(0, 2), Buffer.from(header), tag.body.subarray(2)]) }
}

const cases: readonly Case[] = [
  {
    name: 'slices',
    x264: 'slices=4:bframes=2',
    change: (tag) => (isPicture(tag) ? units(tag).map((unit) => picture(tag, writeNalUnits([unit]))) : [tag]),
    notices: ['pictures-joined'],
  },
  {
    name: 'untimed',
    x264: 'slices=2:bframes=3',
    change: (tag) => [
      isPicture(tag) ? { ...tag, body: Buffer.concat([tag.body.subarray(0, 2), Buffer.alloc(3), tag.body.subarray(5)]) } : tag,
    ],
    notices: ['order-restored'],
  },
  {
    name: 'startcodes',
    x264: 'slices=2:bframes=1',
    change(tag, { sets }) {
      if (isVideoConfig(tag)) return []
      return [isPicture(tag) ? picture(tag, writeAnnexB([...(isKey(tag) ? sets : []), ...units(tag)])) : tag]
    },
    notices: ['config-recovered'],
  },
  {
    name: 'late',
    change: (tag, { tags }) => {
      if (isVideoConfig(tag)) return []
      const first = tags.findIndex(isPicture)
      return tags.indexOf(tag) === first ? [tag, { ...tags.find(isVideoConfig)!, timestampMs: tag.timestampMs }] : [tag]
    },
    notices: [],
  },
  {
    name: 'adts',
    change: (tag) => (isSoundConfig(tag) ? [] : [tag.kind === 'audio' ? adts(tag) : tag]),
    notices: ['config-recovered'],
    channels: 1,
  },
  { name: 'untold', change: (tag) => (isSoundConfig(tag) ? [] : [tag]), notices: ['config-missing'], channels: 0 },
  {
    name: 'side',
    sound: 'aevalsrc=sin(440*2*PI*t)|sin(550*2*PI*t)|sin(660*2*PI*t)|0|sin(330*2*PI*t)|sin(220*2*PI*t):c=5.1(side):s=48000',
    change: (tag) => [tag],
    notices: [],
    channels: 6,
    hlsChannels: 0,
  },
]

async function makeCaseClip(
  t: TestContext,
  { name, x264 = 'bframes=0', sound = 'sine=frequency=440:sample_rate=48000' }: Case,
): Promise<string> {
  const file = path.join(makeFolder(t), `${name}.flv`)
  const sources = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${fps}`, '-f', 'lavfi', '-i', sound, '-t', String(seconds)]
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p', '-x264-params', `scenecut=0:${x264}`]
  await runProgram(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...sources, ...video, '-c:a', 'aac', '-f', 'flv', file])
  return file
}

async function run(t: TestContext, engine: EngineProcess, one: Case): Promise<string> {
  const { name } = one
  const file = await makeCaseClip(t, one)
  const tags = readTags(file)
  const config = tags.find(isVideoConfig)!.body.subarray(5)
  const spsBytes = (config[6]! << 8) | config[7]!
  const pps = config.subarray(8 + spsBytes + 3)
  const clip = { tags, sets: [config.subarray(8, 8 + spsBytes), pps.subarray(0, (config[9 + spsBytes]! << 8) | config[10 + spsBytes]!)] }
  const folder = makeFolder(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const token = `token-${name}`
  const outputs = [makeOutputSpec({ outputId: name, url: sink.url })]
  engine.control.carry(makeChannelSpec({ channelId: name, key: name, outputs, playTokenHashes: [hashKey(token)] }))
  const { publisher, send } = await publishTags(t, engine.ports.rtmp, name)
  const sent = send(tags.flatMap((tag) => one.change(tag, clip)))
  const tsFile = path.join(folder, 'srt.ts')
  await until(`${name} is on the air`, () => engine.control.actual(name)?.inputs[0]?.state === 'receiving')
  const srtUrl = `srt://127.0.0.1:${engine.ports.srt}?streamid=read:${token}`
  const reader = startProgram(t, 'sh', ['-c', 'exec srt-live-transmit -q "$0" file://con > "$1"', srtUrl, tsFile])
  const hls = recordHls(t, engine.hlsUrl(name))
  await sent
  const actual = engine.control.actual(name)?.inputs[0]
  const rate = engine.control.stats?.channels.find(({ channelId }) => channelId === name)?.inputs[0]?.fps
  await sleep(500)
  publisher.close()
  await reader.end()
  await until(`${name} has ended`, () => engine.control.actual(name)?.state === 'idle')
  hls.stop()
  const codes = [...new Set((actual?.notices ?? []).map(({ code }) => code))]
  assert.deepEqual(codes, [...one.notices], `${name}: what the input tells`)
  assert.ok(Math.abs((rate ?? 0) - fps) < 0.5, `${name}: ${rate} frames/s`)
  const flvFile = path.join(folder, 'rtmp.flv')
  saveFlv(sink.sessions[0]!, flvFile)
  const original = await decodedOf(t, file)
  assert.equal(original.hashes.length, seconds * fps)
  assertClean(await decodedOf(t, flvFile), original.hashes, seconds * fps - 5, `${name} by RTMP`)
  // Its last picture may be cut: the reader is ended in mid-stream.
  const read = await decodedOf(t, tsFile)
  assertClean({ ...read, hashes: read.hashes.slice(0, -1) }, original.hashes, (seconds - 3) * fps, `${name} by SRT`)
  assertClean(await decodedOf(t, hls.files()[0]!), original.hashes, (seconds - 3) * fps, `${name} by HLS`)
  const { channels = 1, hlsChannels = channels } = one
  for (const out of [flvFile, tsFile]) assert.equal(await channelsOf(t, out), channels, `${name}: channels in ${path.extname(out)}`)
  assert.equal(await channelsOf(t, hls.files()[0]!), hlsChannels, `${name}: channels in HLS`)
  return hls.files()[0]!
}

test('access units as encoders really send them leave whole and in order, by RTMP, SRT and HLS', { skip }, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  await assertAllPlay(t, cases, (one) => run(t, engine, one), fps)
})
