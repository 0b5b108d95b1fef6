// budget: 50 s, one show over three failovers with encoders of three codecs
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { ticksPerMs } from '@sluice/codecs/frame'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { openSrtSink } from '@sluice/testkit/srt-sink'
import { sendClip } from './failover/beep-clip.ts'
import { rung360 } from './ladder/ladder-show.ts'
import { type Received, readRtmp, readTs, writeMp4 } from './ladder/read-sessions.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { decodeProblems } from './support/packets.ts'
import { runProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const fps = 25
/** Of a picture that is missing more than this the viewer sees a jump. */
const maxStepMs = (3 * 1000) / fps + 1
const gopMs = 1000

const rungOf = (codec: 'h264' | 'h265' | 'av1') => ({
  ...rung360,
  rungId: codec,
  name: codec,
  video: { ...rung360.video!, codec, fps: { num: fps, den: 1 }, gopMs },
})

type Look = { readonly size: string; readonly rate: number; readonly codec: readonly string[]; readonly hz: number; readonly file: string }
const looks = {
  primary: { size: '640x360', rate: 25, codec: ['-c:v', 'libx264', '-bf', '2'], hz: 48_000, file: 'primary.mp4' },
  backup: {
    size: '426x320',
    rate: 30,
    codec: ['-c:v', 'libx265', '-x265-params', 'log-level=none:keyint=30'],
    hz: 44_100,
    file: 'backup.mp4',
  },
} as const satisfies Record<string, Look>

async function makeSource(t: TestContext, { size, rate, codec, hz, file }: Look): Promise<string> {
  const to = path.join(makeFolder(t), file)
  await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${hz}`, '-t', '40'],
    ...[...codec, '-preset', 'ultrafast', '-b:v', '600k', '-g', String(rate), '-pix_fmt', 'yuv420p', '-c:a', 'aac', to],
  ])
  return to
}

/** A loop that blinks: white for half of each second, light grey for the other; no B-frames, closed GOPs, as uploads are converted. */
async function makeLoop(t: TestContext): Promise<string> {
  const to = path.join(makeFolder(t), 'loop.flv')
  const blink = "color=silver:s=480x270:r=25,drawbox=color=white:t=fill:enable='lt(mod(t,1),0.5)'"
  await runProgram(t, 'ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', blink, '-f', 'lavfi', '-i', 'sine=frequency=900:sample_rate=48000', '-t', '4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '50', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-ac', '2', to],
  ])
  return to
}

/** Between light grey, which is 181, and white, which is 235. */
const brightFrom = 208

/** How often the picture turned white. */
async function blinksIn(t: TestContext, file: string): Promise<number> {
  const raw = path.join(makeFolder(t), 'luma.gray')
  await runProgram(t, 'ffmpeg', ['-v', 'error', '-i', file, '-an', '-vf', 'scale=1:1', '-pix_fmt', 'gray', '-f', 'rawvideo', raw])
  const lumas = readFileSync(raw)
  return lumas.filter((luma, i) => luma > brightFrom && (lumas[i - 1] ?? 255) <= brightFrom).length
}

test('a backup of another codec, size, frame rate and sound takes over, then a clip, then the slate, then the primary: rungs over RTMP and SRT keep their session and their parameters, and nothing is missing [FAI-10]', {
  skip: missing('ffmpeg', 'ffprobe'),
}, async (t) => {
  const [engine, primaryClip, backupClip, loop] = await Promise.all([
    startEngineProcess(t),
    makeSource(t, looks.primary),
    makeSource(t, looks.backup),
    makeLoop(t),
  ])
  const { control } = engine
  const rungs = [rungOf('h264'), rungOf('h265'), rungOf('av1')]
  const rtmp = await Promise.all(rungs.map(() => openRtmpSink()))
  const payloads: Uint8Array[] = []
  const srt = await openSrtSink({ onPayload: (_, payload) => payloads.push(payload.slice()) })
  t.after(() => Promise.all([...rtmp.map((sink) => sink.close()), srt.close()]))
  const outputs = [
    ...rungs.map(({ rungId }, i) => makeOutputSpec({ outputId: rungId, url: rtmp[i]!.url, rung: rungId })),
    makeOutputSpec({ outputId: 'srt', url: srt.url, rung: 'h264', streamKey: '' }),
  ]
  const source = { lock: 'auto' as const, triggerMs: 2000, holdMs: 60_000, slateMs: 60_000 }
  const spec = makeChannelSpec({ channelId: 'show', key: 'k1', backupKey: 'k2', moreKeys: ['k3'], outputs, rungs, source })
  const carry = (revision: number, hasClip: boolean): void => {
    const inputs = spec.inputs.map((input) => (input.role === 'backup2' ? { ...input, enabled: hasClip, clip: { file: loop } } : input))
    control.carry({ ...spec, revision, inputs })
  }
  // Later: a clip is always ready, and would be on the air before the first encoder.
  carry(1, false)
  await until('the channel is there', () => control.actual('show') !== undefined)
  const isOn = (what: string) => until(`the source is ${what}`, () => control.actual('show')?.source === what)
  const stats = () => control.stats?.channels.find(({ channelId }) => channelId === 'show')?.rungs ?? []
  const areLive = (): boolean => outputs.every(({ outputId }) => control.output(outputId)?.state === 'live')

  const primary = sendClip(t, primaryClip, engine.publishUrl('k1'))
  await isOn('primary')
  const backup = sendClip(t, backupClip, `srt://127.0.0.1:${engine.ports.srt}?streamid=publish:k2&latency=200000`, { shiftS: 5000 })
  await until('all are live', areLive, 40_000)
  await until('the backup is warm', () => control.actual('show')?.inputs[1]?.state === 'receiving')
  carry(2, true)
  await sleep(2000)
  await primary.end('SIGKILL')
  await isOn('backup')
  await sleep(3000)
  await backup.end('SIGKILL')
  await isOn('backup2')
  await sleep(3500)
  carry(3, false)
  await isOn('slate')
  await sleep(2500)
  sendClip(t, primaryClip, engine.publishUrl('k1'), { shiftS: 20 })
  await isOn('primary')
  await sleep(3000)

  assert.ok(areLive(), 'all outputs are live at the end')
  assert.deepEqual(
    [...rtmp, srt].map(({ sessions }) => [sessions.length, sessions[0]!.ended]),
    Array.from({ length: 4 }, () => [1, null]),
    'one session each',
  )
  const skipped = new Map(stats().map(({ rungId, skippedTotal }) => [rungId, skippedTotal]))
  const restarts = control.events.filter(({ name }) => name === 'rung.restored').length
  const received = [...rtmp.map(({ sessions }) => readRtmp(sessions[0]!)), readTs(payloads)]
  for (const [i, got] of received.entries()) {
    const { outputId, rung } = outputs[i]!
    judge(t, outputId, got, skipped.get(rung) ?? 0, restarts)
    const file = path.join(makeFolder(t), `${outputId}.mp4`)
    writeMp4(file, got.video.slice(0, -1))
    assert.equal(await decodeProblems(t, file), '', outputId)
    const blinks = await blinksIn(t, file)
    assert.ok(blinks >= 3 && blinks <= 6, `${outputId}: the clip blinked ${blinks} times`)
    const size = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0']
    const names = { h264: 'h264', h265: 'hevc', av1: 'av1', srt: 'h264' } as const
    assert.equal((await runProgram(t, 'ffprobe', [...size, file])).trim(), `${names[outputId as keyof typeof names]},640,360`)
  }
})

/**
 * `skipped`: slots that the encoder left out because the machine was too busy: so many pictures may be missing, and key frames come late.
 * `restarts`: of an encoder that got no time at all and was replaced, which is a hole of up to three seconds.
 */
function judge(t: TestContext, name: string, { configs, video, audio }: Received, skipped: number, restarts: number): void {
  assert.deepEqual([configs.video.length, configs.audio.length], [1, 1], `${name}: parameters changed`)
  for (const frames of [video, audio])
    for (const [i, { dts }] of frames.entries())
      assert.ok(i === 0 || dts > frames[i - 1]!.dts, `${name}: ${frames[0]!.track.kind} at ${dts} after ${frames[i - 1]?.dts}`)
  const longest = (frames: Received['video']): number =>
    Math.max(...frames.slice(1).map(({ dts }, i) => (dts - frames[i]!.dts) / ticksPerMs))
  const keys = video.filter(({ isKey }) => isKey).map(({ dts }) => dts / ticksPerMs)
  // The first picture of an encode is a key frame wherever it is; from the next one on they stand on the grid.
  const [, second = 0, ...later] = keys
  const stray = later.filter((ms) => Math.abs(Math.round((ms - second) / gopMs) * gopMs - (ms - second)) > 2)
  const told = `${name}: ${video.length} pictures, longest step ${Math.round(longest(video))} ms, of sound ${Math.round(longest(audio))} ms, ${keys.length} key frames, ${stray.length} off the grid, ${skipped} slots left out, ${restarts} restarts`
  t.diagnostic(told)
  const holeMs = restarts > 0 ? 3000 : 0
  assert.ok(longest(audio) <= 60 + holeMs, told)
  assert.ok(longest(video) <= maxStepMs + (skipped * 1000) / fps + holeMs, told)
  assert.ok(stray.length <= skipped + restarts, told)
}
