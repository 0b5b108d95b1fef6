import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { settings } from '@sluice/contract/settings'

/** The ports that a Sluice listens on. */
export type SluicePorts = Readonly<Record<'httpPort' | 'mediaHttpPort' | 'rtmpPort' | 'rtmpsPort' | 'srtPort', number>>

/** The usual ports, so that what the documentation says fits; other free ones where somebody has them. */
export async function chooseSluicePorts(): Promise<SluicePorts> {
  return {
    httpPort: await freeTcpPort(Number(settings.httpPort.fallback)),
    mediaHttpPort: await freeTcpPort(Number(settings.mediaHttpPort.fallback)),
    rtmpPort: await freeTcpPort(Number(settings.rtmpPort.fallback)),
    rtmpsPort: await freeTcpPort(Number(settings.rtmpsPort.fallback)),
    srtPort: await freeUdpPort(Number(settings.srtPort.fallback)),
  }
}

/** The same as flags. */
export const portFlags = (ports: SluicePorts): string[] =>
  Object.entries(ports).flatMap(([name, port]) => [settings[name as keyof SluicePorts].flag, String(port)])

/** `wanted` where nothing listens there yet, else a port that the system chooses. */
async function freeTcpPort(wanted: number): Promise<number> {
  return (await tryTcp(wanted)) ?? (await tryTcp(0)) ?? wanted
}

/** The same for UDP. */
async function freeUdpPort(wanted: number): Promise<number> {
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
