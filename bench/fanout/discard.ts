import { createServer } from 'node:net'

/** Runs as a child process: takes connections and counts their bytes. */
let bytes = 0
const server = createServer((socket) => {
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  socket.on('error', () => socket.destroy())
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
process.on('message', () => {
  process.send?.({ publishers: 0, bytes, delaysUs: [], framesSampled: 0 })
  bytes = 0
})
process.on('disconnect', () => process.exit(0))
