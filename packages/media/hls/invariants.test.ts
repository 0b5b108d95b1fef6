import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { FakeClock } from '@sluice/testkit/clock'
import { PlaylistChecker } from '@sluice/testkit/playlists'
import { playRuns, type Show, shows } from '@sluice/testkit/shows'
import fc from 'fast-check'
import { ProgrammeBus } from '../bus/index.ts'
import { Packager } from '../packager/index.ts'
import { MediaStore } from '../store/index.ts'
import { bufferPolicyOf, HlsView } from './index.ts'

/** Plays a show and judges every version of every playlist; answers what happened for more to be judged. */
function play({ runs, partMs, startS, windowSegments }: Show) {
  const clock = new FakeClock(startS * 1000)
  const faults: unknown[] = []
  const bus = new ProgrammeBus((error) => faults.push(error))
  const policy = bufferPolicyOf({ segmentMs: 2000, partMs, windowSegments })
  const store = new MediaStore({ clock, maxSegments: windowSegments, targetDurationS: policy.targetDurationS })
  const hls = new HlsView({ store, clock, policy, onReady() {} })
  const packager = new Packager({ bus, store, clock, segmentMs: 2000, partMs, onFault: (error) => faults.push(error) })
  const frameS = Math.max(...runs.map(({ fps, jitter }) => (1 + 2 * jitter) / fps))
  const checkers = new Map<string, PlaylistChecker>()
  const starts = new Map<number, Map<string, number>>()
  const read = new Map<string, number>()
  const textOf = (name: string): string | null => {
    const file = hls.file(name)
    return file === null ? null : Buffer.concat(file.body).toString()
  }
  store.subscribe({
    onChange() {
      for (const rendition of store.renditions) {
        const text = textOf(`${rendition.id}.m3u8`)
        if (text === null) continue
        const checker = checkers.get(rendition.id) ?? new PlaylistChecker({ frameS })
        checkers.set(rendition.id, checker)
        const list = checker.check(text)
        for (const part of [...list.segments, list.open].flatMap(({ parts }) => parts)) {
          if (!part.isGap) assert.ok(hls.has(part.uri), `${part.uri} is listed and not there`)
        }
        for (const [i, segment] of list.segments.entries()) {
          assert.ok(segment.isGap || hls.has(segment.uri!), `${segment.uri} is listed and not there`)
          const number = list.mediaSequence + i
          starts.set(number, (starts.get(number) ?? new Map()).set(rendition.id, segment.wallMs!))
        }
        checkMedia(rendition.segments.at(-1)!, rendition.init!.bytes, read, rendition.id)
      }
    },
  })
  playRuns({ runs, startS }, { clock, bus, packager })
  assert.deepEqual(faults, [])
  for (const [number, walls] of starts) {
    const all = [...walls.values()]
    assert.ok(Math.max(...all) - Math.min(...all) <= 60, `segment ${number} is another moment in another rendition: ${all}`)
  }
  packager.clear()
  for (const { id } of store.renditions) {
    const text = textOf(`${id}.m3u8`)
    if (text !== null) assert.match(text, /#EXT-X-ENDLIST\n$/)
  }
  clock.advance(60_000)
  assert.deepEqual([store.bytes, store.state, clock.pendingTimers], [0, 'empty', 0])
  return { checkers, store }
}

/** Decoding times go on from part to part, as every demuxer wants them. */
function checkMedia(
  { parts, isSpliced }: { parts: readonly { number: number; bytes: Uint8Array; isGap: boolean }[]; isSpliced: boolean },
  init: Uint8Array,
  read: Map<string, number>,
  id: string,
): void {
  const part = parts.at(-1)
  if (part === undefined || part.isGap || read.get(`${id} seen`) === part.number) return
  read.set(`${id} seen`, part.number)
  const demuxer = new Fmp4Demuxer()
  const frames: Frame[] = []
  const sink = { onTrack() {}, onFrame: (frame: Frame) => frames.push(frame) }
  demuxer.push(init, sink)
  demuxer.push(part.bytes, sink)
  const before = read.get(id)
  if (before !== undefined && !isSpliced) assert.ok(frames[0]!.dts >= before, `${id}: ${frames[0]!.dts} after ${before}`)
  read.set(id, frames.at(-1)!.dts)
}

test('whatever the source is, every version of every playlist holds to what players depend on (seed 13) [PLB-01]', () => {
  fc.assert(
    fc.property(shows, (show) => void play(show)),
    { seed: 13, numRuns: 150 },
  )
})
