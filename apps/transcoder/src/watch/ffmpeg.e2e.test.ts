// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { type FromWatch, type WatchedPicture, type WatchedSound, watchLimits } from '@sluice/contract/watch'
import { encode, recordOf, runChild, skip, trackOf, videoFlags } from './testing/media.ts'

const watch = (records: readonly Uint8Array[]): Promise<FromWatch[]> => runChild('watch-main.ts', records)

/** The child's answers to the frames of one input: key frames of video, all of audio. */
function watchFrames(frames: readonly Frame[]): Promise<FromWatch[]> {
  const sent = frames.filter(({ track, isKey }) => track.kind === 'audio' || isKey)
  return watch([trackOf(sent[0]!.track, 1), ...sent.map((frame) => recordOf(frame, 1))])
}

/** Two seconds that move, two that stand still, two of black, with a key frame each half second. */
const scenes =
  'testsrc2=s=320x180:r=24:d=2[a];testsrc2=s=320x180:r=24:d=0.04,loop=47:1:0,setpts=N/24/TB[b];color=black:s=320x180:r=24:d=2[c];[a][b][c]concat=n=3:v=1'
for (const [name, flags] of Object.entries(videoFlags)) {
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
  const keys = encode(t, scenes, ['-g', '12', ...videoFlags['H.264']]).filter(({ isKey }) => isKey)
  const [first] = keys
  const garbage = keys.slice(0, 4).map((key, i) => ({ ...key, bytes: new Uint8Array(key.bytes.length).fill(0xa7 + i) }))
  const answers = await watch([trackOf(first!.track, 1), ...[...garbage, first!].map((frame) => recordOf(frame, 1))])
  assert.deepEqual(
    answers.map(({ type }) => type),
    ['hello', 'undecoded', 'picture'],
    JSON.stringify(answers),
  )
})
