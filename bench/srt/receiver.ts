// The measured side: a server that takes all callers and counts. Arguments: passphrase or ''.
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { openSrtServer, type SrtConnection } from '@sluice/protocols/srt'

/** Sums over all connections since the start. */
export type ReceiverReport = { connections: number; bytes: number; lost: number; dropped: number; undecrypted: number }

const passphrase = process.argv[2] || undefined
const connections: SrtConnection[] = []
let bytes = 0

const server = await openSrtServer({
  port: 0,
  host: '127.0.0.1',
  clock: systemClock,
  log: silentLogger,
  handler: {
    onRequest: () => ({
      accept: true,
      passphrase,
      onConnection: (connection) => {
        connections.push(connection)
        connection.onPayload = (payload) => {
          bytes += payload.length
        }
      },
    }),
  },
})
process.on('message', () => {
  const report: ReceiverReport = { connections: connections.length, bytes, lost: 0, dropped: 0, undecrypted: 0 }
  for (const connection of connections) {
    const stats = connection.stats()
    report.lost += stats.pktRcvLossTotal
    report.dropped += stats.pktRcvDropTotal
    report.undecrypted += stats.pktRcvUndecryptTotal
  }
  process.send!(report)
})
process.on('disconnect', () => process.exit(0))
process.send!({ port: server.port })
