// The same load for each receiver: `count` callers that send at `bitrateBps`. Arguments: port, count, bitrateBps, passphrase or ''.
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { defaultPayloadBytes, openSrtCaller, type SrtConnection } from '@sluice/protocols/srt'
import { pace } from './pace.ts'

const [port, count, bitrateBps] = process.argv.slice(2, 5).map(Number) as [number, number, number]
const passphrase = process.argv[5] || undefined
const payload = new Uint8Array(defaultPayloadBytes).fill(0x47)
const connections: SrtConnection[] = []

function call(): void {
  openSrtCaller({
    host: '127.0.0.1',
    port,
    passphrase,
    mode: 'send',
    clock: systemClock,
    log: silentLogger,
    handler: {
      onReady: (connection) => {
        connections.push(connection)
        if (connections.length < count) call()
        else start()
      },
      onClose: (failure) => process.send!({ failure }),
    },
  })
}

function start(): void {
  let next = 0
  pace(bitrateBps * count, defaultPayloadBytes, () => connections[next++ % count]!.send(payload))
  process.send!({ isReady: true })
}

process.on('disconnect', () => process.exit(0))
call()
