import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type EngineHello, encodeLine, type FromEngine, LineDecoder, linkVersion, ToEngine } from '@sluice/contract/link'

export type LinkParts = {
  readonly path: string
  readonly log: Logger
  /** Made anew for each connection: the counts in it are of now. */
  readonly hello: () => EngineHello
  /** After `welcome`: everything that a control which has just come must know. */
  readonly onWelcome: (welcome: ToEngine & { type: 'welcome' }, send: (message: FromEngine) => void) => void
  readonly onMessage: (message: Exclude<ToEngine, { type: 'welcome' }>) => void
}

/** A control that does not read is cut: it asks for everything anew when it is back. */
const maxQueuedBytes = 64 * 1024 * 1024

/**
 * The engine's end of the link: a local socket with one JSON message a line. One control at a time; a new one takes the place of the
 * old. Without any, the engine goes on with what it was told last.
 */
export class LinkServer {
  readonly #parts: LinkParts
  readonly #server: Server
  #socket: Socket | null = null
  #isWelcome = false

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.#server = createServer((socket) => this.#accept(socket))
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
    if (socket === null || !this.#isWelcome) return
    socket.write(encodeLine(message))
    if (socket.writableLength > maxQueuedBytes) socket.destroy()
  }

  close(): void {
    this.#server.close()
    this.#socket?.end()
  }

  #accept(socket: Socket): void {
    this.#socket?.destroy()
    this.#socket = socket
    this.#isWelcome = false
    const decoder = new LineDecoder()
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      if (this.#socket !== socket) return
      try {
        for (const message of decoder.push(text)) this.#take(ToEngine.parse(message))
      } catch (error) {
        this.#parts.log.error(
          { error: error instanceof SluiceError ? error.message : String(error) },
          'control sent what is no link message',
        )
        socket.destroy()
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#parts.log.warn({}, 'control is gone; going on with the last spec')
    })
    socket.write(encodeLine(this.#parts.hello()))
  }

  #take(message: ToEngine): void {
    if (message.type !== 'welcome') {
      this.#parts.onMessage(message)
      return
    }
    if (message.linkVersion !== linkVersion) {
      throw new SluiceError('LINK_VERSION', 'sluice', `control speaks link version ${message.linkVersion}, this engine ${linkVersion}`)
    }
    this.#isWelcome = true
    this.#parts.onWelcome(message, (reply) => this.send(reply))
  }
}
