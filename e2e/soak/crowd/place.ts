import { connect, type Socket } from 'node:net'
import type { SeededRandom } from '@sluice/testkit/random'

/** What the crowd knows of the Sluice that it comes to. Sent to its process as it is. */
export type Place = {
  readonly ports: { readonly http: number; readonly mediaHttp: number; readonly rtmp: number; readonly rtmps: number; readonly srt: number }
  readonly token: string
  /** Channels that are the crowd's own. */
  readonly channels: readonly { readonly id: string; readonly key: string; readonly hls: string }[]
  /** An FLV file for ffmpeg to send; null: without ffmpeg. */
  readonly clip: string | null
  /** Destinations to add: bad ones and good ones. */
  readonly destinations: readonly string[]
}

/** One thing that somebody in the crowd does. All that is chosen comes out of `random`; when `signal` is aborted it hurries. */
export type Deed = (place: Place, random: SeededRandom, signal: AbortSignal) => Promise<void> | void

export const pick = <T>(random: SeededRandom, from: readonly T[]): T => from[random.int(0, from.length - 1)]!

/** Everybody in the crowd has another address than the shows that nothing may disturb. */
export const addressOf = (random: SeededRandom): string => `127.1.${random.int(0, 3)}.${random.int(1, 250)}`

/** Resolves after so long, or as soon as it is over. */
export function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

/** A TCP connection whose errors are what was asked for. It reads nothing until somebody does. */
export function openTcp(port: number, random: SeededRandom): Socket {
  return connect({ port, host: '127.0.0.1', localAddress: addressOf(random) }).on('error', () => {})
}

/** Sends bytes, reads all answers for so long, and leaves. */
export async function sayAndLeave(socket: Socket, bytes: Uint8Array | string, ms: number, signal: AbortSignal): Promise<void> {
  socket.resume()
  socket.write(bytes)
  await rest(ms, signal)
  socket.destroy()
}
