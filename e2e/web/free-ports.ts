import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Ports that were free on loopback a moment ago, for TCP and UDP alike. All are held at once, so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, holdPort))
  for (const { release } of held) await release()
  return held.map(({ port }) => port)
}

async function holdPort(): Promise<{ port: number; release(): Promise<void> }> {
  const tcp = createServer().listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const address = tcp.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const udp = createSocket('udp4').bind(port, '127.0.0.1')
  await once(udp, 'listening')
  return {
    port,
    release: async () => {
      udp.close()
      tcp.close()
      await once(tcp, 'close')
    },
  }
}
