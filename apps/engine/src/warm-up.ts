import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import { type Logger, silentLogger } from '@sluice/base/log'
import { writeAacConfig } from '@sluice/codecs/aac'
import { readTrack } from '@sluice/codecs/track'
import { flvConfigBody, flvFrameHeader } from '@sluice/containers/flv'
import type { ChannelSpec, OutputSpec } from '@sluice/contract/link'
import { classPolicies } from '@sluice/contract/policy'
import { AttemptBudget, rtmpTransport } from '@sluice/media/output'
import { openRtmpPublisher, type RtmpPublisher, type RtmpServerHandler, serveRtmp, writeMediaMessage } from '@sluice/protocols/rtmp'
import { readDirectly } from '@sluice/protocols/socket'
import type { Channel } from './channel/index.ts'
import { rtmpInput } from './inputs/index.ts'
import { openChannel } from './open-channel.ts'
import { SkippingClock } from './skipping-clock.ts'

/** `pictures`: of the second run; absent: as many as V8's last compiler wants. */
type Parts = { readonly clock: Clock; readonly log: Logger; readonly pictures?: number }

/** Written a millisecond apart. V8's last compiler wants 2,000 calls; two programmes and three inputs see each picture, one fan-out does. */
const enoughPictures = 3000
/** Of the first run, by the clock of the shows: code that has seen one clock alone would be compiled again with the first show. */
const fewPictures = 100
/** What a picture takes in the second run. */
const pictureMs = 1000 / 30
const gopPictures = 60
const pictureBytes = 300
const keyBytes = 4000
/** More than one read takes: the pieces of a message are put together in code of its own. A few, since buffers of this size stay in memory for long. */
const largeKeyBytes = 90_000
const largeKeyPictures = 5 * gopPictures
const outputCount = 2
const figuresMs = 1000
/** It is given up after so long: the machine has other work. */
const longestMs = 15_000
const classic = { enhanced: false } as const

/** H.264 Constrained Baseline 1280x720 as x264 writes its configuration, and AAC-LC 48 kHz stereo. */
const avcConfig = '0142c01fffe100196742c01fd9005005bb0110000003001000000303c0f183248001000568cb83cb20'
const video = readTrack('video', 0, 'h264', Buffer.from(avcConfig, 'hex'))
const audio = readTrack('audio', 0, 'aac', writeAacConfig({ objectType: 2, sampleRate: 48_000, channelConfig: 2 }))

/**
 * Runs two channels of its own for some three seconds, over loopback and known to nobody: a source into the first, its outputs into the second. V8
 * has compiled the way of a frame by then, which it would do in the first minute of the first show: decision 0138. The second run is by a
 * clock that skips from picture to picture, so that segments end, windows roll and each second's looks are had as in a show: decision 0148.
 * Returns the frames that came through the outputs; when anything is in its way it ends early, which the log alone is told.
 */
export async function warmUp({ clock, log, pictures = enoughPictures }: Parts): Promise<number> {
  const skipping = new SkippingClock(clock)
  const runs: [Clock, number, () => void][] = [
    [clock, fewPictures, () => {}],
    [skipping, pictures, () => skipping.skip(pictureMs)],
  ]
  let framesThrough = 0
  for (const [showClock, count, onPicture] of runs) {
    const run = new WarmUp(showClock, log, { clock, onPicture })
    try {
      await run.feed(count)
    } catch (error) {
      log.debug({ err: error }, 'the warm-up of the engine ended early: the first show compiles the rest')
    } finally {
      run.close()
    }
    framesThrough += run.framesThrough
  }
  return framesThrough
}

/** What paces the pictures is the machine's time, whatever clock the channels run by. */
type Pace = { readonly clock: Clock; readonly onPicture: () => void }

class WarmUp {
  readonly #clock: Clock
  readonly #pace: Pace
  readonly #guard: Guard
  readonly #key = randomUUID()
  readonly #server: Server
  #near: Channel | null = null
  #far: Channel | null = null
  #publisher: RtmpPublisher | null = null
  #isClosed = false
  /** Frames that the inputs of the far channel had taken when it closed. */
  framesThrough = 0

  constructor(clock: Clock, log: Logger, pace: Pace) {
    this.#clock = clock
    this.#pace = pace
    this.#guard = new Guard('the warm-up', log)
    this.#server = createServer(
      { pauseOnConnect: true },
      this.#guard.wrap((accepted: Socket) => {
        serveRtmp(readDirectly(accepted, this.#guard), { clock, log: silentLogger, handler: this.#door() })
      }),
    )
  }

  async feed(pictures: number): Promise<void> {
    // What fails before it listens ends the warm-up below; what fails later is nothing that it needs.
    this.#guard.on(this.#server, 'error', () => {})
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const url = `rtmp://127.0.0.1:${(this.#server.address() as AddressInfo).port}/live`
    this.#far = this.#open(this.#specOf('far', outputCount, []))
    const outputs = Array.from({ length: outputCount }, (_, i) => outputTo(url, this.#keyOf('far', i)))
    this.#near = this.#open(this.#specOf('near', 1, outputs))
    const publisher = await this.#publish(url)
    this.#publisher = publisher
    await this.#write(publisher, pictures)
  }

  close(): void {
    this.#isClosed = true
    const { inputs = [] } = this.#far?.stats(this.#clock.nowMs()) ?? {}
    this.framesThrough = inputs.reduce((sum, { framesTotal }) => sum + framesTotal, 0)
    this.#publisher?.abort()
    for (const channel of [this.#near, this.#far]) channel?.close('the warm-up is over')
    this.#server.close()
  }

  #open(spec: ChannelSpec): Channel {
    const { channel } = openChannel(spec, {
      clock: this.#clock,
      log: silentLogger,
      random: Math.random,
      budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
      openTransport: rtmpTransport({ clock: this.#clock, log: silentLogger }),
      onEvent: () => {},
      onActual: () => {},
    })
    return channel
  }

  #door(): RtmpServerHandler {
    return {
      onPublish: (request, session) => {
        const hash = hashOf(request.name)
        const input = this.#near?.inputByKey(hash) ?? this.#far?.inputByKey(hash)
        if (input === undefined || this.#isClosed) return { accept: false, code: 'bad-key', description: 'no such stream key' }
        const facts = { protocol: 'rtmp', remoteAddress: request.remoteAddress, encoder: null } as const
        return { accept: true, sink: rtmpInput(input, request, session, facts) }
      },
      onPlay: () => ({ accept: false, code: 'not-found', description: 'no such stream' }),
    }
  }

  #publish(url: string): Promise<RtmpPublisher> {
    return new Promise((resolve, reject) => {
      const handler = { onReady: resolve, onClose: (failure: { message: string }) => reject(new Error(failure.message)) }
      openRtmpPublisher({ url, streamKey: this.#keyOf('near', 0), clock: this.#clock, log: silentLogger, handler })
    })
  }

  /** Each picture by itself with its sound, as an encoder sends them: one read and one flush. */
  #write(publisher: RtmpPublisher, pictures: number): Promise<void> {
    const write = (kind: 'audio' | 'video', ms: number, parts: Uint8Array[]): void =>
      publisher.write(writeMediaMessage(kind, ms, publisher.messageStreamId, parts))
    write('video', 0, [flvConfigBody(video, classic)!])
    write('audio', 0, [flvConfigBody(audio, classic)!])
    const startMs = this.#clock.nowMs()
    const pace = this.#pace
    const endMs = pace.clock.nowMs() + longestMs
    let number = 0
    let lookedMs = startMs
    return new Promise((resolve, reject) => {
      const next = (): void => {
        pace.onPicture()
        const nowMs = this.#clock.nowMs()
        const ms = Math.round(nowMs - startMs)
        if (number >= pictures || pace.clock.nowMs() > endMs || this.#isClosed) {
          resolve()
          return
        }
        try {
          const times = { dts: ms * 90, pts: ms * 90 }
          const picture = { track: video, ...times, isKey: number % gopPictures === 0, bytes: pictureOf(number) }
          const sound = { track: audio, ...times, isKey: true, bytes: new Uint8Array(300) }
          write('video', ms, [flvFrameHeader(picture, classic)!, picture.bytes])
          write('audio', ms, [flvFrameHeader(sound, classic)!, sound.bytes])
          number++
          if (nowMs - lookedMs >= figuresMs) {
            lookedMs = nowMs
            this.#readFigures(nowMs)
          }
          pace.clock.after(1, next)
        } catch (error) {
          reject(error)
        }
      }
      next()
    })
  }

  /** As an engine reads them each second. */
  #readFigures(nowMs: number): void {
    for (const channel of [this.#near, this.#far]) {
      channel?.stats(nowMs)
      channel?.actual()
    }
  }

  #keyOf(channelId: string, i: number): string {
    return `${this.#key}-${channelId}-${i}`
  }

  #specOf(channelId: string, inputCount: number, outputs: OutputSpec[]): ChannelSpec {
    return {
      channelId,
      revision: 1,
      name: channelId,
      inputs: Array.from({ length: inputCount }, (_, i) => ({
        inputId: `in${i}`,
        role: i === 0 ? 'primary' : 'backup',
        enabled: true,
        keyHash: hashOf(this.#keyOf(channelId, i)),
        srt: { passphrase: null, latencyMs: 200 },
      })),
      source: { lock: 'auto', triggerMs: 2000, holdMs: 20_000 },
      outputs,
      playTokenHashes: [],
      hls: { segmentMs: 2000, windowSegments: 3 },
    }
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

function outputTo(url: string, streamKey: string): OutputSpec {
  const { retry, queueMs, keepSessionMs } = classPolicies.A
  return {
    outputId: streamKey,
    name: 'warm-up',
    desired: 'running',
    generation: 0,
    url,
    streamKey,
    class: 'A',
    priority: 1,
    rung: 'source',
    tlsVerify: true,
    retry,
    autoDisable: null,
    queueMs,
    keepSessionMs,
  }
}

/** One slice with a header that can be read, and zeros. Spec: ITU-T H.264 §7.3.3 */
function pictureOf(number: number): Uint8Array {
  const inGop = number % gopPictures
  const bytes = new Uint8Array(number % largeKeyPictures === 0 ? largeKeyBytes : inGop === 0 ? keyBytes : pictureBytes)
  new DataView(bytes.buffer).setUint32(0, bytes.length - 4)
  const frameNumber = inGop % 16
  if (inGop === 0) bytes.set([0x65, 0x88, 0x84], 4)
  else bytes.set([0x41, 0x9a | (frameNumber >> 3), ((frameNumber & 7) << 5) | 0x10], 4)
  return bytes
}
