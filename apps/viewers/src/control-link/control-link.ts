import { createServer, type Server, type Socket } from 'node:net'
import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { LoopLag, listenLocal } from '@sluice/base/process'
import { encodeLine, LineDecoder, linkVersion, viewersProcessId } from '@sluice/contract/wire'

export type ViewersHello = {
  readonly runId: string
  readonly startedAt: string
  readonly settingsDigest: string
  readonly mediaHttpPort: number
  readonly liveChannels: number
}

export type ControlLinkParts = {
  readonly path: string
  readonly clock: Clock
  readonly log: Logger
  /** Made anew for each connection, and for each report: the counts in it are of now. */
  readonly hello: () => ViewersHello
  readonly onShutdown: () => void
}

const statsMs = 1000
/** One control, the next one while the first still ends, and whoever looks. The oldest goes for the next. */
const maxConnections = 4
/** A control that does not read is cut: a report has some 200 bytes. */
const maxQueuedBytes = 1024 * 1024

/**
 * The viewers' end of the link to control, in the messages that engines speak: hello, figures each second, an answer to each mark, the end.
 * What only engines understand is passed over. Without the schemas of that link, which would be half of this process's memory.
 */
export class ControlLink {
  readonly #parts: ControlLinkParts
  readonly #server: Server
  readonly #loopLag = new LoopLag()
  // bound: `maxConnections`
  readonly #sockets = new Set<Socket>()
  #timer: Timer

  constructor(parts: ControlLinkParts) {
    this.#parts = parts
    const guard = new Guard('the link to control', parts.log)
    this.#server = createServer(guard.wrap((socket: Socket) => this.#accept(socket)))
    guard.on(this.#server, 'error', (error: Error) => parts.log.error({ error: error.message }, 'the link failed to accept'))
    this.#timer = parts.clock.after(statsMs, () => this.#report())
  }

  async listen(): Promise<void> {
    await listenLocal(this.#server, this.#parts.path)
  }

  close(): void {
    this.#timer.cancel()
    this.#loopLag.close()
    this.#server.close()
    for (const socket of this.#sockets) socket.end()
  }

  #accept(socket: Socket): void {
    if (this.#sockets.size >= maxConnections) [...this.#sockets][0]?.destroy()
    this.#sockets.add(socket)
    const guard = new Guard('the link to control', this.#parts.log, () => socket.destroy())
    const decoder = new LineDecoder()
    socket.setEncoding('utf8')
    guard.on(socket, 'data', (text: string) => {
      try {
        for (const message of decoder.push(text)) this.#receive(socket, message)
      } catch (error) {
        this.#parts.log.error({ error: messageOf(error) }, 'control sent something that is not a link message')
        socket.destroy()
      }
    })
    guard.on(socket, 'error', () => socket.destroy())
    guard.on(socket, 'close', () => this.#sockets.delete(socket))
    this.#send(socket, this.#hello())
  }

  #hello(): object {
    const { mediaHttpPort: mediaHttp, ...facts } = this.#parts.hello()
    const ports = { rtmp: 0, rtmps: null, srt: null, mediaHttp }
    return { type: 'hello', linkVersion, engineId: viewersProcessId, pid: process.pid, ports, ...facts }
  }

  #receive(socket: Socket, message: unknown): void {
    const { type, mark } = (message ?? {}) as { readonly type?: unknown; readonly mark?: unknown }
    if (type === 'mark') this.#send(socket, { type: 'marked', mark })
    else if (type === 'shutdown') this.#parts.onShutdown()
  }

  #report(): void {
    const { clock } = this.#parts
    this.#timer = clock.after(statsMs, () => this.#report())
    const { user, system } = process.cpuUsage()
    const figures = { cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss(), loopLagMs: this.#loopLag.readAndReset() }
    const report = { type: 'stats', at: new Date(clock.wallMs()).toISOString(), process: figures, channels: [] }
    for (const socket of this.#sockets) this.#send(socket, report)
  }

  #send(socket: Socket, message: object): void {
    socket.write(encodeLine(message))
    if (socket.writableLength > maxQueuedBytes) socket.destroy()
  }
}
