import { createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { serveRtmp } from '@sluice/protocols/rtmp'
import { nowUs, stampOf } from '../support/stamped-media.ts'

/** Runs as a child process: takes any number of RTMP publishers, counts what comes, and on a few of them stamps the delay. */
export type SinkReport = { publishers: number; bytes: number; delaysUs: number[]; framesSampled: number }

const ackEveryBytes = 1_000_000

let publishers = 0
let bytes = 0
let delaysUs: number[] = []

/** A socket that is parsed until its publisher is accepted. After that, unless it is one of the sampled, its bytes are only counted. */
class Tap extends Duplex {
  readonly socket: Socket
  isParsed = true
  #received = 0
  #acked = 0

  constructor(socket: Socket) {
    super()
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      this.#received += chunk.length
      if (this.isParsed) this.push(chunk)
      else if (this.#received - this.#acked > ackEveryBytes) this.#acknowledge()
    })
    socket.on('end', () => this.push(null))
    socket.on('error', () => this.destroy())
    socket.on('close', () => this.destroy())
  }

  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.socket.write(chunk)
    done()
  }
  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.destroy()
    done()
  }

  /** Acknowledgement, chunk stream 2, type 3. Spec: RTMP 1.0 §5.4.3 */
  #acknowledge(): void {
    this.#acked = this.#received
    const message = Buffer.from([2, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0])
    message.writeUInt32BE(this.#received >>> 0, 12)
    this.socket.write(message)
  }
}

const server = createServer((socket) => {
  socket.setNoDelay(true)
  const tap = new Tap(socket)
  serveRtmp(tap, {
    clock: systemClock,
    log: silentLogger,
    remoteAddress: 'bench',
    // Its parser sees nothing any more of those that are only counted.
    limits: { publisherIdleMs: 3_600_000 },
    handler: {
      onPublish(request) {
        publishers++
        const isSampled = request.name.startsWith('sampled')
        tap.isParsed = isSampled
        return {
          accept: true,
          sink: {
            onMessage(kind, _timestampMs, body) {
              const madeUs = kind === 'video' ? stampOf(body) : null
              if (madeUs !== null) delaysUs.push(nowUs() - madeUs)
            },
            onClose() {
              publishers--
            },
          },
        }
      },
      onPlay: () => ({ accept: false, code: 'refused', description: 'a sink plays nothing' }),
    },
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
process.on('message', () => {
  const report: SinkReport = { publishers, bytes, delaysUs, framesSampled: delaysUs.length }
  bytes = 0
  delaysUs = []
  process.send?.(report)
})
process.on('disconnect', () => process.exit(0))
