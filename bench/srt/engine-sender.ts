// The measured side when sending: an output of the engine from the fan-out's write on. Arguments: port, bitrateBps, passphrase or ''.
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { srtTransport } from '@sluice/media/output'
import { defaultPayloadBytes } from '@sluice/protocols/srt'
import { feedFrames } from './frames.ts'

const [port, bitrateBps] = process.argv.slice(2, 4).map(Number) as [number, number]
const secret = process.argv[4] ?? ''
const url = `srt://127.0.0.1:${port}${secret === '' ? '' : `?passphrase=${encodeURIComponent(secret)}&pbkeylen=16`}`

const open = srtTransport({ clock: systemClock, log: silentLogger })
open(
  { url, streamKey: '' },
  {
    onReady: (connection) => feedFrames(bitrateBps, defaultPayloadBytes, (frame) => connection.sink.write(frame)),
    onClose: (failure) => {
      process.send!({ failure })
      process.exit(1)
    },
  },
)
process.on('disconnect', () => process.exit(0))
