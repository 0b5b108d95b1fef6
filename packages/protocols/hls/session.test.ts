// long because: one scripted server under a fake clock, and every way of a source through it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import type { Failure } from '@sluice/base/errors'
import type { Frame, MediaNote } from '@sluice/codecs/frame'
import { writeFragment } from '@sluice/containers/fmp4'
import { FakeClock } from '@sluice/testkit/clock'
import { mutationsOf, randomFrom } from '@sluice/testkit/random'
import { defaultHlsLimits } from './limits.ts'
import { Pacer } from './pacer.ts'
import { type HlsRequest, HlsSession } from './session.ts'
import { mp4Init, mp4Segment, segmentFrames, tsSegment } from './testing/make-stream.ts'

const root = 'http://h.example/live/index.m3u8?token=1'
const utf8 = new TextEncoder()
const notThere: Failure = { kind: 'remote-close', code: 'HLS_NOT_FOUND', message: 'the server answered 404, 200 expected' }
const tooLarge: Failure = { kind: 'handshake', code: 'HLS_TOO_LARGE', message: 'segment: it is larger than 48 MiB' }
const unreachable: Failure = { kind: 'tcp', code: 'HLS_TCP', message: 'refused' }

/** What stands at an address: a text, bytes, or a failure. */
type Page = 'never' | string | Uint8Array | Failure

/** A session over a server that is a map from addresses to what stands there, under a fake clock; answers take 20 ms, or `delayMs`. */
function makeStage(pages: Record<string, Page>, options: { mayRepeat?: boolean; delayMs?: Record<string, number> } = {}) {
  const clock = new FakeClock()
  const asked: string[] = []
  const frames: { atMs: number; frame: Frame }[] = []
  const open = new Set<number>()
  const seen = { ready: 0, mostOpen: 0, ends: [] as Failure[], notes: [] as MediaNote[] }
  const answer = ({ id, url, range }: HlsRequest): void => {
    const page = pages[url] ?? notThere
    open.delete(id)
    if (typeof page === 'object' && 'kind' in page) session.onFailure(id, page, clock.nowMs())
    else {
      const all = typeof page === 'string' ? utf8.encode(page) : new Uint8Array(page)
      const bytes = range === null ? all : all.subarray(range.offset, range.offset + range.length)
      session.onAnswer(id, { url, bytes, contentType: 'text/html; charset=x' }, clock.nowMs())
    }
  }
  const session = new HlsSession({
    url: root,
    mayRepeat: options.mayRepeat ?? true,
    limits: defaultHlsLimits,
    host: {
      fetch(request) {
        asked.push(new URL(request.url).pathname.replace('/live/', ''))
        open.add(request.id)
        seen.mostOpen = Math.max(seen.mostOpen, open.size)
        if (pages[request.url] !== 'never') clock.after(options.delayMs?.[request.url] ?? 20, () => answer(request))
      },
      cancel: (id) => open.delete(id),
      onReady: () => seen.ready++,
      onFrame: (frame) => frames.push({ atMs: clock.nowMs(), frame }),
      onFlush() {},
      onNote: (note) => seen.notes.push(note),
      onEnd: (failure) => seen.ends.push(failure),
    },
  })
  session.start()
  const run = (ms: number): void => {
    for (let left = ms; left > 0; left -= 10) {
      clock.advance(10)
      const nextMs = session.nextMs(clock.nowMs())
      if (nextMs !== null && nextMs <= clock.nowMs()) session.tick(clock.nowMs())
    }
  }
  const of = (kind: string) => frames.filter(({ frame }) => frame.track.kind === kind)
  const longestGapMs = (kind = 'video'): number => Math.max(...of(kind).map(({ atMs }, i, all) => (i === 0 ? 0 : atMs - all[i - 1]!.atMs)))
  return { clock, session, pages, asked, frames, seen, run, of, longestGapMs }
}

const at = (path: string): string => `http://h.example/live/${path}`
type ListPlan = { from: number; count: number; head?: string; ext?: string; tail?: string }
const listText = ({ from, count, head = '', ext = 'ts', tail = '' }: ListPlan): string =>
  [
    `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${from}${head}`,
    ...Array.from({ length: count }, (_, i) => `#EXTINF:2.0,\ns${from + i}.${ext}`),
    tail,
  ].join('\n')

/** A live stream of MPEG-TS segments whose playlist gets a new one each 2 s. `set` makes it stand at the segment that is the newest. */
function makeLive(newest = 4) {
  const stage = makeStage({})
  const set = (last: number, tail = ''): void => {
    stage.pages[root] = listText({ from: Math.max(0, last - 4), count: Math.min(5, last + 1), tail })
    for (let i = Math.max(0, last - 4); i <= last; i++) stage.pages[at(`s${i}.ts`)] ??= tsSegment(i * 2000)
  }
  set(newest)
  let last = newest
  /** Time goes on with a new segment each 2 s. */
  const live = (ms: number): void => {
    for (let left = ms; left > 0; left -= 2000) {
      stage.run(Math.min(left, 2000))
      set(++last)
    }
  }
  return { ...stage, live, set }
}

describe('a live source', () => {
  test('begins within a segment of the live edge and plays without a gap, in order, for a minute', () => {
    const { asked, seen, live, of, longestGapMs, frames } = makeLive()
    live(60_000)
    assert.deepEqual(asked.slice(0, 4), ['index.m3u8', 's3.ts', 's4.ts', 'index.m3u8'])
    assert.deepEqual([seen.ready, seen.ends], [1, []])
    assert.ok(of('video').length > 1780 && of('audio').length > 2780, `${of('video').length} ${of('audio').length}`)
    assert.ok(longestGapMs() <= 50 && longestGapMs('audio') <= 50, `${longestGapMs()} ${longestGapMs('audio')}`)
    for (const kind of ['video', 'audio']) {
      const times = of(kind).map(({ frame }) => frame.dts)
      assert.ok(times.every((dts, i) => i === 0 || dts > times[i - 1]!))
    }
    assert.equal(frames[0]?.frame.isKey, true)
  })

  test('asks for a playlist about once for each segment, and for each segment once', () => {
    const { asked, live } = makeLive()
    live(40_000)
    const segments = asked.filter((path) => path.startsWith('s'))
    assert.equal(new Set(segments).size, segments.length)
    assert.ok(asked.length - segments.length <= 2 * segments.length, asked.join(' '))
  })

  test('whose playlist stands still falls silent and stays open; it goes on with what comes then', () => {
    const { seen, run, live, of, frames, set, asked } = makeLive()
    live(4000)
    run(20_000)
    assert.deepEqual(seen.ends, [])
    const [count, asks] = [of('video').length, asked.length]
    run(10_000)
    assert.equal(of('video').length, count)
    assert.ok(asked.length - asks >= 9 && asked.length - asks <= 11, 'it looks each half of the target duration')
    set(7)
    run(4000)
    assert.ok(of('video').length >= count + 60)
    assert.ok(frames.length > 0)
  })

  test('that was away for a while is taken up at its live edge again', () => {
    const { seen, live, run, of, set, pages, asked } = makeLive()
    live(6000)
    const before = pages[root]!
    pages[root] = unreachable
    run(2000)
    pages[root] = before
    run(2000)
    set(90)
    run(1000)
    assert.deepEqual([seen.ends, asked.includes('s89.ts'), asked.includes('s80.ts')], [[], true, false])
    assert.ok(of('video').length > 200)
  })

  test('that has many segments at once after a pause skips to its edge rather than play all of them', () => {
    const { seen, run, set, pages, asked } = makeLive()
    run(6000)
    for (let i = 5; i <= 40; i++) set(i)
    pages[root] = listText({ from: 0, count: 41 })
    run(3000)
    assert.deepEqual([seen.ends, asked.includes('s39.ts'), asked.includes('s20.ts')], [[], true, false])
  })

  test('that starts anew under the same address goes on without a seam', () => {
    const { seen, live, run, of, longestGapMs, pages } = makeLive(60)
    live(4000)
    for (let i = 0; i < 3; i++) pages[at(`n${i}.ts`)] = tsSegment(i * 2000)
    pages[root] = listText({ from: 0, count: 3 }).replaceAll('\ns', '\nn')
    run(8000)
    assert.deepEqual(seen.ends, [])
    assert.ok(longestGapMs() <= 50 && of('video').length >= 300, `${longestGapMs()} ${of('video').length}`)
  })

  test('that ends plays to its end and closes with the reason', () => {
    const { seen, live, run, set, of } = makeLive()
    live(4000)
    set(7, '#EXT-X-ENDLIST')
    run(2000)
    assert.deepEqual(seen.ends, [])
    run(8000)
    assert.deepEqual([seen.ends.map(({ code }) => code), of('video').length], [['HLS_ENDED'], 300])
  })

  test('whose playlist is gone closes at once; one that fails is asked four times', () => {
    for (const [page, waitMs] of [
      [notThere, 2100],
      [{ ...notThere, kind: 'auth', code: 'HLS_FORBIDDEN' }, 2100],
      [unreachable, 6000],
    ] as const) {
      const { seen, live, run, pages } = makeLive()
      live(6000)
      pages[root] = page
      run(waitMs)
      assert.deepEqual(seen.ends, [page])
    }
  })

  test('loses the media of a segment that is missing, and no more; when all are missing it closes', () => {
    const { seen, live, of, longestGapMs, pages } = makeLive()
    pages[at('s6.ts')] = notThere
    live(16_000)
    assert.equal(seen.ends.length, 0)
    assert.ok(Math.abs(longestGapMs() - 2030) < 60, `${longestGapMs()}`)
    const times = of('video').map(({ frame }) => frame.dts / 90)
    assert.ok(Math.abs(Math.max(...times.slice(1).map((dts, i) => dts - times[i]!)) - 2033) < 1)
    for (let i = 12; i < 40; i++) pages[at(`s${i}.ts`)] = notThere
    live(14_000)
    assert.equal(seen.ends.at(-1)?.code, 'HLS_NOT_FOUND')
  })

  test('loses the media of a segment that is no media, and no more, and the segment is noted', () => {
    const { seen, live, pages, of } = makeLive()
    pages[at('s7.ts')] = new Uint8Array(5000).fill(7)
    live(20_000)
    assert.deepEqual(seen.ends, [])
    assert.deepEqual(
      seen.notes.map(({ code, media, subject }) => `${code} ${media} ${subject}`),
      ["broken-left-out stream segment that can't be read, HLS_SEGMENT_FORMAT"],
    )
    const seconds = new Set(of('video').map(({ frame }) => Math.floor(frame.dts / 180_000)))
    assert.ok(seconds.size >= 9)
  })

  test('leaves out a segment that is too large, and names it; when all are it closes with that reason', () => {
    const { seen, live, pages } = makeLive()
    pages[at('s7.ts')] = tooLarge
    live(20_000)
    assert.deepEqual(
      [seen.ends.length, seen.notes.map(({ code, media, subject }) => `${code} ${media} ${subject}`)],
      [0, ['too-large-left-out stream segment above 48 MiB']],
    )
    for (let i = 12; i < 40; i++) pages[at(`s${i}.ts`)] = tooLarge
    live(14_000)
    assert.deepEqual(seen.ends.at(-1), tooLarge)
  })

  test('tries a segment once more when the connection failed, and goes on with the next one', () => {
    const { asked, live, pages, seen } = makeLive()
    pages[at('s6.ts')] = unreachable
    live(8000)
    assert.deepEqual(
      asked.filter((path) => path.startsWith('s')),
      ['s3.ts', 's4.ts', 's5.ts', 's6.ts', 's6.ts', 's7.ts'],
    )
    assert.deepEqual(seen.ends, [])
  })

  test('never hangs back by more than it began with for long', () => {
    const { live, run, frames, clock } = makeLive()
    live(6000)
    run(5000) // the packager stood still
    live(300_000)
    const last = frames.at(-1)!
    // Segment 4 was the newest at 0 ms; the newest media is then at (4 + 1) * 2 s, and 5 s were lost for good.
    const behindMs = clock.nowMs() - 5000 + 11_000 - last.frame.dts / 90
    assert.ok(behindMs < 6500, `${behindMs} ms behind the newest media`)
  })
})

describe('a recording', () => {
  test('is played in real time, fetched a little ahead alone, and over again without a seam', () => {
    const pages: Record<string, Page> = { [root]: listText({ from: 0, count: 5, tail: '#EXT-X-ENDLIST' }) }
    for (let i = 0; i < 5; i++) pages[at(`s${i}.ts`)] = tsSegment(i * 2000)
    const { asked, seen, run, of, longestGapMs } = makeStage(pages)
    run(1000)
    assert.deepEqual(asked, ['index.m3u8', 's0.ts', 's1.ts', 's2.ts'])
    run(24_000)
    assert.deepEqual(seen.ends, [])
    assert.ok(Math.abs(of('video').length - 750) <= 2 && longestGapMs() <= 50, `${of('video').length} ${longestGapMs()}`)
    const times = of('video').map(({ frame }) => frame.dts)
    assert.ok(times.every((dts, i) => i === 0 || (dts > times[i - 1]! && dts - times[i - 1]! < 9000)))
    assert.equal(new Set(of('video').map(({ frame }) => frame.track)).size, 1, 'its start over is no change of the track')
  })

  test('that is none, but the rest of a stream that we have seen end, closes at once', () => {
    const { seen, run } = makeStage({ [root]: listText({ from: 0, count: 5, tail: '#EXT-X-ENDLIST' }) }, { mayRepeat: false })
    run(100)
    assert.equal(seen.ends[0]?.code, 'HLS_ENDED')
  })
})

describe('fragmented MP4', () => {
  const both = ['video', 'audio'] as const
  test('plays with its init segment, which is fetched once, and again where it changes', () => {
    const pages: Record<string, Page> = { [at('i.mp4')]: mp4Init(both), [at('j.mp4')]: mp4Init(both) }
    for (let i = 0; i < 5; i++) pages[at(`s${i}.m4s`)] = mp4Segment(i * 2000, both)
    const list = listText({ from: 0, count: 5, ext: 'm4s', head: '\n#EXT-X-MAP:URI="i.mp4"', tail: '#EXT-X-ENDLIST' })
    pages[root] = list.replace('#EXTINF:2.0,\ns3', '#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="j.mp4"\n#EXTINF:2.0,\ns3')
    const { asked, seen, run, of, longestGapMs } = makeStage(pages)
    run(9900)
    assert.deepEqual(asked.slice(0, 9), ['index.m3u8', 'i.mp4', 's0.m4s', 's1.m4s', 's2.m4s', 'j.mp4', 's3.m4s', 's4.m4s', 'i.mp4'])
    assert.deepEqual(seen.ends, [])
    assert.ok(of('video').length > 290 && of('audio').length > 450 && longestGapMs() <= 50)
  })

  test('of a packager that began anew is read with the init segment that it wrote over the old one', () => {
    const { asked, seen, run, pages, of } = makeStage({ [at('i.mp4')]: mp4Init(both) })
    const set = (from: number, count: number): void => {
      pages[root] = listText({ from, count, ext: 'm4s', head: '\n#EXT-X-MAP:URI="i.mp4"' })
      for (let i = from; i < from + count; i++) pages[at(`s${i}.m4s`)] = mp4Segment(i * 2000, both)
    }
    set(50, 3)
    run(3000)
    set(0, 2)
    run(8000)
    assert.deepEqual(
      asked.filter((path) => path !== 'index.m3u8'),
      ['i.mp4', 's51.m4s', 's52.m4s', 'i.mp4', 's0.m4s', 's1.m4s'],
    )
    assert.deepEqual([seen.ends, of('video').length], [[], 240])
  })

  test('in one file is fetched by its byte ranges', () => {
    const parts = [mp4Init(both), ...[0, 1, 2].map((i) => mp4Segment(i * 2000, both))]
    const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0))
    const range = (i: number): string => `${parts[i]!.length}@${ends[i]! - parts[i]!.length}`
    const segments = [1, 2, 3].map((i) => `#EXTINF:2,\n#EXT-X-BYTERANGE:${range(i)}\nall.mp4`)
    const pages = {
      [root]: `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI="all.mp4",BYTERANGE="${range(0)}"\n${segments.join('\n')}\n#EXT-X-ENDLIST`,
      [at('all.mp4')]: concatBytes(parts),
    }
    const { seen, run, of } = makeStage(pages)
    run(5900)
    assert.deepEqual(seen.ends, [])
    assert.ok(of('video').length > 170 && of('audio').length > 270)
  })

  const split = (): Record<string, Page> => {
    const pages: Record<string, Page> = {
      [root]:
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",DEFAULT=YES,URI="a/a.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=9,AUDIO="a"\nv/v.m3u8',
    }
    for (const [name, kind] of [
      ['v', 'video'],
      ['a', 'audio'],
    ] as const) {
      const head = '\n#EXT-X-MAP:URI="i.mp4"'
      pages[at(`${name}/${name}.m3u8`)] = listText({ from: 0, count: 4, ext: 'm4s', head, tail: '#EXT-X-ENDLIST' })
      pages[at(`${name}/i.mp4`)] = mp4Init([kind])
      for (let i = 0; i < 4; i++) pages[at(`${name}/s${i}.m4s`)] = mp4Segment(i * 2000, [kind])
    }
    return pages
  }

  test('whose sound has a playlist of its own that comes late waits for it, however far ahead the pictures are', () => {
    for (const late of ['a/a.m3u8', 'a/i.mp4', 'a/s0.m4s', 'v/v.m3u8', 'v/s0.m4s']) {
      const { seen, run, of } = makeStage(split(), { delayMs: { [at(late)]: 6000 } })
      run(18_000)
      assert.deepEqual([late, seen.ready, seen.ends], [late, 1, []])
      assert.ok(of('video').length > 200 && of('audio').length > 300, `${late} ${of('video').length} ${of('audio').length}`)
    }
  })

  test('with its sound in a playlist of its own plays both together', () => {
    const { seen, run, of, frames } = makeStage(split())
    run(12_000)
    assert.deepEqual(seen.ends, [])
    assert.ok(of('video').length > 350 && of('audio').length > 550)
    const [picture, sound] = ['video', 'audio'].map((kind) => of(kind).at(-1)!)
    const apart = picture!.atMs - sound!.atMs - (picture!.frame.dts - sound!.frame.dts) / 90
    assert.ok(Math.abs(apart) <= 20, `${apart} ms apart`)
    assert.ok(frames.every(({ frame }, i) => i === 0 || frame.dts >= frames[i - 1]!.frame.dts - 3600))
  })
})

const refusals: { name: string; pages: Record<string, Page>; code: string; says: RegExp }[] = [
  {
    name: 'a web page',
    pages: { [root]: '<html>' },
    code: 'HLS_NOT_A_PLAYLIST',
    says: /found 6 bytes of text\/html, a playlist that begins with #EXTM3U expected/,
  },
  { name: 'nothing at the address', pages: {}, code: 'HLS_NOT_FOUND', says: /404/ },
  { name: 'a broken playlist', pages: { [root]: '#EXTM3U\n#EXTINF:2,\na.ts' }, code: 'M3U8_SYNTAX', says: /TARGETDURATION/ },
  {
    name: 'no variant',
    pages: { [root]: '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile:///etc/passwd' },
    code: 'HLS_PLAYLIST',
    says: /no web address/,
  },
  {
    name: 'a variant that is not there',
    pages: { [root]: '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8' },
    code: 'HLS_NOT_FOUND',
    says: /404/,
  },
  {
    name: 'encrypted segments',
    pages: { [root]: listText({ from: 0, count: 3, head: '\n#EXT-X-KEY:METHOD=AES-128,URI="k"' }) },
    code: 'HLS_ENCRYPTED',
    says: /AES-128/,
  },
  {
    name: 'segments of half a tag',
    pages: { [root]: listText({ from: 0, count: 1 }), [at('s0.ts')]: Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0) },
    code: 'HLS_SEGMENT_FORMAT',
    says: /segment 0: it begins with bytes 49 44 33 04 of 6, MPEG-TS, fragmented MP4 or packed audio expected/,
  },
]
for (const { name, pages, code, says } of refusals) {
  test(`a source is refused in plain words: ${name}`, () => {
    const { seen, run } = makeStage(pages)
    run(500)
    assert.equal(seen.ends.length, 1)
    assert.equal(seen.ends[0]!.code, code)
    assert.match(seen.ends[0]!.message, says)
    assert.doesNotMatch(seen.ends[0]!.message, /token|h\.example/)
  })
}

test('any bytes as playlists and segments give frames or an end with a reason, and never an exception (seed 51)', () => {
  const runs = Number(process.env['SLUICE_FUZZ'] ?? 300)
  const random = randomFrom(51)
  const lists = [
    listText({ from: 0, count: 4, tail: '#EXT-X-ENDLIST' }),
    listText({ from: 7, count: 3, head: '\n#EXT-X-MAP:URI="i.mp4"', ext: 'm4s' }),
    '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="s0.ts"\n#EXT-X-STREAM-INF:BANDWIDTH=9,AUDIO="a"\nindex.m3u8?token=1',
  ].map((text) => utf8.encode(text))
  const medias = [tsSegment(0).subarray(0, 6000), mp4Segment(0, ['video', 'audio']), mp4Init(['video'])]
  const [playlists, segments] = [mutationsOf(52, runs * 20, lists), mutationsOf(53, runs * 20, medias)]
  const counts = { ended: 0, played: 0 }
  for (let i = 0; i < runs; i++) {
    const pages: Record<string, Page> = {}
    const { session, seen, run, frames } = makeStage(
      new Proxy(pages, {
        get: (_, url) => (random.next() < 0.1 ? notThere : String(url).includes('m3u8') ? playlists.next().value : segments.next().value),
      }),
    )
    run(3000)
    session.close()
    assert.ok(seen.ends.length <= 1 && seen.ready <= 1)
    counts.ended += seen.ends.length
    counts.played += frames.length > 0 ? 1 : 0
  }
  assert.ok(counts.ended > runs / 5 && counts.played > 0, JSON.stringify(counts))
})

test('a segment holds the frames that were put into it, in both formats', () => {
  const count = segmentFrames(0).length
  const pages: Record<string, Page> = { [root]: listText({ from: 0, count: 1, tail: '#EXT-X-ENDLIST' }), [at('s0.ts')]: tsSegment(0) }
  const { run, frames } = makeStage(pages)
  run(2050)
  assert.ok(Math.abs(frames.length - count) <= 3, `${frames.length} of ${count}`)
})

describe('a source that means harm', () => {
  const tiny = (count: number, lead = ''): string =>
    `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-PLAYLIST-TYPE:VOD\n${lead}${'#EXTINF:0.01,\ns0.ts\n'.repeat(count)}#EXT-X-ENDLIST\n`

  test('is asked for no more than its pace, when its segments hold next to nothing', () => {
    const picture = { trackId: 1, samples: [{ frame: segmentFrames(0)[0]!, duration90k: 0 }] }
    const page = tiny(1, '#EXT-X-MAP:URI="i.mp4"\n')
    const stage = makeStage({ [root]: page, [at('i.mp4')]: mp4Init(['video']), [at('s0.ts')]: writeFragment(1, [picture]) })
    stage.run(60_000)
    assert.ok(stage.asked.length < 60 + 25 * 61, `${stage.asked.length} requests in a minute`)
    const empty = makeStage({ [root]: tiny(5000), [at('s0.ts')]: Uint8Array.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]) })
    empty.run(60_000)
    assert.ok(empty.asked.length < 20 && empty.seen.ends.length === 1)
  })

  test('whose frames all have one time gives them out in turns, so that others have theirs', () => {
    const frames = Array.from({ length: 20_000 }, () => segmentFrames(0)[0]!)
    const pacer = new Pacer(1)
    pacer.offer(0, frames, false, 0)
    pacer.start(0)
    let turns = 0
    for (; pacer.dueMs() !== null; turns++) {
      let count = 0
      pacer.take(0, () => ++count > 0)
      assert.ok(count <= 500)
    }
    assert.deepEqual([turns, pacer.queuedBytes, pacer.queuedFrames], [40, 0, 0])
  })

  test('that skips to its edge again and again leaves no request behind', () => {
    const list = (name: string): string => listText({ from: 100, count: 9, ext: name }).replaceAll('#EXTINF:2.0', '#EXTINF:7200')
    const pages: Record<string, Page> = {
      [root]:
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",DEFAULT=YES,URI="a.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\nv.m3u8\n',
      [at('v.m3u8')]: list('v'),
      [at('a.m3u8')]: list('a'),
    }
    for (let i = 0; i < 200; i++) {
      pages[at(`s${i}.v`)] = tsSegment(i * 2000)
      pages[at(`s${i}.a`)] = i < 108 ? tsSegment(i * 2000) : 'never'
    }
    const stage = makeStage(pages)
    stage.run(60_000)
    assert.equal(stage.seen.ready, 1)
    assert.ok(stage.seen.mostOpen <= 2, `${stage.seen.mostOpen} requests were out at once`)
  })
})
