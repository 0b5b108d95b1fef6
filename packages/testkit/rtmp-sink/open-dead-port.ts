import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** A TCP port of which a caller never hears: no answer to its connect, neither yes nor no. */
export type DeadPort = { readonly port: number; close(): Promise<void> }

/** Listens with the smallest queue, and then sleeps for good: who listens and accepts nobody. */
const sleeper = `
const { createServer } = require('node:net')
const { parentPort, workerData } = require('node:worker_threads')
const server = createServer()
server.on('error', (error) => { throw error })
server.listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`

/** Linux lets one more in than the queue's length, and drops what comes then. */
const fillers = 4
const filledWithinMs = 250

/** Opens such a port on `host`. It needs no privilege: the queue of a listener that never accepts is filled by callers of our own. */
export async function openDeadPort(options: { port?: number; host?: string } = {}): Promise<DeadPort> {
  const { port: wanted = 0, host = '127.0.0.1' } = options
  const worker = new Worker(sleeper, { eval: true, workerData: { port: wanted, host } })
  const [port] = (await once(worker, 'message')) as [number]
  const sockets: Socket[] = []
  const full = Promise.withResolvers<void>()
  const settled = new Set<Socket>()
  for (let i = 0; i < fillers; i++) {
    const socket = connect(port, host)
    socket.on('error', () => {})
    socket.on('connect', () => {
      settled.add(socket)
      if (settled.size === fillers) full.resolve()
    })
    sockets.push(socket)
  }
  // Some of them must hang, which no event tells: on loopback those that don't are in within a millisecond.
  await Promise.race([full.promise, new Promise((resolve) => setTimeout(resolve, filledWithinMs))])
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await worker.terminate()
    },
  }
}
