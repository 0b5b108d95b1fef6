import assert from 'node:assert/strict'
import { test } from 'node:test'
import { obsRequest, oldObsRequest } from '@sluice/testkit/enhanced-broadcasting'
import { randomFrom } from '@sluice/testkit/random'
import {
  type ConfigurationAnswer,
  readConfigurationAnswer,
  readConfigurationRequest,
  writeConfigurationAnswer,
  writeConfigurationRefusal,
  writeConfigurationRequest,
} from './index.ts'

const fps60 = { num: 60, den: 1 }
const answer: ConfigurationAnswer = {
  ...{ service: 'IVS', version: '2025-01-25', configId: '0f6c', result: 'success', message: null },
  ingests: [{ protocol: 'RTMP', url: 'rtmp://ingest.example/live/{stream_key}', streamKey: 'session-key' }],
  encoders: [
    { type: 'obs_x264', codec: 'h264', width: 1280, height: 720, fps: { num: 30, den: 1 }, kbps: 3000, gopSeconds: 2 },
    { type: 'obs_x264', codec: 'h264', width: 640, height: 360, fps: { num: 30, den: 1 }, kbps: 800, gopSeconds: 2 },
  ],
  liveAudio: [{ codec: 'aac', trackId: 0, channels: 2, kbps: 160 }],
  vodAudio: [{ codec: 'aac', trackId: 1, channels: 2, kbps: 160 }],
}
const wire = () => JSON.parse(JSON.stringify(writeConfigurationAnswer(answer)))

test('the request of OBS 32 is read with its canvas, encoders and limits', () => {
  const { request } = readConfigurationRequest(
    obsRequest('KEY', { maximum_aggregate_bitrate: 9000, maximum_video_tracks: 3, vod_track_audio: true }),
  )
  assert.ok(request !== null)
  assert.deepEqual(
    [request.streamKey, request.version, request.canvas, request.maxKbps, request.maxTracks, request.wantsVodAudio],
    ['KEY', '2025-01-25', { width: 1920, height: 1080, fps: fps60 }, 9000, 3, true],
  )
  assert.deepEqual([request.encoders?.includes('obs_nvenc_h264_tex'), request.gpuVendors], [true, [4318]])
})

test('the request of OBS 30.2 is read from its flat fields, and names no encoders', () => {
  const { request } = readConfigurationRequest(oldObsRequest('KEY'))
  assert.deepEqual(
    [request?.canvas, request?.encoders, request?.maxTracks],
    [{ width: 1280, height: 720, fps: { num: 30, den: 1 } }, null, 10],
  )
})

test('a request names the field that is missing, and never the key', () => {
  const without = (change: object) => readConfigurationRequest({ ...obsRequest('SECRET'), ...change })
  const cases: [object, string, string][] = [
    [{ client: {} }, 'shape', 'client.name'],
    [{ authentication: 5 }, 'shape', 'authentication'],
    [{ preferences: {} }, 'shape', 'preferences.canvases'],
    [{ schema_version: 'two' }, 'version', 'two'],
  ]
  for (const [change, problem, at] of cases) {
    const read = without(change)
    assert.deepEqual(read, { request: null, problem, at })
  }
  assert.equal(readConfigurationRequest('text').problem, 'not-json')
})

test('what Sluice asks with is a request that Sluice reads', () => {
  const canvas = { width: 1920, height: 1080, fps: { num: 60000, den: 1001 } }
  const body = writeConfigurationRequest({
    ...{ streamKey: 'K', canvas, maxKbps: 8000, maxTracks: 4, wantsVodAudio: false },
    machine: { cores: 2, memoryBytes: 1, freeBytes: 1 },
  })
  const { request } = readConfigurationRequest(JSON.parse(body))
  assert.deepEqual([request?.canvas, request?.maxKbps, request?.maxTracks, request?.codecs], [canvas, 8000, 4, ['h264']])
})

test('an answer is read as it was written', () => {
  assert.deepEqual(readConfigurationAnswer(wire(), fps60), { answer, problem: null })
})

test('an answer that refuses gives the platform’s own words without markup', () => {
  const refusal = {
    ...wire(),
    status: { result: 'error', html_en_us: '<p>Your account <b>can’t</b> use this.&nbsp;<a href="x">Why</a></p>\u001b[31m' },
  }
  assert.deepEqual(readConfigurationAnswer(refusal, fps60), {
    answer: null,
    problem: 'refused',
    message: 'Your account can’t use this. Why [31m',
  })
  const ours = writeConfigurationRefusal('No <key> & so on')
  assert.deepEqual(readConfigurationAnswer(ours, fps60), { answer: null, problem: 'refused', message: 'No <key> & so on' })
})

test('an answer that can’t be followed says what of it', () => {
  const other = (change: object) => readConfigurationAnswer({ ...wire(), ...change }, fps60).problem
  const encoder = wire().encoder_configurations[0]
  const cases: [object, RegExp][] = [
    [{ meta: {} }, /meta.service is missing/],
    [{ encoder_configurations: [] }, /no video track/],
    [{ encoder_configurations: [{ ...encoder, type: 'obs_nvenc_hevc_tex' }] }, /sends H.264/],
    [{ encoder_configurations: [{ ...encoder, canvas_index: 1 }] }, /second canvas/],
    [{ encoder_configurations: Array.from({ length: 11 }, () => encoder) }, /11 video tracks/],
    [{ encoder_configurations: [{ ...encoder, width: 1e9 }] }, /encoder_configurations.0.width/],
    [{ ingest_endpoints: [{ protocol: 'WHIP', url_template: 'https://x' }] }, /no RTMP server/],
    [{ audio_configurations: { live: [] } }, /no audio track/],
  ]
  for (const [change, problem] of cases) assert.match(other(change) ?? '', problem)
})

test('any mutation of a request or an answer is read or refused, and none throws (seed 12)', () => {
  const { next: random } = randomFrom(12)
  const odd = [null, -1, 0, 1e308, '', 'x'.repeat(5000), [], {}, true, Number.NaN]
  const mutate = (value: unknown): unknown => {
    if (random() < 0.08) return odd[Math.floor(random() * odd.length)]
    if (Array.isArray(value)) return value.flatMap((item) => (random() < 0.05 ? [] : random() < 0.05 ? [item, item] : [mutate(item)]))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (random() < 0.04 ? [] : [[key, mutate(item)]])))
  }
  let good = 0
  for (let i = 0; i < 4000; i++) {
    const { request } = readConfigurationRequest(mutate(obsRequest('K')))
    if (request !== null) good++
    const read = readConfigurationAnswer(mutate(wire()), fps60)
    if (read.answer === null) assert.equal(typeof read.problem, 'string')
    else assert.ok(read.answer.encoders.every(({ width, kbps }) => width >= 64 && kbps >= 50))
  }
  assert.ok(good > 20, `${good} were still good`)
})
