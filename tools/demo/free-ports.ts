import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** `wanted` where nothing listens there yet, else a port that the system chooses. */
export async function freeTcpPort(wanted: number): Promise<number> {
  return (await tryTcp(wanted)) ?? (await tryTcp(0)) ?? wanted
}

/** The same for UDP. */
export async function freeUdpPort(wanted: number): Promise<number> {
  return (await tryUdp(wanted)) ?? (await tryUdp(0)) ?? wanted
}

async function tryTcp(port: number): Promise<number | null> {
  const server = createServer()
  server.listen(port, '0.0.0.0')
  try {
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch {
    return null
  } finally {
    server.close()
  }
}

async function tryUdp(port: number): Promise<number | null> {
  const socket = createSocket('udp4')
  try {
    socket.bind(port, '0.0.0.0')
    await once(socket, 'listening')
    return socket.address().port
  } catch {
    return null
  } finally {
    socket.close()
  }
}
