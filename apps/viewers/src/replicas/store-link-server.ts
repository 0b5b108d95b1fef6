import { createServer, type Server, type Socket } from 'node:net'
import type { Timer } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import { listenLocal } from '@sluice/base/process'
import { EngineConnection, type EngineConnectionParts } from './engine-connection.ts'

const figuresMs = 1000
/** Twice the engines that one machine may have. A stranger goes for the next connection. */
const maxConnections = 128

/** The viewers' end of the store link: a local socket by which every engine of this machine tells its channels. */
export class StoreLinkServer {
  readonly #parts: EngineConnectionParts
  readonly #server: Server
  // bound: `maxConnections`
  readonly #connections = new Set<EngineConnection>()
  #timer: Timer

  constructor(parts: EngineConnectionParts) {
    this.#parts = parts
    const guard = new Guard('the store link', parts.log)
    this.#server = createServer(guard.wrap((socket: Socket) => this.#accept(socket)))
    guard.on(this.#server, 'error', (error: Error) => parts.log.error({ error: error.message }, 'the store link failed to accept'))
    this.#timer = parts.clock.after(figuresMs, () => this.#sendFigures())
  }

  async listen(path: string): Promise<void> {
    await listenLocal(this.#server, path)
  }

  close(): void {
    this.#timer.cancel()
    this.#server.close()
    for (const connection of [...this.#connections]) connection.close()
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= maxConnections) {
      const all = [...this.#connections]
      const oldest = all.find(({ engineId }) => engineId === null) ?? all[0]
      oldest?.close()
    }
    const connection: EngineConnection = new EngineConnection(socket, this.#parts, {
      onHello: (engineId) => this.#endOthers(connection, engineId),
      onClose: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }

  /** An engine that comes anew: its earlier connection may be of a process that was killed, and nothing more of it is read. */
  #endOthers(connection: EngineConnection, engineId: string): void {
    for (const other of [...this.#connections]) if (other !== connection && other.engineId === engineId) other.close()
  }

  #sendFigures(): void {
    this.#timer = this.#parts.clock.after(figuresMs, () => this.#sendFigures())
    for (const connection of this.#connections) connection.sendFigures()
  }
}
