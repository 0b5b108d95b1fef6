import { type Channel, type ChannelPlan, type Output, paths } from '@sluice/contract/api'
import type { ChannelActual, ChannelSpec, InputActual } from '@sluice/contract/link'
import { makeInputActual, makeInputStats } from '@sluice/testkit/rows'
import { eventually } from '@sluice/testkit/wait'
import type { Caller, ControlUnderTest } from './control-under-test.ts'

export type Shape = {
  width?: number
  height?: number
  fps?: number
  kbps: number
  codec?: string
  minGopMs?: number
  rungs?: ChannelActual['rungs']
  hasCaptions?: true
  hdr?: 'pq' | 'hlg'
  isMute?: boolean
  outputs?: 'live' | 'backoff'
}
const codecString = 'avc1.640028'

/** A channel with an output on Twitch, and whoever makes its figures. `body`: what the output is made with otherwise. */
export async function makeShow(under: Pick<ControlUnderTest, 'host'>, operator: Caller, body: object = {}) {
  const engine = () => under.host.newest
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const target = { url: 'rtmp://live.twitch.tv/app', streamKey: 'live_1_a', platform: 'twitch' }
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'Twitch', ...target, ...body })
  const spec = (): ChannelSpec | undefined => engine().specs.get(channel.id)
  const way = (): string | undefined => spec()?.outputs.find(({ outputId }) => outputId === output.id)?.rung
  await engine().until(() => way() !== undefined)
  const [primary] = channel.inputs
  /** So many seconds of such a source in a broadcast. */
  const play = (shape: Shape, startedAt: string, { inputId = primary!.id, seconds = 15 } = {}): void => {
    const {
      width = 1920,
      height = 1080,
      fps = 30,
      kbps,
      codec = 'h264',
      minGopMs = 2000,
      rungs = [],
      hasCaptions,
      hdr,
      isMute = false,
      outputs = 'live',
    } = shape
    const video = { codec, codecString, profile: 'High 4.0', width, height, declaredFps: fps, ...(hdr && { hdr }) }
    const audio = isMute ? null : { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }
    const input: InputActual = makeInputActual({ inputId, state: 'receiving', onAir: true, video, audio })
    engine().live.add(channel.id)
    engine().report(channel.id, { inputs: [input], rungs, since: startedAt }, outputs)
    const keyframes = { count: 3, minMs: minGopMs, maxMs: 2000 }
    const stats = makeInputStats({ inputId, videoBps: kbps * 1000, fps, gopMs: 2000, keyframes, ...(hasCaptions && { hasCaptions }) })
    const broadcast = { wantedMs: 0, liveMs: 0, share: null, startedAt, endedAt: null }
    for (let second = 0; second < seconds; second++) {
      engine().send({
        ...{ type: 'stats', at: new Date().toISOString(), process: { cpuSeconds: 1, rssBytes: 1, loopLagMs: 0 } },
        channels: [{ channelId: channel.id, inputs: [stats], outputs: [], playback: null, broadcast }],
      })
    }
  }
  /** The encoder has gone. */
  const end = (): void => {
    engine().live.delete(channel.id)
    engine().report(channel.id, {}, 'idle')
  }
  const plan = (): Promise<ChannelPlan> => operator.ok('GET', paths.channelPlan(channel.id))
  /** Plays on until the plan is so: a second that comes while a plan is being stored decides nothing. */
  const playUntil = (shape: Shape, startedAt: string, isSo: (plan: ChannelPlan) => boolean): Promise<ChannelPlan> =>
    eventually(async () => {
      play(shape, startedAt, { seconds: 10 })
      return plan()
    }, isSo)
  return { channel, output, spec, way, play, playUntil, end, plan }
}
