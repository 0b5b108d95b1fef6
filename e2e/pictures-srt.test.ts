// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { readNalUnits, writeAnnexB } from '@sluice/codecs/nal'
import { hashKey, makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { assertAllPlay } from './support/chromium-plays.ts'
import { assertClean, channelsOf, type DecodedPictures, decodedOf, saveFlv } from './support/clean-pictures.ts'
import { readTags } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { recordHls } from './support/hls-recorder.ts'
import { makeFieldFrames } from './support/make-fields.ts'
import { makeTs, type Pes } from './support/make-ts.ts'
import { runProgram, startProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'srt-live-transmit')
const seconds = 6
const fps = 25
const step = 3600
const pid = 0x100
const srtPayload = 1316
const startTicks = 90_000
const clockLead = 9000

/** Null packets. Spec: ISO/IEC 13818-1 §2.4.3.3 */
const padding = Buffer.concat(
  Array.from({ length: 350 }, () => Buffer.concat([Buffer.from([0x47, 0x1f, 0xff, 0x10]), Buffer.alloc(184, 0xff)])),
)

/** `file` holds the stream as it was meant; `ts` is what is sent. */
type Made = { readonly ts: Uint8Array; readonly file: string }
type Case = {
  readonly name: string
  readonly make: (t: TestContext) => Promise<Made>
  readonly notices: readonly string[]
  readonly channels?: number
  /** Browsers refuse AAC whose channels a program config element tells: HLS leaves it out, and says so. */
  readonly hlsChannels?: number
}

type Picture = { readonly units: readonly Uint8Array[]; readonly dts: number; readonly pts: number; readonly isKey: boolean }

/** The pictures of a clip, parameter sets in front of each key frame. */
async function picturesOf(t: TestContext, x264: string): Promise<{ file: string; pictures: Picture[] }> {
  const file = path.join(makeFolder(t), 'clip.flv')
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${fps}`, '-t', String(seconds)]
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '25',
    '-pix_fmt',
    'yuv420p',
    '-x264-params',
    `scenecut=0:repeat-headers=1:${x264}`,
  ]
  await runProgram(t, 'ffmpeg', [
    '-hide_banner',
    '-loglevel',
    'error',
    '-y',
    ...source,
    ...video,
    '-bsf:v',
    'dump_extra=freq=k',
    '-f',
    'flv',
    file,
  ])
  const pictures = readTags(file)
    .filter(({ kind, body }) => kind === 'video' && body[1] === 1)
    .map(({ timestampMs, body }) => {
      const dts = startTicks + timestampMs * 90
      const compositionMs = (body[2]! << 16) | (body[3]! << 8) | body[4]!
      return { units: readNalUnits(body.subarray(5), 4), dts, pts: dts + compositionMs * 90, isKey: body[0]! >>> 4 === 1 }
    })
  return { file, pictures }
}

const pcrOf = (dts: number, i: number): { pcr: number } | object => (i === 0 ? { pcr: dts - clockLead } : {})
const isSlice = (unit: Uint8Array): boolean => (unit[0]! & 31) <= 5

const cases: readonly Case[] = [
  {
    name: 'fields',
    async make(t) {
      const file = path.join(makeFolder(t), 'fields.h264')
      const frames = makeFieldFrames(seconds * fps)
      writeFileSync(file, Buffer.concat(frames.flatMap(({ fields }) => fields.map(writeAnnexB))))
      const packets = frames.flatMap(({ fields }, i): Pes[] =>
        fields.map((field, f) => {
          const pts = startTicks + i * step + (f * step) / 2
          return { pid, payload: writeAnnexB(field), pts, ...pcrOf(pts, f) }
        }),
      )
      return { ts: makeTs(packets), file }
    },
    notices: ['pictures-joined'],
  },
  {
    name: 'slices',
    async make(t) {
      const { file, pictures } = await picturesOf(t, 'slices=3:bframes=2')
      const packets = pictures.flatMap(({ units, dts, pts }): Pes[] =>
        units.map((unit, i) => ({ pid, payload: writeAnnexB([unit]), pts, dts, ...pcrOf(dts, i) })),
      )
      return { ts: makeTs(packets), file }
    },
    notices: ['pictures-joined'],
  },
  {
    name: 'pairs',
    async make(t) {
      const { file, pictures } = await picturesOf(t, 'slices=2:bframes=0')
      const packets: Pes[] = []
      // Two pictures a packet, without a delimiter between them, and one time for both.
      for (let i = 0; i < pictures.length; i += 2) {
        const { dts, pts } = pictures[i]!
        const units = [...pictures[i]!.units, ...pictures[i + 1]!.units].filter((unit) => isSlice(unit) || i % fps < 2)
        packets.push({ pid, payload: writeAnnexB(units), pts, dts, pcr: dts - clockLead })
      }
      return { ts: makeTs(packets), file }
    },
    notices: [],
  },
  {
    name: 'undecoded',
    async make(t) {
      const { file, pictures } = await picturesOf(t, 'slices=1:bframes=3')
      const packets = pictures.map(({ units, dts, pts }): Pes => ({ pid, payload: writeAnnexB(units), pts, pcr: dts - clockLead }))
      return { ts: makeTs(packets), file }
    },
    notices: ['order-restored'],
  },
  {
    name: 'side',
    async make(t) {
      const file = path.join(makeFolder(t), 'side.ts')
      const tones = 'sin(440*2*PI*t)|sin(550*2*PI*t)|sin(660*2*PI*t)|0|sin(330*2*PI*t)|sin(220*2*PI*t)'
      await runProgram(t, 'ffmpeg', [
        ...['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${fps}`],
        ...['-f', 'lavfi', '-i', `aevalsrc=${tones}:c=5.1(side):s=48000`, '-t', String(seconds), '-c:v', 'libx264', '-preset', 'ultrafast'],
        ...['-g', '25', '-bf', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'mpegts', file],
      ])
      return { ts: readFileSync(file), file }
    },
    notices: [],
    channels: 6,
    hlsChannels: 0,
  },
]

async function run(
  t: TestContext,
  engine: EngineProcess,
  { name, make, notices, channels = 0, hlsChannels = channels }: Case,
): Promise<string> {
  const { ts, file } = await make(t)
  const folder = makeFolder(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const outputs = [makeOutputSpec({ outputId: name, url: sink.url })]
  engine.control.carry(makeChannelSpec({ channelId: name, key: name, outputs, playTokenHashes: [hashKey(`token-${name}`)] }))
  const srt = `srt://127.0.0.1:${engine.ports.srt}`
  const sender = startProgram(t, 'srt-live-transmit', ['-q', '-chunk:1316', 'file://con', `${srt}?streamid=publish:${name}`])
  // What it reads before it is connected is lost.
  sender.write(padding)
  await until(`${name} is connected`, () => engine.control.actual(name)?.inputs[0]?.state === 'connected')
  const startMs = performance.now()
  const tsFile = path.join(folder, 'srt.ts')
  let reader: ReturnType<typeof startProgram> | null = null
  const hls = recordHls(t, engine.hlsUrl(name))
  for (let at = 0; at < ts.length; at += srtPayload) {
    const dueMs = (at / ts.length) * seconds * 1000 - (performance.now() - startMs)
    if (dueMs > 10) await sleep(dueMs)
    sender.write(ts.subarray(at, at + srtPayload))
    if (reader === null && engine.control.actual(name)?.state === 'live') {
      reader = startProgram(t, 'sh', [
        '-c',
        'exec srt-live-transmit -q "$0" file://con > "$1"',
        `${srt}?streamid=read:token-${name}`,
        tsFile,
      ])
    }
  }
  // srt-live-transmit keeps the last of what it reads: what it keeps is padding.
  sender.write(padding)
  await sleep(1200)
  const actual = engine.control.actual(name)?.inputs[0]
  const rate = engine.control.stats?.channels.find(({ channelId }) => channelId === name)?.inputs[0]?.fps
  await sender.end()
  await reader?.end()
  await until(`${name} has ended`, () => engine.control.actual(name)?.state === 'idle')
  hls.stop()
  const codes = [...new Set((actual?.notices ?? []).map(({ code }) => code))]
  assert.deepEqual(codes, [...notices], `${name}: what the input tells`)
  if (rate !== undefined && rate > 0) assert.ok(Math.abs(rate - fps) < 0.5, `${name}: ${rate} frames/s`)
  const flvFile = path.join(folder, 'rtmp.flv')
  saveFlv(sink.sessions[0]!, flvFile)
  const original = await decodedOf(t, file)
  const wanted = seconds * fps
  // A sender that is ended in mid-stream leaves the last few pictures without those that they are made of.
  const whole = (found: DecodedPictures): DecodedPictures => ({ ...found, hashes: found.hashes.slice(0, -4) })
  assertClean(whole(await decodedOf(t, flvFile)), original.hashes, wanted - 2 * fps, `${name} by RTMP`)
  assertClean(whole(await decodedOf(t, tsFile)), original.hashes, wanted - 3 * fps, `${name} by SRT`)
  assertClean(whole(await decodedOf(t, hls.files()[0]!)), original.hashes, wanted - 3 * fps, `${name} by HLS`)
  for (const out of [flvFile, tsFile]) assert.equal(await channelsOf(t, out), channels, `${name}: channels in ${path.extname(out)}`)
  assert.equal(await channelsOf(t, hls.files()[0]!), hlsChannels, `${name}: channels in HLS`)
  return hls.files()[0]!
}

test('fields, slices and times as transport streams really have them leave whole and in order, by RTMP, SRT and HLS', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  await assertAllPlay(t, cases, (one) => run(t, engine, one), fps)
})
