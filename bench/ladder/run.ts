import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Frame } from '@sluice/codecs/frame'
import { audio, encode, LadderProcess, rungs, video, writeFlv } from '@sluice/transcoder/ladder/testing'
import { percentile } from '../support/percentile.ts'
import { readProcess } from '../support/process-figures.ts'

/**
 * What a ladder of 720/480/360 costs beside the ffmpeg program on the same source, and what it adds to the delay. Rounds take turns. CPU is that of
 * both processes from their start to their end: a round is long enough that a third of a second of starting is what it is in a show, little.
 */
const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '20' } } })
const seconds = Number(flags.seconds)
const heights = [
  { width: 1280, height: 720, bitrateKbps: 2800 },
  { width: 854, height: 480, bitrateKbps: 1400 },
  { width: 640, height: 360, bitrateKbps: 800 },
]
const wishes = rungs(...heights.map((size) => ({ video: video(size), audio: audio() })))

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'))
const source = path.join(dir, 'source.flv')
const clip = `testsrc2=s=1920x1080:r=30:d=${seconds},noise=alls=10:allf=t`
const x264 = [
  '-c:v',
  'libx264',
  '-preset',
  'veryfast',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '60',
  '-bf',
  '0',
  '-b:v',
  '6M',
  '-maxrate',
  '6M',
  '-bufsize',
  '6M',
]
const frames = encode(['-f', 'lavfi', '-i', clip, '-f', 'lavfi', '-i', `sine=d=${seconds}:r=48000`, ...x264, '-c:a', 'aac'])
writeFlv(source, frames)

/** The same ladder by the program: one decoder, `split`, no cascade, one thread an encoder. CPU seconds. */
function runFfmpeg(): number {
  const split = `[0:v]split=${heights.length}${heights.map((_, i) => `[s${i}]`).join('')}`
  const scales = heights.map(({ width, height }, i) => `[s${i}]scale=${width}:${height}[v${i}]`)
  const pinned = 'force-cfr=1:ref=1:weightp=0:bframes=0:rc-lookahead=0:sync-lookahead=0:scenecut=0:mbtree=0'
  const outs = heights.flatMap(({ bitrateKbps }, i) => [
    ...['-map', `[v${i}]`, '-map', '0:a', '-c:v', 'libx264', '-preset', 'veryfast', '-threads', '1', '-g', '60'],
    ...['-b:v', `${bitrateKbps}k`, '-maxrate', `${bitrateKbps}k`, '-bufsize', `${bitrateKbps}k`, '-x264-params', pinned],
    ...['-c:a', 'aac', '-b:a', '128k', '-f', 'flv', '-y', path.join(dir, `out${i}.flv`)],
  ])
  const args = [
    '-v',
    'error',
    '-threads',
    '1',
    '-i',
    source,
    '-filter_complex_threads',
    '1',
    '-filter_complex',
    [split, ...scales].join(';'),
    ...outs,
  ]
  const ran = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time ffmpeg "$@"', 'ffmpeg', ...args], { encoding: 'utf8' })
  const [user, system] = ran.stderr.trim().split('\n').at(-1)!.split(' ').map(Number)
  if (ran.status !== 0 || user === undefined || system === undefined) throw new Error(ran.stderr)
  return user + system
}

/** Fed as fast as its pictures come back. CPU seconds from its start to its last picture, those of its start alone, and resident bytes at the end. */
async function runLadder(): Promise<{ cpuSeconds: number; startSeconds: number; rssBytes: number }> {
  const ladder = new LadderProcess()
  await ladder.until(() => ladder.said.length > 0, 'its first word')
  const startSeconds = readProcess(ladder.pid).cpuSeconds
  ladder.spec(wishes)
  ladder.source(1, 0)
  await ladder.feed(1, frames)
  await ladder.until(() => ladder.rung(103).video.length >= seconds * 30 - 1, 'its last picture')
  const { cpuSeconds, rssBytes } = readProcess(ladder.pid)
  ladder.end(1)
  await ladder.finish()
  return { cpuSeconds, startSeconds, rssBytes }
}

/** Fed in real time: milliseconds from the writing of a source frame to the coming of each picture made of it. */
async function runPaced(): Promise<{ delaysMs: number[]; skipped: number }> {
  const ladder = new LadderProcess()
  await ladder.until(() => ladder.said.length > 0, 'its first word')
  ladder.spec(wishes, { clockOriginMs: Number(process.hrtime.bigint()) / 1e6 - performance.now() })
  ladder.source(1, 0)
  const delaysMs: number[] = []
  const seen = new Map(wishes.map(({ slot }) => [slot, 0]))
  const look = (): void => {
    const nowMs = performance.now()
    for (const { slot } of wishes) {
      const made = ladder.rung(slot).video
      for (const { readMs } of made.slice(seen.get(slot)) as Frame[]) if (typeof readMs === 'number') delaysMs.push(nowMs - readMs)
      seen.set(slot, made.length)
    }
  }
  const startMs = performance.now()
  for (const frame of frames) {
    while (performance.now() < startMs + frame.dts / 90) {
      await wait(1)
      look()
    }
    ladder.write(1, frame, performance.now())
  }
  await wait(300)
  look()
  ladder.end(1)
  await ladder.finish()
  const costs = ladder.said.flatMap((each) => (each.type === 'cost' ? [each.skippedTotal] : []))
  return { delaysMs: delaysMs.slice(wishes.length * 30), skipped: Math.max(0, ...costs) }
}

try {
  const rounds: { ladder: number; start: number; ffmpeg: number; rssBytes: number }[] = []
  for (let round = 0; round < Number(flags.rounds); round++) {
    const ffmpeg = runFfmpeg()
    const { cpuSeconds, startSeconds, rssBytes } = await runLadder()
    rounds.push({ ladder: cpuSeconds, start: startSeconds, ffmpeg, rssBytes })
    console.log(
      `round ${round + 1}: ladder ${cpuSeconds.toFixed(2)} CPU-s (${startSeconds.toFixed(2)} of it to start), ffmpeg ${ffmpeg.toFixed(2)}, ratio ${(cpuSeconds / ffmpeg).toFixed(2)}`,
    )
  }
  const { delaysMs, skipped } = await runPaced()
  const result = {
    cpu: cpus()[0]?.model,
    load: loadavg()[0],
    ratio: percentile(
      rounds.map(({ ladder, ffmpeg }) => ladder / ffmpeg),
      0.5,
    ),
    ratioWithoutStart: percentile(
      rounds.map(({ ladder, start, ffmpeg }) => (ladder - start) / ffmpeg),
      0.5,
    ),
    rssMb: Math.max(...rounds.map(({ rssBytes }) => rssBytes)) / 1e6,
    delayMs: { p50: percentile(delaysMs, 0.5), p95: percentile(delaysMs, 0.95) },
    skipped,
    rounds,
  }
  const { ratio, ratioWithoutStart, rssMb, delayMs } = result
  console.log(
    `CPU ratio ${ratio.toFixed(2)} (median; ${ratioWithoutStart.toFixed(2)} without the start), ${rssMb.toFixed(0)} MB, delay p50 ${delayMs.p50.toFixed(0)} ms, p95 ${delayMs.p95.toFixed(0)} ms, ${skipped} slots left out, load ${loadavg()[0]!.toFixed(1)}`,
  )
  const out = path.join(import.meta.dirname, '../out')
  mkdirSync(out, { recursive: true })
  writeFileSync(path.join(out, 'ladder.json'), `${JSON.stringify(result, null, 2)}\n`)
} finally {
  rmSync(dir, { recursive: true, force: true })
}
