import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that Linux gives to outgoing connections: a test that runs beside this one can't be given one of them by chance. */
const range = { from: 20_000, count: 12_000 }

type HeldPort = { readonly port: number; release(): Promise<void> }

/** Ports that were free on loopback a moment ago, for TCP and UDP alike. All are held at once, so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const held: HeldPort[] = []
  while (held.length < count) {
    const one = await holdPort(range.from + Math.floor(Math.random() * range.count))
    if (one !== null) held.push(one)
  }
  for (const { release } of held) await release()
  return held.map(({ port }) => port)
}

/** Null when somebody has it. */
async function holdPort(port: number): Promise<HeldPort | null> {
  const tcp = createServer()
  const udp = createSocket('udp4')
  const release = async (): Promise<void> => {
    udp.close()
    if (!tcp.listening) return
    tcp.close()
    await once(tcp, 'close')
  }
  try {
    await once(tcp.listen(port, '127.0.0.1'), 'listening')
    await once(udp.bind(port, '127.0.0.1'), 'listening')
    return { port, release }
  } catch {
    await release()
    return null
  }
}
