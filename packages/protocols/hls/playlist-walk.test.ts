import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MediaPlaylist, MediaSegment } from '@sluice/containers/m3u8'
import { PlaylistWalk } from './playlist-walk.ts'

type Plan = { from: number; count: number; names?: string; isEnded?: boolean; playlistType?: 'VOD' | 'EVENT'; with?: Partial<MediaSegment> }

/** A playlist of segments of 2 s, named after their numbers. */
const makeList = ({ from, count, names = 's', isEnded = false, playlistType, with: more = {} }: Plan): MediaPlaylist => ({
  version: 3,
  targetDurationS: 2,
  mediaSequence: from,
  discontinuitySequence: 0,
  hasIndependentSegments: false,
  isEnded,
  ...(playlistType === undefined ? {} : { playlistType }),
  segments: Array.from({ length: count }, (_, i) => ({ uri: `${names}${from + i}.ts`, durationS: 2, ...more })),
})

/** What is to be fetched after these playlists, loaded 2 s apart; `!` marks a discontinuity. */
function walkOver(plans: readonly Plan[], mayRepeat = true): { walk: PlaylistWalk; took: string[][] } {
  const walk = new PlaylistWalk({ mayRepeat })
  const took = plans.map((plan, i) => {
    assert.equal(walk.load(makeList(plan), i * 2000), null)
    return takeAll(walk)
  })
  return { walk, took }
}

function takeAll(walk: PlaylistWalk, most = 10): string[] {
  const uris: string[] = []
  while (uris.length < most) {
    const step = walk.take()
    if (step === null) break
    uris.push((step.isDiscontinuous ? '!' : '') + step.segment.uri)
  }
  return uris
}

const live: { name: string; plans: Plan[]; took: string[][] }[] = [
  {
    name: 'begins a segment before the last one, and goes on with each new one',
    plans: [
      { from: 10, count: 5 },
      { from: 10, count: 5 },
      { from: 11, count: 5 },
      { from: 13, count: 5 },
    ],
    took: [['s13.ts', 's14.ts'], [], ['s15.ts'], ['s16.ts', 's17.ts']],
  },
  {
    name: 'begins with the only segment there is',
    plans: [
      { from: 0, count: 0 },
      { from: 0, count: 1 },
    ],
    took: [[], ['s0.ts']],
  },
  {
    name: 'goes to the live edge when what came next has left the playlist, with the time that it took',
    plans: [
      { from: 10, count: 3 },
      { from: 30, count: 3 },
    ],
    took: [
      ['s11.ts', 's12.ts'],
      ['s31.ts', 's32.ts'],
    ],
  },
  {
    name: 'takes a sequence that starts anew as another stream',
    plans: [
      { from: 100, count: 3 },
      { from: 0, count: 2 },
      { from: 0, count: 3 },
    ],
    took: [['s101.ts', 's102.ts'], ['!s0.ts', 's1.ts'], ['s2.ts']],
  },
  {
    name: 'waits with an older state of the same playlist',
    plans: [
      { from: 10, count: 5 },
      { from: 8, count: 4 },
      { from: 11, count: 5 },
    ],
    took: [['s13.ts', 's14.ts'], [], ['s15.ts']],
  },
  {
    name: 'takes an older state that stays for a new stream in the end',
    plans: [{ from: 10, count: 5 }, ...Array.from({ length: 5 }, () => ({ from: 8, count: 4 }))],
    took: [['s13.ts', 's14.ts'], [], [], [], ['!s10.ts', 's11.ts'], []],
  },
  { name: 'passes over gaps', plans: [{ from: 0, count: 4, with: { isGap: true } }], took: [[]] },
]
for (const { name, plans, took } of live) test(`a live playlist ${name}`, () => assert.deepEqual(walkOver(plans).took, took))

test('a playlist is loaded again after its target duration when it had news, after half of it when not [RFC 8216 6.3.4]', () => {
  const walk = new PlaylistWalk({ mayRepeat: true })
  walk.load(makeList({ from: 0, count: 3 }), 1000)
  assert.equal(walk.reloadAtMs, 3000)
  walk.load(makeList({ from: 0, count: 3 }), 3000)
  assert.equal(walk.reloadAtMs, 4000)
  walk.load(makeList({ from: 1, count: 3 }), 4000)
  assert.equal(walk.reloadAtMs, 6000)
  walk.miss(6000)
  assert.equal(walk.reloadAtMs, 7000)
})

test('an absurd target duration is drawn into what is usual', () => {
  const walk = new PlaylistWalk({ mayRepeat: true })
  walk.load({ ...makeList({ from: 0, count: 3 }), targetDurationS: 0 }, 0)
  assert.equal(walk.reloadAtMs, 500)
  walk.load({ ...makeList({ from: 1, count: 3 }), targetDurationS: 1e9 }, 0)
  assert.equal(walk.reloadAtMs, 60_000)
})

test('a live playlist that ends is played to its end and not loaded again', () => {
  const { walk, took } = walkOver([
    { from: 0, count: 3 },
    { from: 0, count: 4, isEnded: true },
  ])
  assert.deepEqual(took[1], ['s3.ts'])
  assert.deepEqual([walk.isOver, walk.reloadAtMs, walk.isLive], [true, null, true])
})

test('a recording is played from its start, and over again behind a discontinuity', () => {
  const { walk, took } = walkOver([{ from: 0, count: 3, isEnded: true }])
  assert.deepEqual(took[0]?.slice(0, 5), ['s0.ts', 's1.ts', 's2.ts', '!s0.ts', 's1.ts'])
  assert.deepEqual([walk.isRecording, walk.isLive, walk.isOver, walk.reloadAtMs], [true, false, false, null])
})

test('the rest of a stream that has ended is no recording; what calls itself one is', () => {
  assert.deepEqual(
    [walkOver([{ from: 40, count: 3, isEnded: true }]).took[0], walkOver([{ from: 40, count: 3, isEnded: true }]).walk.isOver],
    [[], true],
  )
  assert.equal(walkOver([{ from: 40, count: 1, isEnded: true, playlistType: 'VOD' }]).took[0]?.length, 10)
  assert.equal(walkOver([{ from: 0, count: 3, isEnded: true }], false).walk.isOver, true)
})

test('a stream that hangs far behind is told of, and goes on at its live edge without a discontinuity', () => {
  const { walk } = walkOver([{ from: 0, count: 3 }])
  walk.load(makeList({ from: 0, count: 13 }), 2000)
  assert.deepEqual([walk.isFarBehind(0), walk.isFarBehind(walk.targetMs * 7)], [true, true])
  walk.skipToEdge()
  assert.deepEqual([walk.isFarBehind(0), takeAll(walk)], [false, ['s11.ts', 's12.ts']])
})

test('encrypted segments, numbers past all counting and an empty end are refused in plain words', () => {
  const load = (list: MediaPlaylist) => new PlaylistWalk({ mayRepeat: true }).load(list, 0)
  assert.deepEqual(load(makeList({ from: 0, count: 2, with: { keyMethod: 'AES-128' } })), {
    kind: 'codec',
    code: 'HLS_ENCRYPTED',
    message: 'the segments are encrypted (AES-128), clear ones expected',
  })
  assert.equal(load(makeList({ from: Number.MAX_SAFE_INTEGER, count: 2 }))?.code, 'HLS_PLAYLIST')
  assert.equal(load(makeList({ from: 0, count: 0, isEnded: true }))?.code, 'HLS_PLAYLIST')
})
