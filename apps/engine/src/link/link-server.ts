import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { type EngineHello, encodeLine, type FromEngine, LineDecoder, linkVersion, ToEngine } from '@sluice/contract/link'

export type LinkParts = {
  readonly path: string
  readonly log: Logger
  readonly clock: Clock
  /** Made anew for each connection: the counts in it are of now. */
  readonly hello: () => EngineHello
  /** After `welcome`: everything that a control which has just come must know. */
  readonly onWelcome: (welcome: ToEngine & { type: 'welcome' }, send: (message: FromEngine) => void) => void
  readonly onMessage: (message: Exclude<ToEngine, { type: 'welcome' }>) => void
}

/** A control that does not read is cut: it asks for everything anew when it is back. */
const maxQueuedBytes = 64 * 1024 * 1024
/** From the accepted connection to control's welcome, which comes at once. */
const welcomeMs = 10_000
const maxStrangers = 8

/**
 * The engine's end of the link: a local socket with one JSON message a line. One control at a time; a new one takes the place of the
 * old. Without any, the engine goes on with what it was told last.
 */
export class LinkServer {
  readonly #parts: LinkParts
  readonly #server: Server
  /** The control that was welcomed. */
  #socket: Socket | null = null
  /** Those who have not said welcome yet. The control that is there goes on being served meanwhile. */
  // bound: `maxStrangers`, the oldest goes for the next
  readonly #strangers = new Set<Socket>()
  readonly #guard: Guard

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.#guard = new Guard('the link to control', parts.log)
    this.#server = createServer(this.#guard.wrap((socket: Socket) => this.#accept(socket)))
    this.#guard.on(this.#server, 'error', (error: Error) => parts.log.error({ error: error.message }, 'the link failed to accept'))
  }

  /** Resolves when control can connect. A socket file left by a killed engine is in the way and is removed. */
  async listen(): Promise<void> {
    rmSync(this.#parts.path, { force: true })
    const before = process.umask(0o077)
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject)
        this.#server.listen(this.#parts.path, resolve)
      })
    } finally {
      process.umask(before)
    }
  }

  send(message: FromEngine): void {
    const socket = this.#socket
    if (socket === null) return
    socket.write(encodeLine(message))
    if (socket.writableLength > maxQueuedBytes) socket.destroy()
  }

  close(): void {
    this.#server.close()
    this.#socket?.end()
    for (const stranger of this.#strangers) stranger.destroy()
  }

  #accept(socket: Socket): void {
    const { log, clock } = this.#parts
    // The newest stays: it may be the control that has just been started.
    if (this.#strangers.size >= maxStrangers) [...this.#strangers][0]?.destroy()
    this.#strangers.add(socket)
    const guard = new Guard('the link to control', log, () => socket.destroy())
    const deadline = clock.after(welcomeMs, () => this.#strangers.has(socket) && socket.destroy())
    const decoder = new LineDecoder()
    socket.setEncoding('utf8')
    guard.on(socket, 'data', (text: string) => {
      if (this.#socket !== socket && !this.#strangers.has(socket)) return
      try {
        for (const message of decoder.push(text)) this.#receive(socket, ToEngine.parse(message))
      } catch (error) {
        log.error(
          { error: error instanceof SluiceError ? error.message : String(error) },
          'control sent something that is not a link message',
        )
        socket.destroy()
      }
    })
    guard.on(socket, 'error', () => socket.destroy())
    guard.on(socket, 'close', () => {
      deadline.cancel()
      this.#strangers.delete(socket)
      if (this.#socket !== socket) return
      this.#socket = null
      log.warn({}, 'control is gone; continuing with the last spec')
    })
    socket.write(encodeLine(this.#parts.hello()))
  }

  #receive(socket: Socket, message: ToEngine): void {
    if (message.type !== 'welcome') {
      // A control that wants an engine with other settings ends this one without further ado.
      if (this.#socket !== socket && message.type !== 'shutdown')
        throw new SluiceError('LINK_HELLO', 'sluice', `began with ${message.type}, not welcome`)
      this.#parts.onMessage(message)
      return
    }
    if (message.linkVersion !== linkVersion) {
      throw new SluiceError('LINK_VERSION', 'sluice', `control speaks link version ${message.linkVersion}, this engine ${linkVersion}`)
    }
    this.#strangers.delete(socket)
    const before = this.#socket
    this.#socket = socket
    if (before !== socket) before?.destroy()
    this.#parts.onWelcome(message, (reply) => this.send(reply))
  }
}
