import { randomUUID } from 'node:crypto'
import type { Clock, Timer } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import { boundValue, type Logger } from '@sluice/base/log'
import { IdleTrim, LoopLag } from '@sluice/base/process'
import { defaultMediaUid, mediaSandbox } from '@sluice/base/sandbox'
import {
  type ChannelActual,
  type ChannelSpec,
  type Directory,
  type EngineHello,
  type FromEngine,
  linkVersion,
  type ToEngine,
} from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { type Channel, ShadowRehearsals } from './channel/index.ts'
import { KeyDirectory } from './directory/index.ts'
import { openPulls } from './inputs/index.ts'
import { Calibrator, HardwareTrials, type OpenLadderProcess, openLadderProcess } from './ladder/index.ts'
import { type OpenChannelParts, type OpenedChannel, openChannel } from './open-channel.ts'
import { KernelQueues, openTransports } from './outputs/index.ts'
import { Prober } from './probe/index.ts'
import { type OpenWriterThread, openWriterThread, RecordingWriters } from './recorder/index.ts'
import { EventBacklog, peerTextBounds } from './report/index.ts'
import { type Playback, type Players, StoreLink } from './viewers/index.ts'
import { warmUp } from './warm-up.ts'
import { ContentWatcher, type OpenWatchProcess, openThumbnailProcess, openWatchProcess, Thumbnailer } from './watch/index.ts'

export type EngineOptions = {
  readonly engineId: string
  readonly settingsDigest: string
  readonly clock: Clock
  readonly log: Logger
  readonly allowPrivateTargets: boolean
  /** Highest mean bitrate of an input, Mbit/s; absent: 100. */
  readonly inputMaxMbps?: number
  /** How long outputs of classes B and C may be gathered, milliseconds; absent: not at all. */
  readonly gatherMs?: number
  /** Where the processes of this machine find each other. Absent: nobody can watch over HTTP. */
  readonly runDir?: string
  /** Carries a message to control, or drops it while there is none. */
  readonly send: (message: FromEngine) => void
  readonly onShutdown: () => void
  /** The channels are others, or have other specs. */
  readonly onSpecs?: (specs: readonly ChannelSpec[]) => void
  /** The child that looks at pictures and sound; absent: the real one. */
  readonly openWatch?: OpenWatchProcess
  /** The child that draws thumbnails; absent: the real one. */
  readonly openThumbnails?: OpenWatchProcess
  /** The child that encodes; absent: the real one. */
  readonly openLadder?: OpenLadderProcess
  /** The thread that writes recordings; absent: the real one. */
  readonly openWriter?: OpenWriterThread
}

export type EnginePorts = EngineHello['ports']

const statsMs = 1000
/** `actual` goes up at most this often a channel. */
const actualMs = 250
/** Reconnects for all outputs of an engine together. */
const retryBudget = { capacity: 50, perSecond: 20 }

/** All channels of one process. It has no opinion: it follows the specs that come down the link and reports what is. */
export class Engine {
  readonly directory = new KeyDirectory()
  readonly events: EventBacklog
  readonly #options: EngineOptions
  /** Channels whose last spec threw. */
  // bound: one a channel that control gave to this engine
  readonly #failedSpecs = new Set<string>()
  // bound: one a channel that control gave to this engine
  readonly #channels = new Map<string, OpenedChannel>()
  readonly #budget = new AttemptBudget(retryBudget)
  readonly #runId = randomUUID()
  readonly #startedAt: string
  // bound: one a channel that control gave to this engine
  readonly #actualTimers = new Map<string, Timer>()
  readonly #loopLag = new LoopLag()
  readonly #idleTrim = new IdleTrim()
  readonly #prober: Prober
  readonly #calibrator: Calibrator
  readonly #hardware: HardwareTrials
  readonly watcher: ContentWatcher
  readonly #thumbnailer: Thumbnailer
  readonly #storeLink: StoreLink | null
  /** One of each for all channels: they share the event loop. */
  readonly #channelParts: Omit<OpenChannelParts, 'onActual'>
  readonly #shadows: ShadowRehearsals
  readonly #guard: Guard
  readonly #orders: Guard
  #rssBytes = 0
  #isBusy = false
  #allowPrivateTargets: boolean
  #statsTimer: Timer

  constructor(options: EngineOptions) {
    this.#options = options
    this.#guard = new Guard('the figures of an engine', options.log)
    this.#orders = new Guard('an order of control', options.log)
    this.#allowPrivateTargets = options.allowPrivateTargets
    this.#startedAt = new Date(options.clock.wallMs()).toISOString()
    this.events = new EventBacklog(options.clock, (event) => options.send(event))
    const sandbox = mediaSandbox({ wish: 'auto', uid: defaultMediaUid, dataDir: null, env: process.env })
    this.watcher = new ContentWatcher({
      clock: options.clock,
      log: options.log,
      open: options.openWatch ?? openWatchProcess(sandbox),
      onEvent: (draft) => this.events.add(draft),
    })
    this.#thumbnailer = new Thumbnailer({
      clock: options.clock,
      log: options.log,
      open: options.openThumbnails ?? openThumbnailProcess(sandbox),
    })
    this.#hardware = new HardwareTrials({ ...options, sandbox, onFound: () => this.#sendHardware() })
    const openTransport = openTransports({
      ...options,
      allowPrivateTargets: () => this.#allowPrivateTargets,
      lookTaken: new KernelQueues(options).look,
    })
    const { runDir } = options
    const onLinked = (): void => this.#tellAllActual()
    this.#storeLink = runDir === undefined ? null : new StoreLink({ ...options, runDir, runId: this.#runId, onLinked })
    this.#channelParts = {
      clock: options.clock,
      log: options.log,
      random: Math.random,
      budget: this.#budget,
      openTransport,
      openPull: openPulls({ ...options, allowPrivateTargets: () => this.#allowPrivateTargets }),
      watcher: this.watcher,
      openLadder: options.openLadder ?? openLadderProcess(sandbox, undefined, () => this.#hardware.devices),
      clockOriginMs: Number(process.hrtime.bigint()) / 1e6 - options.clock.nowMs(),
      ...(options.inputMaxMbps === undefined ? {} : { inputMaxMbps: options.inputMaxMbps }),
      gatherMs: options.gatherMs ?? 0,
      ...(this.#storeLink === null ? {} : { storeLink: this.#storeLink }),
      addressesOf: (channelId) => this.directory.addressesOf(channelId),
      writers: new RecordingWriters(options.openWriter ?? openWriterThread(options.log)),
      onEvent: (draft) => this.events.add(draft),
    }
    this.#shadows = new ShadowRehearsals(this.#channelParts)
    this.#calibrator = new Calibrator({
      ...options,
      sandbox,
      onCalibrated: (answer) => options.send({ type: 'calibrated', ...answer }),
    })
    this.#prober = new Prober({
      ...options,
      send: (message) => options.send(boundValue(message, peerTextBounds) as FromEngine),
      allowPrivateTargets: () => this.#allowPrivateTargets,
    })
    this.#hardware.start()
    this.#statsTimer = options.clock.after(statsMs, () => this.#sendStats())
  }

  channel(channelId: string): Channel | undefined {
    return this.#channels.get(channelId)?.channel
  }

  /** Of a channel of this engine. */
  playback(channelId: string): Playback | undefined {
    return this.#channels.get(channelId)?.playback
  }

  /** Of a channel of this engine. */
  players(channelId: string): Players | undefined {
    return this.#channels.get(channelId)?.players
  }

  hello(ports: EnginePorts): EngineHello {
    return {
      type: 'hello',
      linkVersion,
      engineId: this.#options.engineId,
      runId: this.#runId,
      pid: process.pid,
      startedAt: this.#startedAt,
      ports,
      settingsDigest: this.#options.settingsDigest,
      liveChannels: this.#liveChannels(),
      draws: true,
    }
  }

  /** A control has come: it gets the events that it missed and all present states. */
  welcome(message: ToEngine & { type: 'welcome' }): void {
    this.#allowPrivateTargets = message.allowPrivateTargets
    for (const event of this.events.after(message.afterSeq)) this.#options.send(event)
    for (const { channel } of this.#channels.values()) this.#guard.run(() => this.#sendActual(channel))
    this.#sendHardware()
  }

  /** A machine without any has nothing to say. */
  #sendHardware(): void {
    const { encoders, refused } = this.#hardware.found ?? { encoders: [], refused: [] }
    if (encoders.length + refused.length > 0) this.#options.send({ type: 'hardware', encoders: [...encoders], refused: [...refused] })
  }

  /** A spec that one channel can't follow must not cut the link, by which all the others are told. */
  receive(message: Exclude<ToEngine, { type: 'welcome' }>): void {
    this.#orders.run(() => this.#obey(message))
  }

  #obey(message: Exclude<ToEngine, { type: 'welcome' }>): void {
    if (message.type === 'directory') this.#takeDirectory(message.directory)
    else if (message.type === 'channel') this.#applySpec(message.spec)
    else if (message.type === 'sync') this.#keepOnly(new Set(message.channelIds))
    else if (message.type === 'source') this.#command(message)
    else if (message.type === 'probe') this.#prober.receive(message)
    else if (message.type === 'calibrate') this.#calibrator.start()
    else if (message.type === 'thumbnail') this.#draw(message)
    else if (message.type === 'mark') {
      const failed = this.#failedSpecs.size === 0 ? {} : { failed: [...this.#failedSpecs] }
      this.#options.send({ type: 'marked', mark: message.mark, ...failed })
    } else if (message.type === 'shutdown') this.#options.onShutdown()
  }

  /** Has the way of a frame compiled. What that leaves in memory is given back once the engine is quiet. */
  async warmUp(): Promise<void> {
    try {
      await warmUp(this.#options)
    } catch (error) {
      this.#guard.fault(error) // no reason to end an engine
    }
    this.#isBusy = true
  }

  /** Ends all channels in good order. */
  close(message: string): void {
    this.#statsTimer.cancel()
    this.#loopLag.close()
    this.#shadows.close()
    for (const { channel } of this.#channels.values()) this.#guard.run(() => channel.close(message))
    this.#channels.clear()
    this.watcher.close()
    this.#calibrator.close()
    this.#hardware.close()
    this.#thumbnailer.close()
    this.#storeLink?.close()
    // Last: channels that close have news.
    for (const timer of this.#actualTimers.values()) timer.cancel()
  }

  #command({ channelId, command }: Extract<ToEngine, { type: 'source' }>): void {
    const channel = this.channel(channelId)
    if (channel === undefined) return
    if (command.do === 'rehearse-shadow') this.#shadows.start(channel.spec, command)
    else channel.command(command)
  }

  /** Out of the key frame that the bus holds for those who join: nothing is kept or done for it before it is asked for. */
  #draw({ channelId, requestId }: Extract<ToEngine, { type: 'thumbnail' }>): void {
    const channel = this.channel(channelId)
    const first = channel === undefined || channel.source === 'none' ? undefined : channel.programme.bus.gop[0]
    const answer = (jpeg: Uint8Array | null, takenAt: string | null): void =>
      this.#options.send({
        type: 'thumbnail.result',
        requestId,
        jpeg: jpeg === null ? null : Buffer.from(jpeg).toString('base64'),
        takenAt,
      })
    if (channel === undefined || first === undefined) {
      answer(null, null)
      return
    }
    const takenAt = channel.wallOf(first.readMs ?? this.#options.clock.nowMs())
    this.#thumbnailer.draw(first, (jpeg) => answer(jpeg, takenAt))
  }

  #takeDirectory(directory: Directory): void {
    this.directory.replace(directory)
    for (const { playback } of this.#channels.values()) playback.tellFacts()
  }

  /** Whether viewers can watch has changed for all. */
  #tellAllActual(): void {
    for (const { channel } of this.#channels.values()) this.#sendActualSoon(channel)
  }

  #applySpec(spec: ChannelSpec): void {
    // Until it is through: one that throws midway is not what the channel runs by.
    this.#failedSpecs.add(spec.channelId)
    this.#makeOrChange(spec)
    this.#failedSpecs.delete(spec.channelId)
  }

  #makeOrChange(spec: ChannelSpec): void {
    const channel = this.channel(spec.channelId)
    if (channel !== undefined) {
      channel.setSpec(spec)
      this.#tellSpecs()
      return
    }
    const made = openChannel(spec, { ...this.#channelParts, onActual: (changed) => this.#sendActualSoon(changed) })
    this.#channels.set(spec.channelId, made)
    this.#tellSpecs()
    this.#sendActualSoon(made.channel)
  }

  #tellSpecs(): void {
    this.#options.onSpecs?.([...this.#channels.values()].map(({ channel }) => channel.spec))
  }

  #keepOnly(channelIds: ReadonlySet<string>): void {
    for (const channelId of this.#failedSpecs) if (!channelIds.has(channelId)) this.#failedSpecs.delete(channelId)
    for (const [channelId, { channel }] of this.#channels) {
      if (channelIds.has(channelId)) continue
      channel.close('the channel was removed')
      this.#shadows.end(channelId)
      this.#channels.delete(channelId)
      this.#actualTimers.get(channelId)?.cancel()
      this.#actualTimers.delete(channelId)
    }
    this.#storeLink?.feed.keep([...channelIds])
    this.#tellSpecs()
  }

  #liveChannels(): number {
    return [...this.#channels.values()].filter(({ channel }) => channel.programme.source !== 'none').length
  }

  /** The one place where states leave for control, pages and logs: whatever peers call themselves is cut and clean from here on. */
  #sendActual(channel: Channel): void {
    this.#options.send({ type: 'actual', channel: boundValue(channel.actual(), peerTextBounds) as ChannelActual })
  }

  #sendActualSoon(channel: Channel): void {
    const { channelId } = channel
    this.#isBusy = true
    if (this.#actualTimers.has(channelId)) return
    const timer = this.#options.clock.after(actualMs, () => {
      this.#actualTimers.delete(channelId)
      if (this.channel(channelId) === channel) this.#sendActual(channel)
    })
    this.#actualTimers.set(channelId, timer)
  }

  /** The system opens a file for it: without a descriptor left the last figure stands. */
  #readRss(): number {
    try {
      this.#rssBytes = process.memoryUsage.rss()
    } catch {
      // Known as of the last second; it is a figure to look at, and no media depends on it.
    }
    return this.#rssBytes
  }

  #sendStats(): void {
    const { clock, send } = this.#options
    this.#statsTimer = clock.after(statsMs, () => this.#sendStats())
    this.#guard.run(() => this.#idleTrim.look(!this.#isBusy && this.#liveChannels() === 0))
    this.#isBusy = false
    const usage = process.cpuUsage()
    const nowMs = clock.nowMs()
    send({
      type: 'stats',
      at: new Date(clock.wallMs()).toISOString(),
      process: { cpuSeconds: (usage.user + usage.system) / 1e6, rssBytes: this.#readRss(), loopLagMs: this.#loopLag.readAndReset() },
      // Each by itself: a channel whose figures can't be had must not keep those of the others, or the engine looks hung.
      channels: [...this.#channels.values()].flatMap(({ channel }) => this.#guard.run(() => channel.stats(nowMs)) ?? []),
    })
  }
}
