import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { EventName } from '@sluice/contract/events'
import {
  type ChannelActual,
  type ChannelSpec,
  type Directory,
  encodeLine,
  type FromEngine,
  LineDecoder,
  linkVersion,
  type ProbeStep,
  ToEngine,
} from '@sluice/contract/link'
import type { EngineHost, ProcessLook } from '../reconcile/index.ts'

/** An engine that only speaks: it takes specs, remembers all it was told, and reports what a test makes it report. */
class FakeEngine {
  readonly engineId: string
  readonly pid: number
  readonly runId: string
  readonly digest: string
  readonly heard: ToEngine[] = []
  readonly specs = new Map<string, ChannelSpec>()
  /** Channels that carry media. */
  readonly live = new Set<string>()
  linkVersion: number = linkVersion
  /** As its hello names them; a test may take some away and drop the link. */
  /** It hangs: neither figures nor answers come. */
  isHung = false
  /** It accepts a link and says no hello. */
  isMute = false
  /** What every trial of a destination finds. */
  probeSteps: ProbeStep[] = []
  /** What every channel has on the air; null: nothing. */
  picture: { readonly jpeg: Buffer; readonly takenAtMs: number } | null = null
  /** Figures of no channel, each second, as an idle engine sends. */
  readonly #beat = setInterval(() => this.#sendFigures(), 1000).unref()
  #server: Server
  #socket: Socket | null = null
  #events: FromEngine[] = []
  #seq = 0
  readonly #reports = new Map<string, { patch: Partial<ChannelActual>; outputState: 'idle' | 'live' | 'failed' | 'backoff' }>()
  #waiters: Array<{ test: () => boolean; resolve: () => void }> = []
  readonly #onEnd: () => void

  constructor(options: { engineId: string; pid: number; runDir: string; digest: string; onEnd: () => void }) {
    this.engineId = options.engineId
    this.pid = options.pid
    this.runId = `run-${options.pid}`
    this.digest = options.digest
    this.#onEnd = options.onEnd
    const path = join(options.runDir, `${options.engineId}.sock`)
    mkdirSync(dirname(path), { recursive: true })
    rmSync(path, { force: true })
    this.#server = createServer((socket) => this.#accept(socket)).listen(path)
  }

  /** The last directory that it was told. */
  get directory(): Directory | undefined {
    return this.heard.findLast((message) => message.type === 'directory')?.directory
  }

  get isLinked(): boolean {
    return this.#socket !== null
  }

  /** Resolves once `test` holds; it is asked after each message. */
  until(test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ test, resolve }))
  }

  /** Reports a channel as the spec has it, all outputs in one state, from now on: a new spec changes nothing of what is. */
  report(channelId: string, patch: Partial<ChannelActual> = {}, outputState: 'idle' | 'live' | 'failed' | 'backoff' = 'idle'): void {
    this.#reports.set(channelId, { patch, outputState })
    this.#reportAgain(channelId)
  }

  #reportAgain(channelId: string): void {
    const spec = this.specs.get(channelId)!
    const { patch, outputState } = this.#reports.get(channelId) ?? { patch: {}, outputState: 'idle' }
    const since = new Date(1_700_000_000_000).toISOString()
    this.send({
      type: 'actual',
      channel: {
        channelId,
        revision: spec.revision,
        state: this.live.has(channelId) ? 'live' : 'idle',
        source: this.live.has(channelId) ? 'primary' : 'none',
        since,
        inputs: [],
        outputs: spec.outputs.map(({ outputId, generation }) => ({
          outputId,
          state: outputState,
          since,
          generation,
          reason: null,
          attempts: 0,
          nextRetryAt: null,
          liveSince: null,
        })),
        hlsReady: false,
        ...patch,
      },
    })
  }

  event(name: EventName, channelId: string, message: string, data: Record<string, unknown> = {}): void {
    const at = new Date().toISOString()
    const event = { type: 'event', seq: this.#seq++, at, name, severity: 'info', channelId, subjectId: null, message, data } as const
    this.#events.push(event)
    this.send(event)
  }

  send(message: FromEngine): void {
    this.#socket?.write(encodeLine(message))
  }

  /** The link breaks; the engine goes on. */
  dropLink(): void {
    this.#socket?.destroy()
  }

  /** The process is gone. */
  end(): void {
    clearInterval(this.#beat)
    this.#server.close()
    this.#socket?.destroy()
    this.#onEnd()
  }

  /** Goes on after it hung, and reports at once. */
  goOn(): void {
    this.isHung = false
    this.#sendFigures()
  }

  #sendFigures(): void {
    if (this.isHung) return
    const process = { cpuSeconds: 1, rssBytes: 1, loopLagMs: 0 }
    this.send({ type: 'stats', at: new Date().toISOString(), process, channels: [] })
  }

  #accept(socket: Socket): void {
    this.#socket?.destroy()
    this.#socket = socket
    const decoder = new LineDecoder()
    socket.setEncoding('utf8')
    socket.on('error', () => {})
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null
    })
    socket.on('data', (text: string) => {
      for (const message of decoder.push(text)) this.#receive(ToEngine.parse(message))
    })
    if (this.isMute) return
    this.send({
      type: 'hello',
      linkVersion: this.linkVersion,
      engineId: this.engineId,
      runId: this.runId,
      pid: this.pid,
      startedAt: new Date(0).toISOString(),
      ports: { rtmp: 1935, rtmps: 1936, srt: 8890, mediaHttp: 8081 },
      settingsDigest: this.digest,
      liveChannels: this.live.size,
      draws: true,
    })
  }

  #showPicture(requestId: string): void {
    const { picture } = this
    const jpeg = picture?.jpeg.toString('base64') ?? null
    const takenAt = picture === null ? null : new Date(picture.takenAtMs).toISOString()
    this.send({ type: 'thumbnail.result', requestId, jpeg, takenAt })
  }

  #receive(message: ToEngine): void {
    this.heard.push(message)
    if (message.type === 'welcome') {
      for (const event of this.#events) if (event.type === 'event' && event.seq > message.afterSeq) this.send(event)
      for (const channelId of this.specs.keys()) this.#reportAgain(channelId)
    }
    if (message.type === 'channel') {
      this.specs.set(message.spec.channelId, message.spec)
      this.#reportAgain(message.spec.channelId)
    }
    if (message.type === 'mark' && !this.isHung) this.send({ type: 'marked', mark: message.mark })
    if (message.type === 'probe') this.send({ type: 'probe.result', probeId: message.probeId, steps: this.probeSteps })
    if (message.type === 'thumbnail') this.#showPicture(message.requestId)
    if (message.type === 'sync') {
      for (const id of this.specs.keys()) if (!message.channelIds.includes(id)) this.specs.delete(id)
    }
    for (const waiter of this.#waiters.filter((candidate) => candidate.test())) waiter.resolve()
    if (message.type === 'shutdown') this.end()
  }
}

/** Processes that are objects. Each spawn makes a FakeEngine, unless `lastWords` says that it dies of something at once. */
export class FakeHost implements EngineHost {
  readonly engines: FakeEngine[] = []
  lastWords: string | null = null
  /** Processes end as soon as they are started; what they say is `lastWords`. */
  diesAtOnce = false
  spawned = 0
  /** What the system says of a process, by its id; nothing is known of others. */
  readonly looks = new Map<number, ProcessLook>()
  readonly #running = new Set<number>()
  #onSpawn: Array<() => void> = []
  #nextPid = 4_000_001

  get newest(): FakeEngine {
    return this.engines.at(-1)!
  }

  /** Resolves with the next process that is started. */
  async nextSpawn(): Promise<void> {
    return new Promise((resolve) => this.#onSpawn.push(resolve))
  }

  spawn({ env }: { env: Record<string, string> }) {
    const pid = this.#nextPid++
    const exited = Promise.withResolvers<string | null>()
    this.spawned++
    if (this.lastWords === null && !this.diesAtOnce) this.adopt(env, pid, () => exited.resolve(null))
    else exited.resolve(this.lastWords)
    for (const resolve of this.#onSpawn.splice(0)) resolve()
    return { pid, exited: exited.promise }
  }

  /** An engine that is there already. */
  adopt(env: Record<string, string>, pid = this.#nextPid++, onExit: () => void = () => {}): FakeEngine {
    const options = { engineId: env['SLUICE_ENGINE_ID']!, runDir: env['SLUICE_RUN_DIR']!, digest: env['SLUICE_SETTINGS_DIGEST']!, pid }
    const onEnd = (): void => {
      this.#running.delete(pid)
      onExit()
    }
    this.#running.add(pid)
    const engine = new FakeEngine({ ...options, onEnd })
    this.engines.push(engine)
    return engine
  }

  isRunning(pid: number): boolean {
    return this.#running.has(pid)
  }

  look(pid: number): ProcessLook | null {
    return this.looks.get(pid) ?? null
  }

  kill(pid: number): void {
    this.engines.find((engine) => engine.pid === pid && this.#running.has(pid))?.end()
  }
}
