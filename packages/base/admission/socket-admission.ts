import { plainAddress } from '../address/index.ts'
import type { Clock } from '../clock/index.ts'
import type { ConnectionBudget, Seat } from './connection-budget.ts'

/** What is needed of an accepted socket: net.Socket has it. */
export type AcceptedSocket = {
  readonly remoteAddress?: string | undefined
  destroy(): unknown
  once(event: 'close', run: () => void): unknown
  on(event: 'error', run: (error: Error) => void): unknown
}

/** What is needed of a server that accepts sockets, to be asked before its own handlers. */
export type AcceptingServer = { prependListener(event: 'connection', run: (socket: AcceptedSocket) => void): unknown }

export type AdmissionOptions = {
  readonly budget: ConnectionBudget
  readonly clock: Clock
  /** From the accepted connection until it is known; whatever trickles in meanwhile, one that is still a stranger then is closed. */
  readonly strangerMs: number
  /** Hears of each connection that is refused or ended for want of room: count there, or log with a limit. */
  readonly onFull?: (address: string) => void
}

/**
 * Gives accepted sockets their seat in a budget. One that gets none is destroyed at once, and its descriptor is free again before the next
 * is accepted.
 */
export class SocketAdmission {
  readonly budget: ConnectionBudget
  readonly #options: AdmissionOptions
  readonly #seats = new WeakMap<object, Seat>()

  constructor(options: AdmissionOptions) {
    this.budget = options.budget
    this.#options = options
  }

  /** For a server whose handlers can't be wrapped, http.Server for one. They may see a socket that is destroyed already. */
  guard(server: AcceptingServer): void {
    server.prependListener('connection', (socket) => {
      if (this.admit(socket) !== null) showPlain(socket)
    })
  }

  /** Null: there was no room, and the socket is destroyed. The seat is left when the socket closes. */
  admit(socket: AcceptedSocket): Seat | null {
    socket.on('error', () => {}) // an error without listener would end the process
    const { clock, strangerMs, onFull } = this.#options
    const address = plainAddress(socket.remoteAddress ?? '')
    const end = (): void => {
      onFull?.(address)
      socket.destroy()
    }
    const seat = this.budget.enter(address, clock.nowMs(), end)
    if (seat === null) {
      end()
      return null
    }
    this.#seats.set(socket, seat)
    const deadline = clock.after(strangerMs, () => {
      if (!seat.isKnown) socket.destroy()
    })
    socket.once('close', () => {
      deadline.cancel()
      seat.leave()
    })
    return seat
  }

  /** The seat of a socket that was admitted, for whoever finds out later that it may be here. */
  seatOf(socket: object): Seat | undefined {
    return this.#seats.get(socket)
  }
}

/** Whoever looks at the socket later, a request's handler or a proxy check, sees IPv4 as IPv4. */
function showPlain(socket: AcceptedSocket): void {
  const { remoteAddress } = socket
  if (remoteAddress === undefined || !remoteAddress.startsWith('::ffff:')) return
  Object.defineProperty(socket, 'remoteAddress', { value: plainAddress(remoteAddress), configurable: true })
}
