import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoFacts } from '@sluice/contract/link'
import { rateOf, slateParameters } from './slate-parameters.ts'

const video: VideoFacts = { codec: 'h264', codecString: 'avc1.64001f', profile: 'High 3.1', width: 1280, height: 720, declaredFps: 30 }
const audio = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 44_100, channels: 2 }
const air = { video, audio, fps: 29.8, videoBps: 3_100_000 }

test('a slate has the codec parameters of the programme, at no higher rate', () => {
  assert.deepEqual(slateParameters(air), {
    video: {
      codec: 'h264',
      profile: 'high',
      level: '3.1',
      width: 1280,
      height: 720,
      fps: { num: 30, den: 1 },
      pixelAspect: { num: 1, den: 1 },
      maxBps: 2_500_000,
    },
    audio: { codec: 'aac', sampleRate: 44_100, channels: 2 },
  })
})

const codecs = [
  { codec: 'h264', codecString: 'avc1.42c01e', gives: 'baseline 3.0' },
  { codec: 'h264', codecString: 'avc1.4D4028', gives: 'main 4.0' },
  { codec: 'h265', codecString: 'hvc1.1.6.L93.90', gives: 'main 3.1' },
  { codec: 'h265', codecString: 'hvc1.2.4.H153.B0', gives: 'main10 5.1' },
  { codec: 'h264', codecString: 'avc1.6e001f', gives: 'slates cannot be encoded in profile High 3.1 of h264' },
  { codec: 'h265', codecString: 'hvc1.4.10.L93', gives: 'slates cannot be encoded in profile High 3.1 of h265' },
  { codec: 'av1', codecString: 'av01.0.08M.08', gives: 'slates cannot be encoded as av1' },
]
for (const { codec, codecString, gives } of codecs) {
  test(`a programme in ${codecString}: ${gives}`, () => {
    const found = slateParameters({ ...air, video: { ...video, codec, codecString } })
    assert.equal('reason' in found ? found.reason : `${found.video.profile} ${found.video.level}`, gives)
  })
}

test('rates are those that cameras have', () => {
  const texts = [29.97, 30, 29.6, 25, 59.94, 23.98, 12.5, 17, 0, 500].map((fps) => {
    const rate = rateOf(fps)
    return rate === null ? null : `${rate.num}/${rate.den}`
  })
  assert.deepEqual(texts, ['30000/1001', '30/1', '30000/1001', '25/1', '60000/1001', '24000/1001', '25/2', '17/1', null, null])
})

test('sound that no encoder here makes is left to silence, and a programme without video has no slate of its own', () => {
  const withSound = (codec: string, codecString: string, channels: number) =>
    slateParameters({ ...air, audio: { codec, codecString, sampleRate: 48_000, channels } })
  assert.deepEqual(
    [withSound('ac3', 'ac-3', 2), withSound('aac', 'mp4a.40.5', 2), withSound('aac', 'mp4a.40.2', 6)].map(
      (one) => 'audio' in one && one.audio,
    ),
    [null, null, null],
  )
  assert.deepEqual(slateParameters({ ...air, video: null }), { reason: 'the programme has no video' })
})
