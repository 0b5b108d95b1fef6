import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { randomFrom } from '@sluice/testkit/random'
import { openSrtCallerOn, type SrtCaller, type SrtCallerOptions } from '../client.ts'
import type { SrtConnection } from '../connection.ts'
import type { SrtCloseReason } from '../errors.ts'
import type { SrtRequest, SrtVerdict } from '../handshake/listener.ts'
import { openSrtServerOn, type SrtServer, type SrtServerOptions } from '../server.ts'
import { MadeNetwork, type PathSettings } from './made-network.ts'

export const listenerAddress = '192.0.2.1'
export const callerAddress = '192.0.2.2'
const LISTENER_PORT = 8890

/** Both ends of a connection over a made network, on one fake clock. */
export class MadeLink {
  readonly clock = new FakeClock(1_000_000)
  readonly network: MadeNetwork
  readonly server: SrtServer
  readonly requests: SrtRequest[] = []
  caller: SrtCaller | null = null
  accepted: SrtConnection | null = null
  called: SrtConnection | null = null
  /** Undefined until the caller is over. */
  callerFailure: Failure | null | undefined
  acceptedClose: SrtCloseReason | null = null
  #nextPort = 5_000

  constructor(path: PathSettings, server: Partial<SrtServerOptions> = {}, verdict: Partial<SrtVerdict> = {}) {
    this.network = new MadeNetwork(this.clock, path)
    this.server = openSrtServerOn(this.network.open(listenerAddress, LISTENER_PORT), {
      clock: this.clock,
      log: silentLogger,
      handler: {
        onRequest: (request) => {
          this.requests.push(request)
          return { accept: true, onConnection: (c) => this.#accept(c), ...verdict } as SrtVerdict
        },
      },
      ...server,
    })
  }

  /** Calls the listener from a new port. */
  call(options: Partial<SrtCallerOptions> = {}): SrtCaller {
    const socket = this.network.open(callerAddress, this.#nextPort++)
    this.caller = openSrtCallerOn(socket, {
      host: listenerAddress,
      port: LISTENER_PORT,
      mode: 'send',
      clock: this.clock,
      log: silentLogger,
      handler: {
        onReady: (c) => {
          this.called = c
        },
        onClose: (failure) => {
          this.callerFailure = failure
        },
      },
      ...options,
    })
    return this.caller
  }

  /** Moves time in steps of a millisecond until `isDone`; throws after `limitMs`. */
  runUntil(isDone: () => boolean, limitMs = 10_000): void {
    for (let ms = 0; ms < limitMs; ms++) {
      if (isDone()) return
      this.clock.advance(1)
    }
    throw new Error(`still waiting after ${limitMs} ms`)
  }

  /** Calls and runs until both ends have the connection. */
  connect(options: Partial<SrtCallerOptions> = {}): { caller: SrtConnection; listener: SrtConnection } {
    this.call(options)
    this.runUntil(() => this.accepted !== null && this.called !== null)
    return { caller: this.called!, listener: this.accepted! }
  }

  #accept(connection: SrtConnection): void {
    this.accepted = connection
    connection.onClose = (reason) => {
      this.acceptedClose = reason
    }
  }
}

/** What one run of a stream showed. `delays`: play time less send time of each payload. */
export type StreamResult = { sent: number; received: number; isOrdered: boolean; isIntact: boolean; delaysMs: number[] }

/**
 * Sends `packets` payloads of 1316 bytes at `bitrateBps` from one end to the other, then closes. Each payload holds its
 * number and bytes made from it, so that order, loss and alteration show.
 */
export function runStream(link: MadeLink, from: SrtConnection, to: SrtConnection, packets: number, bitrateBps: number): StreamResult {
  const result: StreamResult = { sent: 0, received: 0, isOrdered: true, isIntact: true, delaysMs: [] }
  const sentAtMs = new Float64Array(packets)
  let last = -1
  to.onPayload = (payload) => {
    const index = new DataView(payload.buffer, payload.byteOffset).getUint32(0)
    if (index <= last) result.isOrdered = false
    if (!isPayload(payload, index)) result.isIntact = false
    last = index
    result.received++
    result.delaysMs.push(link.clock.nowMs() - sentAtMs[index]!)
  }
  const packetsPerMs = bitrateBps / 8000 / PAYLOAD_BYTES
  for (let ms = 0; result.sent < packets; ms++) {
    for (; result.sent < Math.min(packets, ms * packetsPerMs); result.sent++) {
      sentAtMs[result.sent] = link.clock.nowMs()
      from.send(makePayload(result.sent))
    }
    link.clock.advance(1)
  }
  from.close()
  link.runUntil(() => from.state === 'closed' && to.state === 'closed', 60_000)
  return result
}

const PAYLOAD_BYTES = 1316

/** Payload number `index`. */
export function makePayload(index: number): Uint8Array {
  const payload = new Uint8Array(PAYLOAD_BYTES)
  const view = new DataView(payload.buffer)
  view.setUint32(0, index)
  const random = randomFrom(index)
  for (let at = 4; at < PAYLOAD_BYTES; at += 4) view.setUint32(at, random.next() * 0x1_0000_0000)
  return payload
}

function isPayload(payload: Uint8Array, index: number): boolean {
  const want = makePayload(index)
  return payload.length === want.length && want.every((byte, at) => payload[at] === byte)
}
