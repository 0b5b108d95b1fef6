import assert from 'node:assert/strict'
import { type AudioTrack, type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { parseMpd, type ReadMpd } from '@sluice/containers/mpd'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { ProgrammeBus } from '../../bus/index.ts'
import { bufferPolicyOf } from '../../hls/index.ts'
import { Packager, RungPackager } from '../../packager/index.ts'
import { MediaStore } from '../../store/index.ts'
import type { GrowingFile, ViewAnswer } from '../../view/index.ts'
import { DashView } from '../index.ts'

export const video = makeVideoTrack()
export const small = makeVideoTrack('128x64')
export const audio = makeAudioTrack()
const policy = bufferPolicyOf({ segmentMs: 2000, partMs: 500, windowSegments: 4 })
const beside = { media: '', prefix: '' }
const lagMs = 250

/** What of one programme that begins at a second comes from `fromMs` up to `toMs`. */
export const piece = (fromMs: number, toMs: number, sound: AudioTrack | null = audio): Frame[] =>
  makeMedia({ video, audio: sound, startMs: 1000, durationMs: toMs - 1000 }).filter(({ dts }) => dts >= fromMs * ticksPerMs)

export type Stage = ReturnType<typeof makeStage>

/** DASH of a programme whose frames arrive as they are due, and of a rung that lags where `hasRung` says so. */
export function makeStage(
  options: { tracks?: readonly Track[]; hasRung?: boolean; clock?: FakeClock; after?: MediaStore['position'] } = {},
) {
  const clock = options.clock ?? new FakeClock()
  const faults: unknown[] = []
  const onFault = (error: unknown): void => void faults.push(error)
  const [bus, rungBus] = [new ProgrammeBus(onFault), new ProgrammeBus(onFault)]
  const store = new MediaStore({ clock, maxSegments: 4, targetDurationS: 2, ...(options.after && { after: options.after }) })
  const rungs = options.hasRung ? ['source', '720p'] : ['source']
  const dash = new DashView({ store, clock, policy, rungs, onFault })
  const parts = { store, clock, segmentMs: 2000, partMs: 500, onFault }
  const packager = new Packager({ ...parts, bus })
  if (options.hasRung) new RungPackager({ ...parts, bus: rungBus, rung: '720p' })
  const splice = (own: Track = small): void => {
    bus.splice(options.tracks ?? [video, audio])
    rungBus.splice([own])
  }
  splice()
  const send = (frames: readonly Frame[]): void => {
    const all = frames.map((frame) => ({ frame, atMs: frame.dts / ticksPerMs, to: bus }))
    const own = options.hasRung
      ? frames
          .filter(({ track }) => track.kind === 'video')
          .map((frame) => ({ frame: { ...frame, track: rungBus.tracks[0]! }, atMs: frame.dts / ticksPerMs + lagMs, to: rungBus }))
      : []
    for (const { frame, atMs, to } of [...all, ...own].sort((a, b) => a.atMs - b.atMs)) {
      clock.advance(Math.max(0, atMs - clock.nowMs()))
      to.putFrame(frame)
    }
  }
  return { clock, bus, rungBus, store, dash, packager, splice, send, faults }
}

export function ask(
  { dash }: Pick<Stage, 'dash'>,
  name: string,
  addresses = beside,
): { answers: ViewAnswer[]; cancel: (() => void) | null } {
  const answers: ViewAnswer[] = []
  const cancel = dash.ask(name, new URLSearchParams(), addresses, (answer) => void answers.push(answer))
  return { answers, cancel }
}

export function manifest(stage: Pick<Stage, 'dash'>, addresses = beside): { text: string; mpd: ReadMpd } {
  const [answer] = ask(stage, 'manifest.mpd', addresses).answers
  assert.ok(typeof answer === 'object' && 'gzip' in answer, `the manifest is ${answer}`)
  const text = Buffer.concat(answer.body).toString()
  return { text, mpd: parseMpd(text)! }
}

export const growing = (stage: Stage, name: string): GrowingFile => {
  const [file] = ask(stage, name).answers
  assert.ok(typeof file === 'object' && 'follow' in file, `${name} is ${file}`)
  return file
}
export const setsOf = ({ mpd }: { mpd: ReadMpd }) =>
  mpd.periods.map(({ sets }) => sets.map(({ representations }) => representations.map(({ id }) => id)))
