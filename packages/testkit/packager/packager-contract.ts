import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equalBytes } from '@sluice/base/bytes'
import type { Clock } from '@sluice/base/clock'
import { type Frame, type Track, ticksPerMs, type VideoTrack } from '@sluice/codecs/frame'
import { ProgrammeBus } from '@sluice/media/bus'
import { MediaStore, type Rendition, type Segment } from '@sluice/media/store'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'

/** What cuts a programme into a store, as the engine drives it. */
export type DrivenPackager = { finishSegment(): void; clear(): void; close(): void }

export type PackagerCase = {
  readonly name: string
  readonly open: (parts: {
    readonly bus: ProgrammeBus
    readonly store: MediaStore
    readonly clock: Clock
    readonly segmentMs: number
    readonly partMs: number
    readonly onFault: (error: unknown) => void
  }) => DrivenPackager
  /** The frames of a segment of one track as a reader of its format finds them with the segment's init data, in decoding order. */
  readonly read: (segment: Segment) => readonly Frame[]
  /** One segment may have so many bytes, whatever the encoder does. */
  readonly maxSegmentBytes: number
  /** So many frames may wait for a cut. */
  readonly maxOpenFrames: number
}

const segmentMs = 2000
const partMs = 500
const video = makeVideoTrack()
const audio = makeAudioTrack()

/** What the store and its views rely on, whatever the format: no frame lost or twice, true times and splices, bounds, a quiet end. */
export function packagerContract(cases: readonly PackagerCase[]): void {
  for (const one of cases) {
    const check = (title: string, run: (stage: Stage) => void, options: StageOptions = {}): void => {
      test(`${one.name}: ${title}`, () => run(makeStage(one, options)))
    }

    check(
      'segments start with a key frame, hold every frame once, sound from the first picture on, and follow on from each other',
      (stage) => {
        const frames = makeMedia({ video, audio, durationMs: 9000, gopFrames: 45, reorderFrames: 2 })
        stage.send(frames)
        stage.packager.finishSegment()
        const shown = frames[0]!.pts - 960
        // Pictures are decoded as late as can be: a run begins with the first one, decoded when it is shown.
        const waits = frames.filter(({ track }) => track.kind === 'video').map(({ pts, dts }) => pts - dts)
        const later = Math.min(...waits)
        assert.ok(later > 0 && waits[0]! > later)
        const packed = frames.map((frame) => (frame.track.kind === 'video' ? { ...frame, dts: frame.dts + later } : frame))
        stage.expectFrames(
          packed.filter(({ track, dts }) => track.kind === 'video' || dts >= shown),
          0,
          frames.at(-1)!.dts + 1,
        )
        for (const segment of stage.pictures()) {
          const first = stage.read(segment)[0]!
          assert.deepEqual(
            [first.isKey, first.pts, segment.startPts, segment.isIndependent],
            [true, segment.startDts, segment.startDts, true],
          )
        }
        stage.expectSteady()
        assert.equal(stage.pictures().filter(({ isSpliced }) => isSpliced).length, 0)
      },
    )

    check('a source that dies between pictures leaves none behind its end, and sound until its last picture is gone', (stage) => {
      const step = 3600
      // I0 P3 B1 B2 P6 and so on, up to a P: the two pictures before it never come.
      const pictures = Array.from({ length: 101 }, (_, i): Frame => {
        const order = i === 0 ? 0 : i % 3 === 1 ? i + 2 : i - 1
        return { ...makeFrame(video, i * 40, { isKey: i === 0 }), pts: (order + 1) * step }
      })
      const sounds = makeMedia({ audio, durationMs: 3900 })
      stage.send([...pictures, ...sounds].sort((a, b) => a.dts - b.dts))
      stage.packager.finishSegment()
      const shown = stage.pictures().flatMap((segment) => stage.read(segment).map(({ pts }) => pts))
      shown.sort((a, b) => a - b)
      assert.deepEqual(
        shown,
        pictures.map((_, i) => (i + 1) * step),
        'one picture after another',
      )
      const heard = stage.sounds().at(-1)!
      const silentTicks = shown.at(-1)! + step - heard.startDts - heard.duration90k
      assert.ok(silentTicks >= 0 && silentTicks <= 1920, `sound ends ${silentTicks} ticks before the picture`)
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
      for (const { segments } of stage.store.renditions) {
        const spliced = segments.filter(({ isSpliced }) => isSpliced)
        assert.deepEqual(
          spliced.map(({ startDts, splices }) => [startDts, splices]),
          [[after[0]!.dts, 1]],
        )
        assert.equal(new Set(segments.map(({ init }) => init?.version)).size, 1)
      }
    })

    check('another picture size makes new init data behind a splice, and each segment is read with its own', (stage) => {
      const other = makeVideoTrack('128x64')
      const before = makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 })
      const after = makeMedia({ video: other, audio, startMs: 3000, durationMs: 4200 })
      stage.send([...before, ...after])
      stage.packager.finishSegment()
      stage.expectFrames([...before, ...after])
      const [first, last] = [stage.pictures()[0]!, stage.pictures().at(-1)!]
      assert.ok(last.init!.version > first.init!.version)
      assert.deepEqual([widthOf(stage.read(first)), widthOf(stage.read(last))], [64, 128])
      const changed = stage.pictures().find(({ init }) => init?.version === last.init!.version)!
      assert.deepEqual([changed.isSpliced, changed.startDts], [true, after[0]!.dts])
    })

    check(
      'sound that joins and leaves is in the segments of its time, and silence goes on for those who play it',
      (stage) => {
        const alone = makeMedia({ video, durationMs: 2500, gopFrames: 30 })
        const both = makeMedia({ video, audio, startMs: 2500, durationMs: 4000, gopFrames: 30 })
        const again = makeMedia({ video, startMs: 6500, durationMs: 4000, gopFrames: 30 })
        stage.send([...alone, makeFrame(audio, 2490), ...both])
        stage.bus.dropTrack(audio)
        stage.send(again)
        stage.packager.finishSegment()
        // What joins in the middle of a GOP may wait for the next key frame; from there on nothing is missing.
        stage.expectFrames([...both, ...again], 2500 * ticksPerMs, 6500 * ticksPerMs)
        const [pictures, sound] = [stage.pictures(), stage.sounds()]
        assert.ok(sound[0]!.number > pictures[0]!.number)
        assert.ok(sound.at(-1)!.number >= pictures.at(-1)!.number - 1 && !sound.at(-1)!.parts.some(({ isGap }) => isGap))
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
        assert.ok(stage.pictures().at(-1)!.startDts > 2 ** bits)
      })
    }

    check('the last moments of a source can be had at once, and what follows is spliced', (stage) => {
      const frames = makeMedia({ video, audio, durationMs: 2500 })
      stage.send(frames)
      stage.packager.finishSegment()
      stage.expectFrames(frames)
      stage.packager.finishSegment() // nothing is open any more
      assert.equal(stage.pictures().length, 2)
      stage.send(makeMedia({ video, audio, startMs: 9000, durationMs: 2100 }))
      const { number, isSpliced } = stage.pictures()[2]!
      assert.deepEqual([number, isSpliced], [stage.pictures()[0]!.number + 2, true])
    })

    check('an ended programme leaves nothing after a minute, and the next one begins with its own media', (stage) => {
      stage.send(makeMedia({ video, audio, durationMs: 5000 }))
      stage.packager.clear()
      const numbers = stage.pictures().map(({ number }) => number)
      assert.deepEqual([stage.store.state, numbers.length], ['ended', 3])
      stage.clock.advance(60_000)
      assert.deepEqual([stage.pictures().length, stage.store.bytes, stage.clock.pendingTimers], [0, 0, 0])
      const next = makeMedia({ video, audio, startMs: 60_000, durationMs: 4000 })
      stage.send(next)
      stage.packager.finishSegment()
      stage.expectFrames(next)
      assert.ok(stage.pictures()[0]!.number > numbers.at(-1)! && stage.pictures()[0]!.isSpliced)
    })

    for (const [name, at] of badClocks) {
      check(`timestamps that ${name} hold no more than the bounds`, (stage) => {
        let put = 0
        let stored = 0
        const seen = new Map<string, number>()
        stage.store.subscribe({
          onChange() {
            for (const { id, segments } of stage.store.renditions) {
              const parts = segments.slice(-2).flatMap((segment) => segment.parts)
              stored += parts.reduce((sum, { number, frames }) => sum + (number > (seen.get(id) ?? 0) ? frames : 0), 0)
              seen.set(id, parts.at(-1)?.number ?? 0)
            }
            for (const { segments } of stage.store.renditions) {
              const { bytes = 0, duration90k = 0 } = segments.at(-1) ?? {}
              assert.ok(bytes <= one.maxSegmentBytes, `${bytes} bytes`)
              assert.ok(Number.isSafeInteger(duration90k) && duration90k >= 0, `${duration90k} ticks`)
            }
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
        const after = stage.pictures().filter(({ startDts }) => startDts >= 8000 * ticksPerMs)
        assert.ok(after.length >= 2 && after[0]!.isSpliced, 'the package stood still after the fault')
      },
      { tracks: [video] },
    )

    check('a view that throws costs no more than the segment that was begun, and the gap is a splice', (stage) => {
      const leave = stage.store.subscribe({
        onChange() {
          throw new Error('a fault of a view')
        },
      })
      stage.send(makeMedia({ video, audio, durationMs: 1000 }))
      leave()
      stage.send(makeMedia({ video, audio, startMs: 4000, durationMs: 4500 }))
      assert.ok(stage.faults.length >= 1)
      const [first, second] = stage.pictures()
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
  const store = new MediaStore({ clock, maxSegments: 1000, targetDurationS: segmentMs / 1000, maxBytes: storeBytes })
  const packager = open({ bus, store, clock, segmentMs, partMs, onFault: (error) => faults.push(error) })
  const renditionOf = (kind: Track['kind']): Rendition | undefined => store.renditions.find((rendition) => rendition.kind === kind)
  const pictures = (): readonly Segment[] => renditionOf('video')?.segments ?? []
  const sounds = (): readonly Segment[] => renditionOf('audio')?.segments ?? []
  bus.splice(tracks)
  const send = (frames: readonly Frame[]): void => {
    for (const frame of frames) {
      clock.advance(Math.max(0, Math.min(1000, frame.dts / ticksPerMs - clock.nowMs())))
      bus.putFrame(frame)
    }
  }

  /** Every segment ends where the next one begins, and lasts about as long as asked for; sound is a frame off at most, under the same number. */
  const expectSteady = (): void => {
    for (const [i, next] of pictures().slice(1).entries()) {
      const { number, startDts, duration90k } = pictures()[i]!
      assert.deepEqual([next.number, next.startDts], [number + 1, startDts + duration90k])
      const isLast = i === pictures().length - 2
      assert.ok(
        isLast || (duration90k >= 1400 * ticksPerMs && duration90k <= 2450 * ticksPerMs),
        `segment ${i} lasts ${duration90k / ticksPerMs} ms`,
      )
    }
    for (const [i, { number, startDts }] of sounds().entries()) {
      assert.equal(number, pictures()[i]?.number)
      assert.ok(
        Math.abs(startDts - pictures()[i]!.startPts) <= 1920,
        `sound of segment ${i} is ${startDts - pictures()[i]!.startPts} ticks off`,
      )
    }
  }

  /** From `fromDts` on the store holds these frames, each of them once, with its bytes and times, in the order of each kind. */
  const expectFrames = (wanted: readonly Frame[], fromDts = 0, soundUntilDts = Number.POSITIVE_INFINITY): void => {
    const all = [...pictures(), ...sounds()].flatMap((segment) => {
      const frames = read(segment)
      assert.equal(frames.length, framesIn(segment))
      return frames.filter(({ dts }) => dts >= fromDts)
    })
    const found = all.filter(({ track, dts }) => track.kind === 'video' || dts < soundUntilDts)
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
    const segments = store.renditions.flatMap((rendition) => rendition.segments)
    assert.ok(segments.length >= 4, `${segments.length} segments`)
    for (const { duration90k } of segments.slice(0, -1)) {
      assert.deepEqual([store.renditions.length, Math.abs(duration90k / ticksPerMs - segmentMs) < 100], [1, true])
    }
  }

  return { clock, bus, store, packager, pictures, sounds, faults, read, send, expectSteady, expectFrames, expectAlone }
}

const framesIn = ({ parts }: Segment): number => parts.reduce((sum, { frames }) => sum + frames, 0)
const timesOf = ({ dts, pts, isKey }: Frame): unknown => [dts, pts, isKey]
const widthOf = (frames: readonly Frame[]): number | undefined =>
  frames.map(({ track }) => track).find((track): track is VideoTrack => track.kind === 'video')?.width
