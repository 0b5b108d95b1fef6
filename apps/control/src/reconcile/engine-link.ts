import { connect, type Socket } from 'node:net'
import { SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type EngineHello, encodeLine, FromEngine, LineDecoder, linkVersion, type ToEngine } from '@sluice/contract/link'

/** An engine that does not read its link is cut: it is told everything anew when it is back. */
const maxQueuedBytes = 64 * 1024 * 1024

export type LinkHandlers = {
  onMessage(message: Exclude<FromEngine, EngineHello>): void
  onClose(): void
}

/** Control's end of the link to one engine, from its hello on. */
export class EngineLink {
  readonly hello: EngineHello
  readonly #socket: Socket
  #marks = 0

  private constructor(socket: Socket, hello: EngineHello) {
    this.#socket = socket
    this.hello = hello
  }

  /**
   * Connects to a link socket and waits for the engine's hello. Null: nobody listens there. Throws SluiceError LINK_HELLO when what
   * it says is no hello. Whether both speak the same version is for the caller to see.
   */
  static open(path: string, log: Logger, handlers: LinkHandlers): Promise<EngineLink | null> {
    return new Promise((resolve, reject) => {
      const socket = connect(path)
      const decoder = new LineDecoder()
      let link: EngineLink | null = null
      const receive = (message: unknown): void => {
        const parsed = FromEngine.parse(message)
        if (link !== null) {
          if (parsed.type !== 'hello') handlers.onMessage(parsed)
          return
        }
        link = new EngineLink(socket, requireHello(parsed))
        resolve(link)
      }
      socket.setEncoding('utf8')
      socket.on('data', (text: string) => {
        try {
          for (const message of decoder.push(text)) receive(message)
        } catch (error) {
          // A ZodError's text repeats what was received; the names of the fields are enough.
          const why = error instanceof SluiceError ? error.message : 'a message from the engine has an unexpected format'
          log.error({ error: why }, 'engine link ends')
          socket.destroy()
          reject(error instanceof SluiceError ? error : new SluiceError('LINK_HELLO', 'sluice', why, { cause: error }))
        }
      })
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        if (link === null) resolve(null)
        else handlers.onClose()
      })
    })
  }

  get speaksOurVersion(): boolean {
    return this.hello.linkVersion === linkVersion
  }

  send(message: ToEngine): void {
    this.#socket.write(encodeLine(message))
    if (this.#socket.writableLength > maxQueuedBytes) this.#socket.destroy()
  }

  /** Asks for a sign of life, behind all that was sent before: the answer says that the engine has read it. Returns the number to be answered. */
  mark(): number {
    this.send({ type: 'mark', mark: ++this.#marks })
    return this.#marks
  }

  /** Leaves; the engine goes on. */
  close(): void {
    this.#socket.destroy()
  }
}

function requireHello(message: FromEngine): EngineHello {
  if (message.type === 'hello') return message
  throw new SluiceError('LINK_HELLO', 'sluice', `began with ${message.type}, not hello`)
}
