import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { ChannelSpec, OutputSpec, RungSpec } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { childrenOf, commandOf, innermost } from '../support/children.ts'
import { startEngineProcess } from '../support/engine-process.ts'
import { makeFolder } from '../support/folder.ts'
import { runProgram } from '../support/program.ts'
import { isKeyMessage, videoFrames } from '../support/sink-frames.ts'
import { until } from '../support/wait.ts'

export const rung360: RungSpec = {
  rungId: 'r360',
  name: '360p',
  video: {
    codec: 'h264',
    width: 640,
    height: 360,
    fps: { num: 25, den: 1 },
    bitrateKbps: 600,
    gopMs: 1000,
    preset: 'ultrafast',
    fit: 'fit',
    cropAt: 0.5,
  },
  audio: { codec: 'aac', bitrateKbps: 96, channels: 2, track: 0, gainDb: 0 },
}

type ShowOptions = { backupKey?: string; crowd?: number; rungs?: readonly [RungSpec, ...RungSpec[]] }

/** An engine with a channel: `o` passes the source through, `x` is on the first rung. Each has a sink that keeps what comes. `crowd`: further outputs, half of them on the rung. */
export async function startLadderShow(t: TestContext, { backupKey, crowd = 0, rungs = [rung360] }: ShowOptions = {}) {
  const [{ rungId: first }] = rungs
  const engine = await startEngineProcess(t)
  const [passed, low, others] = [await openRtmpSink(), await openRtmpSink(), await openRtmpSink({ isRecording: false })]
  t.after(() => Promise.all([passed.close(), low.close(), others.close()]))
  let revision = 0
  const outputs: OutputSpec[] = [
    makeOutputSpec({ outputId: 'o', url: passed.url }),
    makeOutputSpec({ outputId: 'x', url: low.url, rung: first }),
    ...Array.from({ length: crowd }, (_, i) =>
      makeOutputSpec({ outputId: `other-${i}`, url: others.url, rung: i % 2 === 0 ? 'source' : first }),
    ),
  ]
  const carry = (change: Partial<ChannelSpec> = {}): void =>
    engine.control.carry(
      makeChannelSpec({
        channelId: 'show',
        key: 'k1',
        ...(backupKey === undefined ? {} : { backupKey }),
        revision: ++revision,
        outputs,
        rungs: [...rungs],
        ...change,
      }),
    )
  carry()
  const actual = () => engine.control.actual('show')
  const output = (outputId: string) => engine.control.output(outputId)
  const rung = () => actual()?.rungs?.find(({ rungId }) => rungId === first)
  return {
    engine,
    carry,
    outputs,
    actual,
    output,
    rung,
    /** In full, or with less than was asked for where the machine is busy. */
    isEncoding: (): boolean => ['running', 'reduced'].includes(rung()?.state ?? ''),
    stats: () => engine.control.stats?.channels.find(({ channelId }) => channelId === 'show')?.rungs?.[0],
    events: (name: string) => engine.control.events.filter((event) => event.name === name),
    passed: () => passed.sessions[0]!,
    low: () => low.sessions[0]!,
    /** Of the outputs beside them: why each session ended, null for none. */
    crowdEnds: () => others.sessions.map(({ ended }) => ended),
    sessions: () => [passed.sessions.length, low.sessions.length],
    /** The process that encodes; null while there is none. */
    encoder: (): number | null => {
      const [first] = childrenOf(engine.program.pid)
      const pid = first === undefined ? null : innermost(first)
      return pid !== null && commandOf(pid).includes('ladder-main') ? pid : null
    },
    async areLive(): Promise<void> {
      await until('both outputs are live', () => output('o')?.state === 'live' && output('x')?.state === 'live', 40_000)
    },
  }
}

export type Probed = { readonly width: number; readonly height: number; readonly frames: number }

/** What ffprobe makes of a session. */
export async function probeSession(t: TestContext, session: SinkSession): Promise<Probed & { readonly file: string }> {
  const file = path.join(makeFolder(t), 'session.flv')
  writeFileSync(file, flvOfMessages(session.messages))
  const text = await runProgram(t, 'ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-count_packets'],
    ...['-show_entries', 'stream=width,height,nb_read_packets', '-of', 'csv=p=0', file],
  ])
  const [width = 0, height = 0, frames = 0] = text.trim().split(',').map(Number)
  return { file, width, height, frames }
}

/** Decoder configurations of H.264 that came, one a change. */
export function configsOf(session: SinkSession): string[] {
  const found: string[] = []
  for (const { kind, body } of session.messages) {
    if (kind !== 'video' || body[1] !== 0) continue
    const config = Buffer.from(body.subarray(5)).toString('hex')
    if (found.at(-1) !== config) found.push(config)
  }
  return found
}

/** Distances of key frames in ms, in order. */
export function gopsOf(session: SinkSession): number[] {
  const keys = videoFrames(session)
    .filter(isKeyMessage)
    .map(({ timestampMs }) => timestampMs)
  return keys.slice(1).map((timeMs, i) => timeMs - keys[i]!)
}
