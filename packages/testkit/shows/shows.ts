import type { Frame, Track } from '@sluice/codecs/frame'
import type { ProgrammeBus } from '@sluice/media/bus'
import type { Packager } from '@sluice/media/packager'
import fc from 'fast-check'
import type { FakeClock } from '../clock/index.ts'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '../frames/index.ts'

/** One source on the air, from its first frame to its last. */
export type Run = {
  readonly fps: number
  readonly gopFrames: number
  readonly reorder: number
  /** Frames are off their time by up to so much of a frame. */
  readonly jitter: number
  readonly durationS: number
  readonly video: 'none' | 'small' | 'wide'
  readonly audio: boolean
  /** Seconds without media before it. */
  readonly pauseS: number
  /** Whether the source is told gone before the next one comes. */
  readonly isGone: boolean
}

/** What a packager and its views are made to go through: any frame rate, uneven frames, B-frames, long GOPs, one kind of media alone, pauses and switches. */
export type Show = { readonly runs: readonly Run[]; readonly partMs: 500 | 1000; readonly startS: number; readonly windowSegments: number }

const tracksOf = { none: null, small: makeVideoTrack(), wide: makeVideoTrack('128x64') } as const
const audio = makeAudioTrack()

/** The tracks of a run. */
const tracksIn = (run: Run): Track[] => [tracksOf[run.video], run.audio ? audio : null].filter((track) => track !== null)

/** Frames of a run in the order in which they arrive, from `startMs` on. */
function framesOf(run: Run, startMs: number): Frame[] {
  const frames: Frame[] = []
  const video = tracksOf[run.video]
  const stepMs = 1000 / run.fps
  if (video !== null) {
    for (let i = 0; i * stepMs < run.durationS * 1000; i++) {
      const offMs = i % run.gopFrames === 0 ? 0 : run.jitter * stepMs * Math.sin(i * 7)
      const dtsMs = startMs + i * stepMs + offMs
      frames.push(makeFrame(video, dtsMs, { isKey: i % run.gopFrames === 0, ptsMs: dtsMs + run.reorder * stepMs, byteCount: 60 }))
    }
  }
  if (run.audio) for (let i = 0; i * (1024 / 48) < run.durationS * 1000; i++) frames.push(makeFrame(audio, startMs + (i * 1024) / 48))
  return frames.sort((a, b) => a.dts - b.dts)
}

const runs = fc.record({
  fps: fc.constantFrom(5, 10, 12, 15, 23.976, 24, 25, 29.97, 30, 50, 59.94, 60, 90, 120),
  gopFrames: fc.integer({ min: 1, max: 400 }),
  reorder: fc.integer({ min: 0, max: 3 }),
  jitter: fc.constantFrom(0, 0, 0.05, 0.3),
  durationS: fc.integer({ min: 1, max: 140 }).map((tenths) => tenths / 10),
  video: fc.constantFrom('none', 'small', 'small', 'wide'),
  audio: fc.boolean(),
  pauseS: fc.constantFrom(0, 0, 0.7, 4),
  isGone: fc.boolean(),
}) as fc.Arbitrary<Run>
export const shows: fc.Arbitrary<Show> = fc.record({
  runs: fc.array(
    runs.map((run) => (run.video === 'none' ? { ...run, audio: true } : run)),
    { minLength: 1, maxLength: 5 },
  ),
  partMs: fc.constantFrom(500, 1000),
  startS: fc.constantFrom(1, 50_000, 25 * 3600, 2 ** 33 / 90_000 - 5),
  windowSegments: fc.integer({ min: 3, max: 12 }),
})

/** Plays all runs on the bus, each frame when it is due. */
export function playRuns(
  { runs, startS }: Pick<Show, 'runs' | 'startS'>,
  { clock, bus, packager }: { clock: FakeClock; bus: ProgrammeBus; packager: Pick<Packager, 'finishSegment'> },
): void {
  let atMs = startS * 1000
  for (const run of runs) {
    atMs += run.pauseS * 1000
    bus.splice(tracksIn(run))
    for (const frame of framesOf(run, atMs)) {
      clock.advance(Math.max(0, frame.dts / 90 - clock.nowMs()))
      bus.putFrame(frame)
    }
    if (run.isGone) packager.finishSegment()
    atMs += run.durationS * 1000 + 40
  }
}
