import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import { FlvDemuxer } from '@sluice/containers/flv'
import { TsDemuxer } from '@sluice/containers/mpegts'
import { type Channel, type ChannelStats, type Output, paths } from '@sluice/contract/api'
import { rtmpFormat } from '@sluice/media/output'
import { openRtmpPublisher, type RtmpPublisher } from '@sluice/protocols/rtmp'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { openSrtSink } from '@sluice/testkit/srt-sink'
import { sleep, until } from '../support/wait.ts'
import type { FullSluice, Owner } from './full-sluice.ts'
import { type NumberFigures, NumberTally } from './number-tally.ts'
import { fps, gopFrames, makeNumberedFrame, numberedTrack, readNumberedFrame } from './numbered-frames.ts'
import { holdsFarEnd } from './socket-holder.ts'

const frameBytes = 6000
const tickMs = 10
const returnMs = 100
/** SRT drops what is later than that, by its nature: on a busy machine a process waits longer for its turn than the usual 120 ms. */
export const srtLatencyMs = 1500

/** An output of a show and what came to its far end. */
export type ShowOutput = {
  readonly id: string
  readonly protocol: 'rtmp' | 'srt'
  readonly tally: NumberTally
  /** Connections that the far end has accepted. */
  readonly sessions: () => number
}

/** A channel with a source of numbered frames and outputs whose far ends count them. */
export type NumberedShow = {
  readonly channel: Channel
  readonly outputs: readonly ShowOutput[]
  /** The engine that carries it. */
  engineId(): Promise<string>
  sent(): number
  /** How often the source was cut off, and what was said the last time. */
  sourceLosses(): number
  lastLoss(): string
  /** What control says of each output, in the order of `outputs`. */
  states(): Promise<string[]>
  reconnects(): Promise<number>
  /** The figures of every output. */
  figures(): NumberFigures[]
  /** Sentences on what was not as it has to be for a channel that nothing may disturb. */
  faults(maxHoleMs: number): string[]
  stopSource(): void
}

export type ShowOptions = {
  readonly name: string
  readonly outputs: readonly ('rtmp' | 'srt')[]
  /** Publishes again, with the next number, when it was cut off. */
  readonly comesBack?: boolean
  /** Publishes to the engine of the channel itself, not to one that passes it on: a source goes with the engine that it came to. */
  readonly entersDirectly?: boolean
}

export async function openNumberedShow(owner: Owner, sluice: FullSluice, options: ShowOptions): Promise<NumberedShow> {
  const channel = await sluice.api<Channel>('POST', paths.channels, { name: options.name })
  const outputs: ShowOutput[] = []
  for (const protocol of options.outputs) outputs.push(await openOutput(owner, sluice, channel, protocol))
  const key = channel.inputs.find(({ role }) => role === 'primary')?.streamKey ?? ''
  const home = options.entersDirectly ? await homeOf(sluice, channel) : null
  const source = new NumberedSource(`rtmp://127.0.0.1:${sluice.ports.rtmp}/live`, key, { comesBack: options.comesBack ?? false, home })
  owner.after(() => source.stop())
  const show: NumberedShow = {
    channel,
    outputs,
    engineId: async () => (await sluice.api<Channel>('GET', paths.channel(channel.id))).engine?.id ?? '',
    sent: () => source.sent,
    sourceLosses: () => source.losses,
    lastLoss: () => source.lastLoss,
    states: () =>
      Promise.all(outputs.map(async ({ id }) => (await sluice.api<Output>('GET', paths.output(id))).actual?.state ?? 'unknown')),
    async reconnects() {
      const stats = await sluice.api<ChannelStats>('GET', paths.channelStats(channel.id))
      return stats.outputs.reduce((sum, { reconnectsTotal }) => sum + reconnectsTotal, 0)
    },
    figures: () => outputs.map(({ tally }) => tally.figures),
    faults: (maxHoleMs) => faultsOf(show, maxHoleMs),
    stopSource: () => source.stop(),
  }
  await until(`${options.name} is live`, async () => (await show.states()).every((state) => state === 'live'), 30_000)
  await until('frames come', () => show.figures().every(({ received }) => received > 0))
  return show
}

/** The process that carries a channel, which is known a moment after the channel is. */
async function homeOf(sluice: FullSluice, channel: Channel): Promise<number> {
  const found = { pid: 0 }
  await until('the channel has an engine', async () => {
    const { engine } = await sluice.api<Channel>('GET', paths.channel(channel.id))
    found.pid = (await sluice.enginePids()).get(engine?.id ?? '') ?? 0
    return found.pid > 0
  })
  return found.pid
}

function faultsOf(show: NumberedShow, maxHoleMs: number): string[] {
  const faults = show.outputs.flatMap(({ protocol, tally, sessions }) => {
    const { missing, repeated, foreign, worstHoleMs } = tally.figures
    const said = [
      missing > 0 ? `${missing} frames are missing` : '',
      repeated > 0 ? `${repeated} frames came twice` : '',
      foreign > 0 ? `${foreign} frames of a slate` : '',
      sessions() > 1 ? `connected ${sessions()} times` : '',
      worstHoleMs > maxHoleMs ? `${Math.round(worstHoleMs)} ms without a frame` : '',
    ]
    return said.filter(Boolean).map((what) => `${show.channel.name}, ${protocol}: ${what}`)
  })
  return show.sourceLosses() === 0 ? faults : [...faults, `${show.channel.name}: the source was cut off: ${show.lastLoss()}`]
}

async function openOutput(owner: Owner, sluice: FullSluice, channel: Channel, protocol: 'rtmp' | 'srt'): Promise<ShowOutput> {
  const tally = new NumberTally()
  const take = (frame: Frame): void => {
    if (frame.track.kind !== 'video') return
    const found = readNumberedFrame(frame)
    if (found === null) tally.takeForeign()
    else tally.note(found.number, found.madeMs, systemClock.nowMs())
  }
  const sink = protocol === 'rtmp' ? await openRtmpCounter(take) : await openSrtCounter(take)
  owner.after(() => sink.close())
  const body = { name: `${protocol} out`, url: sink.url, ...(protocol === 'rtmp' ? { streamKey: 'key-12345' } : {}) }
  const output = await sluice.api<Output>('POST', paths.channelOutputs(channel.id), body)
  return { id: output.id, protocol, tally, sessions: () => sink.sessions.length }
}

type TakeFrame = (frame: Frame) => void

/** Each session has a demuxer of its own, as it has a configuration of its own. */
function openRtmpCounter(take: TakeFrame) {
  const demuxers = new WeakMap<object, FlvDemuxer>()
  return openRtmpSink({
    isRecording: false,
    onSession: (session) => void demuxers.set(session, new FlvDemuxer()),
    onMessage: (session, { kind, timestampMs, body }) =>
      demuxers.get(session)?.push(kind, timestampMs, body, { onTrack() {}, onFrame: take, onData() {} }),
  })
}

function openSrtCounter(take: TakeFrame) {
  const demuxers = new WeakMap<object, TsDemuxer>()
  return openSrtSink({
    latencyMs: srtLatencyMs,
    onSession: (session) => void demuxers.set(session, new TsDemuxer()),
    onPayload: (session, payload) => demuxers.get(session)?.push(payload, { onTrack() {}, onFrame: take }),
  })
}

/** `home`: the process that it wants to come to; null: any. */
type SourceWays = { readonly comesBack: boolean; readonly home: number | null }

/** Publishes numbered video at 25 frames/s in real time until it is stopped. */
class NumberedSource {
  sent = 0
  losses = 0
  lastLoss = ''
  readonly #url: string
  readonly #key: string
  readonly #ways: SourceWays
  #hasBegun = false
  #publisher: RtmpPublisher | null = null
  #timer: NodeJS.Timeout | null = null
  #isOver = false

  constructor(url: string, key: string, ways: SourceWays) {
    this.#url = url
    this.#key = key
    this.#ways = ways
    this.#open()
  }

  stop(): void {
    this.#isOver = true
    this.#pause()
    this.#publisher?.close()
  }

  #open(): void {
    if (this.#isOver) return
    this.#publisher = openRtmpPublisher({
      url: this.#url,
      streamKey: this.#key,
      clock: systemClock,
      log: silentLogger,
      handler: {
        onReady: (publisher) => this.#enter(publisher),
        onClose: ({ kind, message }) => {
          this.#pause()
          if (this.#hasBegun) {
            this.losses++
            this.lastLoss = `${kind}: ${message}`
          }
          if (this.#ways.comesBack || !this.#hasBegun) void sleep(returnMs).then(() => this.#open())
        },
      },
    })
  }

  #pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #enter(publisher: RtmpPublisher): void {
    const { home } = this.#ways
    if (home === null || (publisher.ends !== null && holdsFarEnd(home, publisher.ends))) {
      this.#run(publisher)
      return
    }
    publisher.close()
    void sleep(returnMs).then(() => this.#open())
  }

  #run(publisher: RtmpPublisher): void {
    this.#hasBegun = true
    const format = rtmpFormat({ messageStreamId: publisher.messageStreamId, fourCcs: [], isMultitrack: false, isPublishing: true })
    publisher.write(format.head([numberedTrack], 0))
    // A source that comes back begins at a key frame, with a number that was not there yet.
    this.sent = Math.ceil(this.sent / gopFrames) * gopFrames
    const from = this.sent
    const startMs = performance.now()
    this.#timer = setInterval(() => {
      while (((this.sent - from) * 1000) / fps <= performance.now() - startMs) {
        publisher.write(format.frame(makeNumberedFrame(this.sent++, frameBytes, systemClock.nowMs()))!)
      }
    }, tickMs)
  }
}
