import type { Socket } from 'node:net'
import type { Clock } from '@sluice/base/clock'
import type { SinkBehaviour } from './behaviour.ts'

const dripMs = 1000
const rtmpVersion = 3
const httpAnswer = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
const noiseBytes = 4096

/** Treats a connection as one who speaks no RTMP would; false for behaviours that need a server. */
export function serveAsStranger(socket: Socket, behaviour: SinkBehaviour, clock: Clock): boolean {
  switch (behaviour.type) {
    case 'mute':
      return true
    case 'hang-up':
      socket.end()
      return true
    case 'reset-at':
      if (behaviour.stage === 'connect') socket.resetAndDestroy()
      else socket.once('data', () => socket.resetAndDestroy())
      return true
    case 'garbage':
      socket.once('data', () => socket.end(behaviour.says === 'http' ? httpAnswer : noise()))
      return true
    case 'drip':
      drip(socket, clock)
      return true
    default:
      return false
  }
}

function drip(socket: Socket, clock: Clock): void {
  socket.resume()
  socket.write(Uint8Array.of(rtmpVersion))
  const next = (): void => {
    if (socket.destroyed) return
    socket.write(Uint8Array.of(0))
    clock.after(dripMs, next)
  }
  clock.after(dripMs, next)
}

/** The same at each call, and at no place the start of a handshake: no byte of it is 3. */
const noise = (): Uint8Array => Uint8Array.from({ length: noiseBytes }, (_, i) => 0x80 | ((i * 73) & 0x7f))
