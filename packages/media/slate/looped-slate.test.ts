import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AudioTrack, Frame } from '@sluice/codecs/frame'
import { makeAudioTrack, makeHevcTrack, makeVideoTrack } from '@sluice/testkit/frames'
import type { FrameLoop } from '../loop/index.ts'
import { LoopedSlate, loopMisfit } from './looped-slate.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
const own = makeVideoTrack()

const frame = (track: Frame['track'], dts: number, isKey = true): Frame => ({ track, dts, pts: dts, isKey, bytes: Uint8Array.of(1) })
/** Two pictures a round of 6000 ticks. */
const still: FrameLoop = { tracks: [own], frames: [frame(own, 0), frame(own, 3000, false)], ticks: 6000 }
const withSound: FrameLoop = {
  tracks: [own, audio],
  frames: [frame(own, 0), frame(audio, 0), frame(audio, 2000), frame(own, 3000, false), frame(audio, 4000)],
  ticks: 6000,
}

test('a loop goes round and round on one clock, each frame once and in order of dts', () => {
  const slate = LoopedSlate.make(still, [video])
  assert.deepEqual(slate.tracks, [own])
  assert.deepEqual(
    [slate.take(1), slate.take(6001), slate.take(15_000)].map((frames) => frames.map(({ dts, isKey }) => [dts, isKey])),
    [
      [[0, true]],
      [
        [3000, false],
        [6000, true],
      ],
      [
        [9000, false],
        [12_000, true],
      ],
    ],
  )
})

test('a loop without sound has silence in the parameters of the programme beside it', () => {
  const slate = LoopedSlate.make(still, [video, audio])
  assert.deepEqual(slate.tracks, [own, audio])
  const sounds = slate.take(90_000).filter(({ track }) => track === audio)
  assert.equal(sounds.length, 47)
  assert.deepEqual(sounds[1]!.dts, 1920)
})

test("sound of a loop is played where it is as the programme's, else silence is", () => {
  const played = LoopedSlate.make(withSound, [video, { ...audio }])
  assert.deepEqual(
    played
      .take(6000)
      .filter(({ track }) => track.kind === 'audio')
      .map(({ dts }) => dts),
    [0, 2000, 4000],
  )
  const mono: AudioTrack = { ...audio, sampleRate: audio.sampleRate === 48_000 ? 44_100 : 48_000 }
  assert.deepEqual(LoopedSlate.make(withSound, [video, mono]).tracks, [own, mono])
  assert.deepEqual(LoopedSlate.make(withSound, [video]).tracks, [own])
})

const misfits = [
  { name: 'another codec', tracks: [makeHevcTrack()], said: /h265/ },
  { name: 'no video', tracks: [audio], said: /no video/ },
]
for (const { name, tracks, said } of misfits) {
  test(`a loop does not stand in for a programme of ${name}, and says so`, () => {
    assert.match(loopMisfit(still, tracks)!, said)
  })
}

test('a loop fits a programme of its codec and size', () => {
  assert.equal(loopMisfit(still, [video, audio]), null)
  assert.match(
    loopMisfit(still, [{ ...video, width: 1920, height: 1080 }])!,
    /the programme is h264 1920x1080, the slate was created for h264 64x64/,
  )
})
