import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Verdict, verdictLevels } from '@sluice/contract/api'
import type { InputActual, InputNotice, InputStats } from '@sluice/contract/link'
import { classPolicies } from '@sluice/contract/policy'
import fc from 'fast-check'
import { findings, judgeSource, limitsOf, type SourceFacts, type SourceWindow, sayVerdicts } from './index.ts'

const nothingSeen: SourceWindow = {
  usualBps: null,
  nowBps: null,
  videoBps: null,
  audioBps: null,
  framesPerSecond: null,
  clockJumps: 0,
  channelsBefore: null,
}

const limits = limitsOf([classPolicies.B])
const video = { codec: 'h264', codecString: 'avc1.640028', profile: 'High 4.0', width: 1920, height: 1080, declaredFps: 30 }
const audio = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }
const clean: SourceWindow = {
  usualBps: 5e6,
  nowBps: 5e6,
  videoBps: 4.9e6,
  audioBps: 128_000,
  framesPerSecond: 76.9,
  clockJumps: 0,
  channelsBefore: null,
}
type Change = {
  actual?: Partial<InputActual>
  stats?: Partial<InputStats>
  window?: Partial<SourceWindow>
  cap?: SourceFacts['cap']
}
const factsOf = ({ actual, stats, window, cap = null }: Change = {}): SourceFacts => ({
  actual: { state: 'receiving', video, audio, otherTracks: [], ...actual },
  stats: { fps: 30, gopMs: 2000, keyframes: { count: 8, minMs: 2000, maxMs: 2000 }, sessionMs: 60_000, ...stats },
  window: { ...clean, ...window },
  cap,
})
const say = (change?: Change): Verdict[] => sayVerdicts(judgeSource(factsOf(change), limits))
const codes = (change?: Change): string[] => say(change).map(({ code, level }) => `${code} ${level}`)

test('a clean 1080p30 source gives no verdict', () => {
  assert.deepEqual(codes(), [])
})

test('an input that receives nothing is not judged, and one that is just connected by what it leaves out alone', () => {
  assert.deepEqual(codes({ actual: { state: 'waiting' }, stats: { gopMs: 8000 } }), [])
  assert.deepEqual(codes({ actual: { state: 'connected' }, stats: { gopMs: 8000 } }), [])
})

test('what was not seen long enough is not judged', () => {
  assert.deepEqual(codes({ window: nothingSeen, stats: { gopMs: null, keyframes: { count: 3, minMs: 100, maxMs: 2000 } } }), [])
})

const borders: { name: string; within: Change; past: Change; verdict: string }[] = [
  {
    name: 'key frames',
    within: { stats: { gopMs: 2200 } },
    past: { stats: { gopMs: 2201 } },
    verdict: 'keyframe-distance warn',
  },
  {
    name: 'key frames beyond what platforms take',
    within: { stats: { gopMs: 2200 } },
    past: { stats: { gopMs: 4401 } },
    verdict: 'keyframe-distance bad',
  },
  {
    name: 'uneven key frames',
    within: { stats: { keyframes: { count: 8, minMs: 1600, maxMs: 2000 } } },
    past: { stats: { keyframes: { count: 8, minMs: 1599, maxMs: 2000 } } },
    verdict: 'keyframe-irregular warn',
  },
  {
    name: 'bursts of key frames',
    within: {},
    past: { stats: { keyframes: { count: 8, minMs: 499, maxMs: 2000 } } },
    verdict: 'keyframe-burst warn',
  },
  {
    name: 'frame rate',
    within: { stats: { fps: 27 }, window: { framesPerSecond: null } },
    past: { stats: { fps: 26.9 }, window: { framesPerSecond: null } },
    verdict: 'frame-rate warn',
  },
  {
    name: 'frame rate that nobody declared',
    within: { actual: { video: { ...video, declaredFps: null } }, stats: { fps: 10 }, window: { framesPerSecond: null } },
    past: { actual: { video: { ...video, declaredFps: null } }, stats: { fps: 9.9 }, window: { framesPerSecond: null } },
    verdict: 'frame-rate warn',
  },
  {
    name: 'bitrate of a moment',
    within: { window: { nowBps: 2.5e6 } },
    past: { window: { nowBps: 2.49e6 } },
    verdict: 'bitrate-drop warn',
  },
  { name: 'pace', within: { window: { framesPerSecond: 71.5 } }, past: { window: { framesPerSecond: 71.4 } }, verdict: 'pace warn' },
  { name: 'timestamps', within: {}, past: { window: { clockJumps: 1 } }, verdict: 'clock-jump warn' },
  {
    name: 'low bitrate at 1080p30',
    within: { window: { videoBps: 4.5e6 } },
    past: { window: { videoBps: 4.499e6 } },
    verdict: 'bitrate-low warn',
  },
  {
    name: 'high bitrate at 1080p30',
    within: { window: { videoBps: 6e6 } },
    past: { window: { videoBps: 6.001e6 } },
    verdict: 'bitrate-high warn',
  },
  {
    name: 'low audio bitrate',
    within: { window: { audioBps: 88_000 } },
    past: { window: { audioBps: 87_000 } },
    verdict: 'audio-low warn',
  },
  {
    name: 'high audio bitrate',
    within: { window: { audioBps: 140_000 } },
    past: { window: { audioBps: 141_000 } },
    verdict: 'audio-high warn',
  },
  {
    name: 'audio codec',
    within: {},
    past: { actual: { audio: { ...audio, codec: 'opus' } }, window: { framesPerSecond: null } },
    verdict: 'audio-codec warn',
  },
  { name: 'video codec', within: {}, past: { actual: { video: { ...video, codec: 'h265' } } }, verdict: 'video-codec warn' },
  {
    name: 'audio channels',
    within: { window: { channelsBefore: 2 } },
    past: { window: { channelsBefore: 1 } },
    verdict: 'audio-mapping warn',
  },
  { name: 'no video', within: {}, past: { actual: { video: null } }, verdict: 'no-video warn' },
  { name: 'no audio', within: {}, past: { actual: { audio: null }, window: { framesPerSecond: 30 } }, verdict: 'no-audio warn' },
]
for (const { name, within, past, verdict } of borders) {
  test(`${name}: ${verdict} begins at its limit and not before`, () => {
    assert.deepEqual(codes(within), [])
    assert.deepEqual(codes(past), [verdict])
  })
}

test('only 1080p30 has a recommended bitrate', () => {
  assert.deepEqual(codes({ actual: { video: { ...video, width: 1280, height: 720 } }, window: { videoBps: 2.5e6 } }), [])
  assert.deepEqual(
    codes({ stats: { fps: 60 }, actual: { video: { ...video, declaredFps: 60 } }, window: { videoBps: 9e6, framesPerSecond: 107 } }),
    [],
  )
  assert.deepEqual(codes({ actual: { video: { ...video, width: 1080, height: 1920 } }, window: { videoBps: 2.5e6 } }), ['bitrate-low warn'])
})

test('fewer frames than declared are told, but not while the session is young', () => {
  const few = { fps: 21, sessionMs: 2000 }
  assert.deepEqual(codes({ stats: few, window: { framesPerSecond: null } }), [])
})

test('a source above the tightest output is told by the name of that output [POL-04]', () => {
  const cap = { kbps: 4000, output: 'Partner', class: 'C', from: 'class' } as const
  assert.match(say({ cap })[0]?.sentence ?? '', /^The source sends 4\.9 Mbps of video, more than the 4 Mbps of class C, used by Partner\.$/)
  assert.match(say({ cap: { ...cap, from: 'output' } })[0]?.sentence ?? '', /of output Partner\.$/)
  assert.deepEqual(codes({ cap: { ...cap, kbps: 4900 / 1.1 + 1 } }), [])
})

test('media that comes slower than it plays is told, though its own timestamps are whole', () => {
  assert.match(say({ window: { framesPerSecond: 61.6 } })[0]?.sentence ?? '', /Media arrives at 80 % of real time/)
  assert.deepEqual(codes({ actual: { otherTracks: ['audio 1'] }, window: { framesPerSecond: 61.6 } }), [])
})

test('a fallen bitrate is called a problem upstream of Sluice [OBS-02]', () => {
  assert.match(say({ window: { usualBps: 4e6, nowBps: 1.5e6 } })[0]?.sentence ?? '', /from 4 Mbps to 1\.5 Mbps\. The problem is upstream/)
})

const g711: InputNotice = {
  code: 'codec-not-carried',
  media: 'audio',
  subject: 'G.711 mu-law',
  count: 9,
  since: '2026-01-01T00:00:00Z',
  isCurrent: true,
}

test('sound that is not carried is named once, in the place of a missing sound track', () => {
  const [only, ...others] = say({ actual: { audio: null, notices: [g711] }, window: { framesPerSecond: 30 } })
  assert.deepEqual(others, [])
  assert.equal(only?.code, 'no-audio')
  assert.match(only?.sentence ?? '', /^No sound reaches the show\. The encoder sends audio as G\.711 mu-law, which Sluice can't carry/)
  assert.equal(only?.tryFirst, "Set the encoder's audio codec to AAC.")
})

test('an input that is connected and gives nothing says why; data that is not passed on is no verdict', () => {
  const actual = { state: 'connected', video: null, audio: null } as const
  assert.deepEqual(codes({ actual: { ...actual, notices: [{ ...g711, media: 'video', subject: 'VP6' }] } }), ['notice warn'])
  assert.deepEqual(codes({ actual: { notices: [{ ...g711, code: 'data-not-carried', media: 'data', subject: 'teletext' }] } }), [])
})

test('missing key frames are bad: nobody who joins sees anything', () => {
  const notice = { ...g711, code: 'key-frame-missing', media: 'video', subject: 'none so far' } as const
  assert.deepEqual(codes({ actual: { notices: [notice] }, stats: { gopMs: null } }), ['notice bad'])
})

/** Each figure of a source with the way in which it gets worse, from where it is fine. */
const worsening: { name: string; range: [number, number]; change: (value: number) => Change }[] = [
  { name: 'key-frame distance', range: [2000, 20_000], change: (gopMs) => ({ stats: { gopMs } }) },
  {
    name: 'shortest key-frame distance',
    range: [2000, 1],
    change: (minMs) => ({ stats: { keyframes: { count: 8, minMs, maxMs: 2000 } } }),
  },
  { name: 'frame rate', range: [30, 1], change: (fps) => ({ stats: { fps }, window: { framesPerSecond: null } }) },
  { name: 'bitrate now', range: [5_000_000, 0], change: (nowBps) => ({ window: { nowBps } }) },
  { name: 'pace', range: [76, 0], change: (framesPerSecond) => ({ window: { framesPerSecond } }) },
  { name: 'timestamp jumps', range: [0, 60], change: (clockJumps) => ({ window: { clockJumps } }) },
  { name: 'video bitrate, up', range: [4_900_000, 50_000_000], change: (videoBps) => ({ window: { videoBps } }) },
  { name: 'video bitrate, down', range: [4_900_000, 0], change: (videoBps) => ({ window: { videoBps } }) },
  { name: 'audio bitrate, up', range: [128_000, 600_000], change: (audioBps) => ({ window: { audioBps } }) },
  { name: 'audio bitrate, down', range: [128_000, 0], change: (audioBps) => ({ window: { audioBps } }) },
]
for (const { name, range, change } of worsening) {
  test(`levels are monotonic: ${name}`, () => {
    const [from, to] = range
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const levelAt = (at: number): number =>
      verdictLevels.indexOf(findings(judgeSource(factsOf(change(Math.round(from + (to - from) * at))), limits))[0]?.level ?? 'ok')
    fc.assert(
      fc.property(share, share, (a, b) => {
        assert.ok(levelAt(Math.max(a, b)) >= levelAt(Math.min(a, b)))
      }),
    )
    assert.equal(levelAt(0), 0)
  })
}
