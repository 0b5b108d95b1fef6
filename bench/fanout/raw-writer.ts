import { connect, type Socket } from 'node:net'

/**
 * The limit: `raw-writer.ts PORT COUNT BITS_PER_SECOND` writes one shared buffer per frame to COUNT sockets at 30 fps, without parsing, chunks or
 * state. What a server takes beyond this is its own.
 */
const [port = '0', count = '0', bitsPerSecond = '6000000'] = process.argv.slice(2)
const fps = 30
const frame = Buffer.alloc(Math.round(Number(bitsPerSecond) / 8 / fps) + 320)

const sockets: Socket[] = []
for (let i = 0; i < Number(count); i++) {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true }, () => {
    sockets.push(socket)
    if (sockets.length === Number(count)) start()
  })
  socket.on('error', () => process.exit(1))
}

function start(): void {
  process.send?.('publishing')
  let number = 0
  const startMs = performance.now()
  const tick = (): void => {
    while ((number * 1000) / fps <= performance.now() - startMs) {
      for (const socket of sockets) socket.write(frame)
      number++
    }
    setTimeout(tick, Math.max(0, (number * 1000) / fps - (performance.now() - startMs)))
  }
  tick()
}
process.on('disconnect', () => process.exit(0))
