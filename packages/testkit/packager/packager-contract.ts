import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equalBytes } from '@sluice/base/bytes'
import { type Frame, type Track, ticksPerMs, type VideoTrack } from '@sluice/codecs/frame'
import { ProgrammeBus } from '@sluice/media/bus'
import { type Segment, SegmentStore } from '@sluice/media/store'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'

/** What cuts a programme into a store, as the engine drives it. */
export type DrivenPackager = { finishSegment(): void; clear(): void; close(): void }

export type PackagerCase = {
  readonly name: string
  readonly open: (parts: { readonly bus: ProgrammeBus; readonly store: SegmentStore; readonly segmentMs: number }) => DrivenPackager
  /** The frames of a segment as a reader of its format finds them with the segment's init data, in decoding order. */
  readonly read: (segment: Segment) => readonly Frame[]
  /** One segment may have so many bytes, whatever the encoder does. */
  readonly maxSegmentBytes: number
  /** So many frames may wait for a cut. */
  readonly maxOpenFrames: number
}

const segmentMs = 2000
const video = makeVideoTrack()
const audio = makeAudioTrack()

/** What the store and its views rely on, whatever the format: no frame lost or twice, true times and splices, bounds, a quiet end. */
export function packagerContract(cases: readonly PackagerCase[]): void {
  for (const one of cases) {
    const check = (title: string, run: (stage: Stage) => void, options: StageOptions = {}): void => {
      test(`${one.name}: ${title}`, () => run(makeStage(one, options)))
    }

    check('segments start with a key frame, hold every frame once, and follow on from each other', (stage) => {
      const frames = makeMedia({ video, audio, startMs: 5000, durationMs: 9000, gopFrames: 45, reorderFrames: 2 })
      stage.send(frames)
      stage.packager.finishSegment()
      stage.expectFrames(frames)
      for (const segment of stage.store.segments) {
        const first = stage.read(segment).find(({ track }) => track.kind === 'video')!
        assert.deepEqual([first.isKey, first.dts, segment.isIndependent], [true, segment.startDts, true])
      }
      stage.expectSteady()
      assert.equal(stage.store.segments.filter(({ isSpliced }) => isSpliced).length, 0)
    })

    check('pictures alone are cut at key frames', (stage) => stage.expectAlone(makeMedia({ video, durationMs: 9000 })), { tracks: [video] })

    check('sound alone is cut too', (stage) => stage.expectAlone(makeMedia({ audio, durationMs: 9000 })), { tracks: [audio] })

    check('a splice parts segments, keeps the init data and loses nothing [FAI-10]', (stage) => {
      const before = makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 })
      const after = makeMedia({ video, audio, startMs: 9000, durationMs: 4000 })
      stage.send(before)
      stage.bus.splice([makeVideoTrack(), makeAudioTrack()])
      stage.send(after)
      stage.packager.finishSegment()
      stage.expectFrames([...before, ...after])
      const spliced = stage.store.segments.filter(({ isSpliced }) => isSpliced)
      assert.deepEqual(
        spliced.map(({ startDts, splices }) => [startDts, splices]),
        [[after[0]!.dts, 1]],
      )
      assert.equal(new Set(stage.store.segments.map(({ init }) => init.version)).size, 1)
    })

    check('another picture size makes new init data behind a splice, and each segment is read with its own', (stage) => {
      const other = makeVideoTrack('128x64')
      const before = makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 })
      const after = makeMedia({ video: other, audio, startMs: 3000, durationMs: 4200 })
      stage.send([...before, ...after])
      stage.packager.finishSegment()
      stage.expectFrames([...before, ...after])
      const [first, last] = [stage.store.segments[0]!, stage.store.segments.at(-1)!]
      assert.ok(last.init.version > first.init.version)
      assert.deepEqual([widthOf(stage.read(first)), widthOf(stage.read(last))], [64, 128])
      const changed = stage.store.segments.find(({ init }) => init.version === last.init.version)!
      assert.deepEqual([changed.isSpliced, changed.startDts], [true, after[0]!.dts])
    })

    check(
      'sound that joins and leaves is in the segments of its time',
      (stage) => {
        const alone = makeMedia({ video, durationMs: 2500, gopFrames: 30 })
        const both = makeMedia({ video, audio, startMs: 2500, durationMs: 4000, gopFrames: 30 })
        const again = makeMedia({ video, startMs: 6500, durationMs: 4000, gopFrames: 30 })
        stage.send([...alone, makeFrame(audio, 2490), ...both])
        stage.bus.dropTrack(audio)
        stage.send(again)
        stage.packager.finishSegment()
        // What joins in the middle of a GOP may wait for the next key frame; from there on nothing is missing.
        stage.expectFrames([...both, ...again], 2500 * ticksPerMs)
        const kinds = stage.store.segments.map((segment) => segment.init.tracks.map(({ kind }) => kind).join())
        assert.deepEqual([kinds[0], kinds.includes('video,audio'), kinds.at(-1)], ['video', true, 'video'])
      },
      { tracks: [video] },
    )

    for (const bits of [32, 33]) {
      const startMs = 2 ** bits / ticksPerMs - 5000
      check(`times go on over ${bits} bits of ticks`, (stage) => {
        const frames = makeMedia({ video, audio, startMs, durationMs: 10_000 })
        stage.send(frames)
        stage.packager.finishSegment()
        stage.expectFrames(frames)
        stage.expectSteady()
        assert.ok(stage.store.segments.at(-1)!.startDts > 2 ** bits)
      })
    }

    check('the last moments of a source can be had at once, and what follows is spliced', (stage) => {
      const frames = makeMedia({ video, audio, durationMs: 2500 })
      stage.send(frames)
      stage.packager.finishSegment()
      stage.expectFrames(frames)
      stage.packager.finishSegment() // nothing is open any more
      assert.equal(stage.store.segments.length, 2)
      stage.send(makeMedia({ video, audio, startMs: 9000, durationMs: 2100 }))
      assert.equal(stage.store.segments.at(-1)?.isSpliced, true)
    })

    check('an ended programme leaves nothing, and the next one begins with its own media', (stage) => {
      stage.send(makeMedia({ video, audio, durationMs: 5000 }))
      const numbers = stage.store.segments.map(({ number }) => number)
      stage.packager.clear()
      assert.deepEqual([stage.store.segments.length, stage.store.bytes], [0, 0])
      const next = makeMedia({ video, audio, startMs: 60_000, durationMs: 4000 })
      stage.send(next)
      stage.packager.finishSegment()
      stage.expectFrames(next)
      assert.ok(stage.store.segments[0]!.number > numbers.at(-1)!)
    })

    for (const [name, at] of badClocks) {
      check(`timestamps that ${name} hold no more than the bounds`, (stage) => {
        let put = 0
        let stored = 0
        stage.store.subscribe({
          onSegment({ bytes, frames, duration90k }) {
            stored += frames
            assert.ok(bytes.length <= one.maxSegmentBytes, `${bytes.length} bytes`)
            assert.ok(Number.isSafeInteger(duration90k) && duration90k >= 0, `${duration90k} ticks`)
          },
        })
        for (let i = 0; i < 12_000; i++) {
          const isSound = i % 3 === 2
          stage.bus.putFrame(
            makeFrame(isSound ? audio : video, at(i), { isKey: i === 0 || isSound, byteCount: i % 100 === 0 ? 400_000 : 20_000 }),
          )
          put++
          assert.ok(put - stored <= one.maxOpenFrames, `${put - stored} frames wait`)
        }
        assert.ok(stored > 0, 'nothing was ever cut')
        assert.ok(stage.store.bytes <= storeBytes + 3 * one.maxSegmentBytes, `${stage.store.bytes} bytes`)
        assert.deepEqual(stage.faults, [])
      })
    }

    check(
      'a frame that can not be packaged costs its segment, and the next key frame begins anew',
      (stage) => {
        stage.send(makeMedia({ video, startMs: 2000, durationMs: 4000 }))
        stage.bus.splice([video])
        const bad = makeMedia({ video, startMs: 6000, durationMs: 2000 }).map((frame) => ({ ...frame, dts: -1e6, pts: -1e6 }))
        for (const frame of bad) stage.bus.putFrame(frame)
        const good = makeMedia({ video, startMs: 8000, durationMs: 6000 })
        stage.send(good)
        stage.packager.finishSegment()
        assert.ok(stage.faults.length >= 1, 'a time before the beginning was packaged')
        const after = stage.store.segments.filter(({ startDts }) => startDts >= 8000 * ticksPerMs)
        assert.ok(after.length >= 2 && after[0]!.isSpliced, 'the package stood still after the fault')
      },
      { tracks: [video] },
    )

    check('a view that throws costs no more than the segment that was begun, and the gap is a splice', (stage) => {
      const leave = stage.store.subscribe({
        onSegment() {
          throw new Error('a fault of a view')
        },
      })
      stage.send(makeMedia({ video, audio, durationMs: 3000 }))
      leave()
      stage.send(makeMedia({ video, audio, startMs: 4000, durationMs: 4500 }))
      assert.equal(stage.faults.length, 1)
      const [first, second] = stage.store.segments
      assert.deepEqual([first?.isSpliced, second?.isSpliced, second?.startDts], [false, true, 4000 * ticksPerMs])
    })

    check('a closed packager takes nothing more and holds no timer', (stage) => {
      stage.send(makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 }))
      const { segmentsTotal } = stage.store
      stage.packager.close()
      stage.packager.finishSegment()
      stage.send(makeMedia({ video, audio, startMs: 3000, durationMs: 5000 }))
      assert.equal(stage.store.segmentsTotal, segmentsTotal)
      assert.deepEqual([stage.clock.pendingTimers, stage.faults], [0, []])
    })
  }
}

const storeBytes = 64 * 1024 * 1024

/** Encoders whose clock does not run as it should: the time of the i-th frame, milliseconds. */
const badClocks: readonly [name: string, at: (i: number) => number][] = [
  ['stand still', () => 0],
  ['go back', (i) => 1e6 - i * 33],
  ['creep', (i) => i / 90],
]

type StageOptions = { readonly tracks?: readonly Track[] }
type Stage = ReturnType<typeof makeStage>

/** A packager at a programme whose frames arrive as they are due. */
function makeStage({ open, read }: PackagerCase, { tracks = [video, audio] }: StageOptions) {
  const clock = new FakeClock()
  const faults: unknown[] = []
  const bus = new ProgrammeBus((error) => faults.push(error))
  const store = new SegmentStore({ clock, maxSegments: 1000, maxBytes: storeBytes })
  const packager = open({ bus, store, segmentMs })
  bus.splice(tracks)
  const send = (frames: readonly Frame[]): void => {
    for (const frame of frames) {
      clock.advance(Math.max(0, Math.min(1000, frame.dts / ticksPerMs - clock.nowMs())))
      bus.putFrame(frame)
    }
  }

  /** Every segment ends where the next one begins, within a frame of its track, and lasts about as long as asked for. */
  const expectSteady = (): void => {
    for (const [i, next] of store.segments.slice(1).entries()) {
      const { number, startDts, duration90k } = store.segments[i]!
      assert.deepEqual([next.number, next.startDts], [number + 1, startDts + duration90k])
      assert.ok(duration90k >= 1900 * ticksPerMs && duration90k <= 4000 * ticksPerMs, `segment ${i} lasts ${duration90k / ticksPerMs} ms`)
    }
  }

  /** From `fromDts` on the store holds these frames, each of them once, with its bytes and times, in the order of each kind. */
  const expectFrames = (wanted: readonly Frame[], fromDts = 0): void => {
    const found = store.segments.flatMap((segment) => {
      const frames = read(segment)
      assert.equal(frames.length, segment.frames)
      return frames.filter(({ dts }) => dts >= fromDts)
    })
    for (const kind of ['video', 'audio'] as const) {
      const [want, have] = [wanted, found].map((frames) => frames.filter(({ track }) => track.kind === kind))
      assert.deepEqual(have!.map(timesOf), want!.map(timesOf), kind)
      assert.ok(
        have!.every(({ bytes }, i) => equalBytes(bytes, want![i]!.bytes)),
        `${kind}: other bytes`,
      )
    }
  }

  const expectAlone = (frames: readonly Frame[]): void => {
    send(frames)
    packager.finishSegment()
    expectFrames(frames)
    assert.ok(store.segments.length >= 4, `${store.segments.length} segments`)
    for (const { init, duration90k } of store.segments.slice(0, -1)) {
      assert.deepEqual([init.tracks.length, Math.abs(duration90k / ticksPerMs - segmentMs) < 100], [1, true])
    }
  }

  return { clock, bus, store, packager, faults, read, send, expectSteady, expectFrames, expectAlone }
}

const timesOf = ({ dts, pts, isKey }: Frame): unknown => [dts, pts, isKey]
const widthOf = (frames: readonly Frame[]): number | undefined =>
  frames.map(({ track }) => track).find((track): track is VideoTrack => track.kind === 'video')?.width
