import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfigurationRequest } from '@sluice/contract/enhanced-broadcasting'
import type { RungVideo } from '@sluice/contract/link'
import { obsRequest, oldObsRequest } from '@sluice/testkit/enhanced-broadcasting'
import { grantLadder } from './index.ts'

const canvas = (width: number, height: number, fps: [number, number] = [30, 1]) => ({
  canvases: [{ width, height, canvas_width: width, canvas_height: height, framerate: { numerator: fps[0], denominator: fps[1] } }],
})
const grant = (preferences: object = {}, client: object = {}, wished: readonly RungVideo[] = []) => {
  const { request } = readConfigurationRequest(obsRequest('k', preferences, client))
  assert.ok(request !== null)
  return grantLadder(request, wished)
}
const shown = (granted: ReturnType<typeof grantLadder>): string[] =>
  (granted.encoders ?? []).map(({ width, height, fps, kbps }) => `${width}x${height} ${(fps.num / fps.den).toFixed(2)} ${kbps}`)
const rung = (change: Partial<RungVideo> = {}): RungVideo => ({
  ...{ codec: 'h264', width: 1280, height: 720, fps: { num: 30, den: 1 }, bitrateKbps: 2500, gopMs: 2000 },
  ...{ preset: 'veryfast', fit: 'fit', cropAt: 0.5 },
  ...change,
})

test('what an encoder is asked for follows its canvas, its limits and its card', () => {
  const table: [string, object, object, string[]][] = [
    [
      '1080p60',
      canvas(1920, 1080, [60, 1]),
      {},
      ['1920x1080 60.00 6000', '1280x720 30.00 3000', '854x480 30.00 1400', '640x360 30.00 800'],
    ],
    [
      '1440p30 is sent as 1080p30',
      canvas(2560, 1440),
      {},
      ['1920x1080 30.00 5000', '1280x720 30.00 3000', '854x480 30.00 1400', '640x360 30.00 800'],
    ],
    ['720p59.94', canvas(1280, 720, [60000, 1001]), {}, ['1280x720 59.94 4500', '854x480 29.97 1400', '640x360 29.97 800']],
    ['portrait', canvas(720, 1280), {}, ['720x1280 30.00 3000', '480x854 30.00 1400', '360x640 30.00 800']],
    ['two tracks', { ...canvas(1920, 1080), maximum_video_tracks: 2 }, {}, ['1920x1080 30.00 5000', '1280x720 30.00 3000']],
    ['8500 kbps', { ...canvas(1920, 1080), maximum_aggregate_bitrate: 8500 }, {}, ['1920x1080 30.00 5000', '1280x720 30.00 3000']],
    ['4000 kbps', { ...canvas(1920, 1080), maximum_aggregate_bitrate: 4000 }, {}, ['1920x1080 30.00 4000']],
    ['x264 alone', canvas(1920, 1080), { supported_encoders: ['obs_x264'] }, ['1920x1080 30.00 5000', '1280x720 30.00 3000']],
  ]
  for (const [name, preferences, client, expected] of table) assert.deepEqual(shown(grant(preferences, client)), expected, name)
})

test('the card’s encoder is chosen, by name or by the maker of the card', () => {
  assert.equal(grant().encoders?.[0]?.type, 'obs_nvenc_h264_tex')
  assert.equal(grant({}, { supported_encoders: ['obs_x264', 'obs_qsv11_v2'] }).encoders?.[0]?.type, 'obs_qsv11_v2')
  const { request } = readConfigurationRequest(oldObsRequest('k'))
  assert.equal(grantLadder(request!, []).encoders?.[0]?.type, 'jim_nvenc')
})

test('a client without H.264, without a known encoder or without room is refused with the reason', () => {
  assert.equal(grant({}, { supported_codecs: ['av1'] }).refusal, 'no-h264')
  assert.equal(grant({}, { supported_encoders: ['obs_nvenc_av1_tex'] }).refusal, 'no-encoder')
  assert.equal(grant({ maximum_aggregate_bitrate: 200 }).refusal, 'too-little')
})

test('an encode of the channel’s plan takes the place of the usual size, where the source can give it', () => {
  const wished = [rung(), rung({ width: 640, height: 640 }), rung({ gopMs: 1000, bitrateKbps: 900 }), rung({ codec: 'av1' })]
  assert.deepEqual(shown(grant(canvas(1920, 1080), {}, wished)), [
    '1920x1080 30.00 5000',
    '1280x720 30.00 2500',
    '854x480 30.00 1400',
    '640x360 30.00 800',
  ])
})

test('equal requests get equal answers, and an encode never has more pixels, frames or bits than the source', () => {
  for (const [width, height] of [
    [1920, 1080],
    [1280, 720],
    [640, 360],
    [320, 240],
    [720, 1280],
    [3840, 2160],
  ] as const) {
    const a = grant(canvas(width, height, [50, 1]), {}, [rung()])
    assert.deepEqual(a, grant(canvas(width, height, [50, 1]), {}, [rung()]))
    const [top, ...rest] = a.encoders!
    for (const one of rest) assert.ok(one.width * one.height <= top!.width * top!.height && one.kbps < top!.kbps, `${width}x${height}`)
  }
})
