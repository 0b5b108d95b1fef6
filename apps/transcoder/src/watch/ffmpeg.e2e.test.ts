// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { RecordReader } from '@sluice/base/records'
import type { Frame, Track } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import { type FromWatch, maxAnswerBytes, readFromWatch, type WatchedPicture, type WatchedSound, watchLimits } from '@sluice/contract/watch'
import { loadAv } from './av.ts'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const av = await loadAv()
const skip = !hasFfmpeg ? 'ffmpeg is not installed (apt install ffmpeg)' : typeof av === 'string' ? av : false
const watchMain = path.join(import.meta.dirname, '../watch-main.ts')

/** Encodes a filter graph into a fragmented MP4 and reads it as an input would be. */
function encode(t: TestContext, graph: string, flags: readonly string[]): Frame[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-watch-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'media.mp4')
  const layout = ['-movflags', 'frag_keyframe+empty_moov+delay_moov+default_base_moof', '-frag_duration', '500000', '-strict', '-2']
  const made = spawnSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', graph, ...flags, ...layout, file])
  assert.equal(made.status, 0, made.stderr.toString())
  const frames: Frame[] = []
  new Fmp4Demuxer().push(new Uint8Array(readFileSync(file)), { onTrack() {}, onFrame: (frame) => frames.push(frame) })
  return frames
}

const recordOf = (frame: Frame, slot: number): Uint8Array => concatBytes([writeFrameHead(slot, frame, frame.dts / 90), frame.bytes])
const trackOf = (track: Track, slot: number): Uint8Array => writeTrack(slot, track)

/** Runs the child on `records` until it has answered to all of them, and gives what it said but for its beats. */
async function watch(records: readonly Uint8Array[]): Promise<FromWatch[]> {
  const child = spawn(process.execPath, [watchMain], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers: FromWatch[] = []
  const reader = new RecordReader(maxAnswerBytes)
  child.stdout.on('data', (bytes: Buffer) => reader.push(bytes, (record) => answers.push(readFromWatch(record))))
  child.stdin.end(concatBytes(records))
  const code = await new Promise((resolve) => child.once('close', resolve))
  assert.equal(code, 0, 'it ends with its stdin')
  return answers.filter(({ type }) => type !== 'beat')
}

/** The child's answers to the frames of one input: key frames of video, all of audio. */
function watchFrames(frames: readonly Frame[]): Promise<FromWatch[]> {
  const sent = frames.filter(({ track, isKey }) => track.kind === 'audio' || isKey)
  return watch([trackOf(sent[0]!.track, 1), ...sent.map((frame) => recordOf(frame, 1))])
}

/** Two seconds that move, two that stand still, two of black, with a key frame each half second. */
const scenes =
  'testsrc2=s=320x180:r=24:d=2[a];testsrc2=s=320x180:r=24:d=0.04,loop=47:1:0,setpts=N/24/TB[b];color=black:s=320x180:r=24:d=2[c];[a][b][c]concat=n=3:v=1'
const videos: [name: string, flags: string[]][] = [
  ['H.264', ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-sc_threshold', '0', '-pix_fmt', 'yuv420p']],
  ['H.264 of 10 bits', ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0', '-pix_fmt', 'yuv420p10le']],
  ['H.264 in full range', ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0', '-pix_fmt', 'yuvj420p']],
  ['H.265', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:scenecut=0:open-gop=0:keyint=12:min-keyint=12']],
  ['AV1', ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-pix_fmt', 'yuv420p', '-keyint_min', '12']],
  ['VP9', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-pix_fmt', 'yuv420p', '-keyint_min', '12']],
]
for (const [name, flags] of videos) {
  test(`${name}: what moves, what stands still and what is black are told apart from key frames alone`, { skip }, async (t) => {
    const frames = encode(t, scenes, ['-g', '12', '-b:v', '600k', ...flags])
    const [hello, ...answers] = await watchFrames(frames)
    assert.deepEqual(hello, { type: 'hello', problem: null })
    const pictures = answers as WatchedPicture[]
    const during = (fromS: number, toS: number): WatchedPicture[] =>
      pictures.filter(({ type, atMs }) => type === 'picture' && atMs >= fromS * 1000 && atMs < toS * 1000)
    const dump = JSON.stringify(pictures)
    assert.equal(pictures.length, frames.filter(({ isKey }) => isKey).length, dump)
    const [moving, still, black] = [during(0.4, 1.9), during(2.4, 3.9), during(3.9, 6)]
    for (const part of [moving, still, black]) assert.ok(part.length >= 3, dump)
    // Most of these bars stands still, and half of the small cells with it: the large ones tell.
    for (const { high, changePeak } of moving) assert.ok(high > 0.5 && changePeak! > 0.1, dump)
    for (const { high, change, changePeak } of still) assert.ok(high > 0.5 && change! <= 0.001 && changePeak! <= 0.02, dump)
    for (const { high, mean } of black) assert.ok(high <= 0.01 && mean <= 0.01, dump)
  })
}

test('a picture larger than 8K is told of as not decoded, and takes no memory', { skip }, async (t) => {
  const flags = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
  const huge = encode(t, 'color=c=red:s=8192x4352:r=25:d=0.04', flags)
  assert.ok(8192 * 4352 > watchLimits.pixels)
  const [, ...answers] = await watchFrames(huge)
  assert.deepEqual([...new Set(answers.map(({ type }) => type))], ['undecoded'])
})

/** Two seconds of a tone of -20 dBFS RMS, then two of silence. */
const sounds = 'aevalsrc=if(lt(t\\,2)\\,0.1414*sin(2*PI*440*t)\\,0):s=48000:d=4:c=stereo'
const audios: [name: string, flags: string[]][] = [
  ['AAC', ['-c:a', 'aac', '-b:a', '96k']],
  ['Opus', ['-c:a', 'libopus', '-b:a', '64k']],
  ['MP3', ['-c:a', 'libmp3lame', '-b:a', '96k']],
  ['AC-3', ['-c:a', 'ac3', '-b:a', '128k']],
  ['E-AC-3', ['-c:a', 'eac3', '-b:a', '128k']],
  ['FLAC', ['-c:a', 'flac']],
]
for (const [name, flags] of audios) {
  test(`${name}: a tone reads its level, and silence reads as silence`, { skip }, async (t) => {
    const [hello, ...answers] = await watchFrames(encode(t, sounds, flags))
    assert.equal(hello?.type, 'hello')
    const levels = answers as WatchedSound[]
    const dump = JSON.stringify(levels)
    assert.ok(levels.length >= 6 && levels.every(({ type }) => type === 'sound'), dump)
    // The first has the encoder's priming in it.
    for (const { rmsDb, peakDb } of levels.filter(({ atMs }) => atMs > 600 && atMs < 1900))
      assert.ok(Math.abs(rmsDb + 20) < 1.5 && Math.abs(peakDb + 17) < 2, dump)
    const silent = levels.filter(({ atMs }) => atMs > 2700)
    assert.ok(silent.length >= 2 && silent.every(({ rmsDb }) => rmsDb < -75), dump)
  })
}

test('frames that are no pictures are told, and the next good one is seen', { skip }, async (t) => {
  const keys = encode(t, scenes, ['-g', '12', ...videos[0]![1]]).filter(({ isKey }) => isKey)
  const [first] = keys
  const garbage = keys.slice(0, 4).map((key, i) => ({ ...key, bytes: new Uint8Array(key.bytes.length).fill(0xa7 + i) }))
  const answers = await watch([trackOf(first!.track, 1), ...[...garbage, first!].map((frame) => recordOf(frame, 1))])
  assert.deepEqual(
    answers.map(({ type }) => type),
    ['hello', 'undecoded', 'picture'],
    JSON.stringify(answers),
  )
})
