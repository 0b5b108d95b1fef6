import type { Frame, Track } from '@sluice/codecs/frame'
import type { LinkMessage } from '@sluice/containers/frame-link'
import type { ToLadder } from '@sluice/contract/ladder'
import type { ChannelSpec, RungSpec } from '@sluice/contract/link'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { makeStage, toOutput } from '../../channel/testing/channel-stage.ts'
import { type FakeLadder, fakeLadders } from './fake-ladder.ts'

export const lowRung: RungSpec = {
  rungId: 'low',
  name: '360p',
  video: {
    codec: 'h264',
    width: 640,
    height: 360,
    fps: { num: 25, den: 1 },
    bitrateKbps: 800,
    gopMs: 1000,
    preset: 'veryfast',
    fit: 'fit',
    cropAt: 0.5,
  },
  audio: { codec: 'aac', bitrateKbps: 96, channels: 2, track: 0, gainDb: 0 },
}

type Sent = ToLadder | LinkMessage

/** A channel with a pass-through output `o` and one on a rung, `x`, whose child encodes what it is given 80 ms later once `encodes` is set. */
export function makeLadderStage(given: Partial<ChannelSpec> = {}, rungs: readonly RungSpec[] = [lowRung]) {
  const { open, all } = fakeLadders()
  const outputs = [toOutput('o', { streamKey: 'k' }), toOutput('x', { rung: 'low', streamKey: 'kx' })]
  const stage = makeStage({ outputs, rungs: [...rungs], ...given }, { openLadder: open })
  const tracks: Record<Track['kind'], Track> = { video: makeVideoTrack('128x64'), audio: makeAudioTrack() }
  const doing = { encodes: true, lagMs: 80 }
  /** What of a child's input was answered. */
  const answered = new WeakMap<FakeLadder, number>()

  const specOf = (child: FakeLadder) => child.got.filter((message) => message.type === 'spec').at(-1)
  const sources = (child: FakeLadder) => child.got.filter((message) => message.type === 'source')
  const framesOf = (child: FakeLadder, kind?: Track['kind']) =>
    child.got.filter((message) => message.type === 'frame').filter((frame) => kind === undefined || frame.kind === kind)

  /** The child beats, and encodes what is due: one frame for each live one, of the kinds that each rung encodes. */
  const live = (child: FakeLadder): void => {
    const spec = specOf(child)
    child.say({ type: 'beat', rssBytes: 1e8, cpuMs: 1, busy: 0.2, lateMs: 10, level: 0 })
    if (spec === undefined || !doing.encodes) return
    const liveDts = sources(child).at(-1)?.liveDts ?? 0
    const dueDts = (newestDts(child.got) ?? 0) - doing.lagMs * 90
    const from = answered.get(child) ?? 0
    let at = from
    for (; at < child.got.length; at++) {
      const message = child.got[at]!
      if (message.type !== 'frame') continue
      if (message.dts > dueDts) break
      if (message.dts < liveDts) continue
      for (const { slot, nextDts, rung } of spec.rungs) {
        if (rung[message.kind] === null || message.dts < (nextDts ?? 0)) continue
        const frame = makeFrame(tracks[message.kind], message.dts / 90, { isKey: message.isKey })
        child.give(slot, [{ ...frame, readMs: message.readMs } as Frame])
      }
    }
    answered.set(child, at)
  }
  const run = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 40) {
      stage.run(40)
      const child = all.at(-1)
      if (child !== undefined && !child.isKilled) live(child)
    }
  }
  const ready = (): void => all.at(-1)!.say({ type: 'hello', problem: null })
  const rung = (rungId = 'low') => stage.channel.actual().rungs?.find((one) => one.rungId === rungId)
  const dialOf = (streamKey: string) => stage.dials.filter(({ target }) => target.streamKey === streamKey).at(-1)!
  /** On the air, the child encodes, both outputs are connected. */
  const start = () => {
    const publisher = stage.publish()
    run(400)
    ready()
    run(2400)
    const [passed, low] = [dialOf('k').accept(), dialOf('kx').accept()]
    run(400)
    return { publisher, passed, low }
  }
  return { ...stage, all, doing, outTracks: tracks, run, ready, rung, dialOf, start, specOf, sources, framesOf }
}

const newestDts = (got: readonly Sent[]): number | null => {
  const last = got.findLast((message) => message.type === 'frame')
  return last?.type === 'frame' ? last.dts : null
}

/** Lines of a connection of the fake transport: `video 40 key`. */
const linesOf = (connection: { written: readonly Uint8Array[] }): string[] =>
  Buffer.concat(connection.written)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
/** Times of one kind, as they were written. */
export const timesOf = (connection: { written: readonly Uint8Array[] }, kind: Track['kind']): number[] =>
  linesOf(connection)
    .filter((line) => line.startsWith(kind))
    .map((line) => Number(line.split(' ')[1]))
