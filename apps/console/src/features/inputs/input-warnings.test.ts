import type { ChannelStats, Output } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import type { Sample } from '../../live/index.ts'
import { type Input, inputLook } from './input-look.ts'
import { inputNotes, inputWarnings } from './input-warnings.ts'

type Stats = ChannelStats['inputs'][number]

const video = { codec: 'h264', codecString: 'avc1.640028', profile: 'High 4.0', width: 1920, height: 1080, declaredFps: 30 }
const audio = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }
const makeInput = (change: object = {}): Input =>
  ({ id: 'in', enabled: true, actual: { state: 'receiving', onAir: true, video, audio, otherTracks: [], ...change } }) as unknown as Input
const makeStats = (change: Partial<Stats> = {}): Stats =>
  ({ bitrateBps: 4e6, fps: 30, gopMs: 2000, timestampJumpsTotal: 0, maxGapMs: 33, sessionMs: 60_000, ...change }) as Stats
const steady = (bitrateBps: number, count = 60): Sample[] =>
  Array.from({ length: count }, (_, at) => ({
    atMs: at * 1000,
    secondBps: 0,
    bitrateBps,
    maxGapMs: 33,
    framesTotal: Math.round(at * 76.9),
  }))
const about = (input: Input, stats: Stats | undefined, history = steady(4e6), outputs: Output[] = []): string[] =>
  inputWarnings(input, stats, history, outputs).map((warning) => warning.about)

test('a clean input gives no warning', () => {
  expect(about(makeInput(), makeStats())).toEqual([])
})

test('an input that receives nothing is not judged', () => {
  expect(about(makeInput({ state: 'connected' }), makeStats({ gopMs: 8000 }))).toEqual([])
  expect(about(makeInput(), undefined)).toEqual([])
})

test('a keyframe interval of 8 s is shown with what platforms expect', () => {
  const [warning] = inputWarnings(makeInput(), makeStats({ gopMs: 8000 }), steady(4e6), [])
  expect(warning?.text).toContain('Keyframe interval is 8.0 s. Platforms expect 2 s')
  expect(about(makeInput(), makeStats({ gopMs: 2400 }))).toEqual([])
})

test('missing audio, missing video and other codecs give a warning', () => {
  expect(about(makeInput({ audio: null }), makeStats())).toEqual(['audio'])
  expect(about(makeInput({ video: null }), makeStats())).toEqual(['video'])
  expect(about(makeInput({ video: { ...video, codec: 'h265' } }), makeStats())).toEqual(['codec'])
})

test('fewer frames than announced give a warning, but not while the session is young', () => {
  expect(about(makeInput(), makeStats({ fps: 21 }))).toEqual(['fps'])
  expect(about(makeInput(), makeStats({ fps: 21, sessionMs: 2000 }))).toEqual([])
})

test('a fallen bitrate and a gap are placed upstream of Sluice [OBS-02]', () => {
  const fallen = steady(4e6, 33).map((sample, at) => (at < 30 ? sample : { ...sample, bitrateBps: 1e6 }))
  expect(inputWarnings(makeInput(), makeStats(), fallen, [])[0]?.text).toContain(
    'from 4.00 Mbit/s to 1.00 Mbit/s. The problem is upstream of Sluice',
  )
  const gap = [...steady(4e6, 30), { atMs: 31_000, secondBps: 0, bitrateBps: 4e6, maxGapMs: 1400, framesTotal: 2384 }]
  expect(about(makeInput(), makeStats(), gap)).toEqual(['gap'])
})

test('a source above the strictest running class gives a warning with the name of its output [POL-04]', () => {
  const output = (name: string, outputClass: string, desired = 'running'): Output =>
    ({
      name,
      class: outputClass,
      desired,
      limits: {},
      effective: { maxVideoKbps: outputClass === 'C' ? 4000 : 5000 },
    }) as unknown as Output
  const outputs = [output('YouTube', 'B'), output('Partner', 'C')]
  expect(inputWarnings(makeInput(), makeStats(), steady(4.9e6), outputs)[0]?.text).toContain('class C, used by Partner')
  expect(about(makeInput(), makeStats(), steady(4.9e6), [output('YouTube', 'B'), output('Partner', 'C', 'stopped')])).toEqual([])
})

test('media that arrives slower than real time gives a warning, although its own timestamps are right', () => {
  const slow = steady(4e6).map((sample, at) => ({ ...sample, framesTotal: Math.round(at * 61.6) }))
  expect(inputWarnings(makeInput(), makeStats(), slow, [])[0]?.text).toContain('Media arrives at 80% of real time')
  expect(about(makeInput({ otherTracks: ['audio 1'] }), makeStats(), slow)).toEqual([])
})

const g711 = {
  code: 'codec-not-carried',
  media: 'audio',
  subject: 'G.711 mu-law',
  count: 9,
  since: '2026-01-01T00:00:00Z',
  isCurrent: true,
}

test('sound that is not carried is named once, in the place of a missing sound track', () => {
  const warnings = inputWarnings(makeInput({ audio: null, notices: [g711] }), makeStats(), steady(4e6), [])
  expect(warnings).toEqual([
    {
      about: 'audio',
      text: "The encoder sends audio as G.711 mu-law, which Sluice can't carry: it is left out of the show.",
      firstTry: "Set the encoder's audio codec to AAC.",
    },
  ])
})

test('an input that is connected and gives nothing says why', () => {
  const input = makeInput({ state: 'connected', video: null, audio: null, notices: [{ ...g711, media: 'video', subject: 'VP6' }] })
  expect(about(input, makeStats())).toEqual(['notice'])
  expect(inputLook(input, null).word).toBe('Connected, no usable media')
})

test('while the engine is silent no input is shown as on air', () => {
  const engine = { id: 'e', state: 'silent', silentSince: '2026-01-01T00:00:00.000Z' } as const
  expect(inputLook(makeInput({}), engine)).toMatchObject({ word: 'Unknown', tone: 'bad' })
})

test('data that is not passed on is a note and no warning', () => {
  const input = makeInput({ notices: [{ ...g711, code: 'data-not-carried', media: 'data', subject: 'teletext, PID 0x101' }] })
  expect(about(input, makeStats())).toEqual([])
  expect(inputNotes(input)).toEqual([
    'The encoder sends data that Sluice does not pass on (teletext, PID 0x101). Picture and sound are not affected.',
  ])
})
