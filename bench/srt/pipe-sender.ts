// The measured side when sending: standard input to a listener, as srt-live-transmit does. Arguments: port, passphrase or ''.
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { defaultPayloadBytes, openSrtCaller } from '@sluice/protocols/srt'

let rest: Uint8Array = new Uint8Array(0)
openSrtCaller({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  passphrase: process.argv[3] || undefined,
  mode: 'send',
  clock: systemClock,
  log: silentLogger,
  handler: {
    onReady: (connection) => {
      process.stdin.on('data', (chunk: Buffer) => {
        const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        let at = 0
        for (; at + defaultPayloadBytes <= data.length; at += defaultPayloadBytes)
          connection.send(data.subarray(at, at + defaultPayloadBytes))
        rest = data.subarray(at)
      })
    },
    onClose: () => process.exit(1),
  },
})
