import { mutationsOf, type SeededRandom } from '@sluice/testkit/random'
import { chunkHeader, nestedConnect } from '../../support/raw-rtmp.ts'
import { type Deed, openTcp, type Place, pick, rest, sayAndLeave } from './place.ts'

const portsOf = ({ ports }: Place): number[] => [ports.http, ports.mediaHttp, ports.rtmp, ports.rtmps]
const clientHello = Buffer.from('16030102000100', 'hex')
const hello = Buffer.concat([Buffer.of(3), Buffer.alloc(1536)])
const answer = Buffer.alloc(1536)
const videoType = 9
const commandType = 20

const idle: Deed = async (place, random, signal) => {
  const port = pick(random, portsOf(place))
  const sockets = Array.from({ length: random.int(5, 40) }, () => openTcp(port, random))
  await rest(random.int(1000, 12_000), signal)
  for (const socket of sockets) random.int(0, 1) === 0 ? socket.destroy() : socket.resetAndDestroy()
}

const halfOpen: Deed = async (place, random, signal) => {
  const isSecure = random.int(0, 1) === 1
  const socket = openTcp(isSecure ? place.ports.rtmps : place.ports.rtmp, random)
  socket.write(isSecure ? clientHello : hello.subarray(0, random.int(1, 1536)))
  await rest(random.int(500, 12_000), signal)
  socket.destroy()
}

/** Past the handshake: what comes then is read as RTMP. */
async function shake(place: Place, random: SeededRandom, signal: AbortSignal) {
  const socket = openTcp(place.ports.rtmp, random)
  socket.resume()
  socket.write(hello)
  await rest(100, signal)
  socket.write(answer)
  return socket
}

const claims: Deed = async (place, random, signal) => {
  const bytes = pick(random, [
    Buffer.concat([chunkHeader(3, commandType, 0xffffff), random.bytes(64)]),
    Buffer.concat([chunkHeader(4, videoType, 0xffffff), random.bytes(4000)]),
    nestedConnect(random.int(100, 15_000)),
    Buffer.from('ff'.repeat(3000), 'hex'),
  ])
  await sayAndLeave(await shake(place, random, signal), bytes, random.int(100, 1500), signal)
}

const nonsense: Deed = async (place, random, signal) => {
  const socket = openTcp(pick(random, portsOf(place)), random)
  const goods: Uint8Array[] = [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), hello.subarray(0, 64), clientHello]
  const bytes = [...mutationsOf(random.int(1, 1e9), random.int(1, 40), goods)]
  await sayAndLeave(socket, Buffer.concat(bytes), random.int(50, 2000), signal)
}

/** User control PingRequest over and over, whose answers nobody reads. Spec: RTMP 1.0 §7.1.7 */
const pings: Deed = async (place, random, signal) => {
  const socket = await shake(place, random, signal)
  socket.pause()
  const ping = Buffer.concat([chunkHeader(2, 4, 6), Buffer.of(0, 6, 0, 0, 0, 1)])
  const many = Buffer.concat(Array.from({ length: 2000 }, () => ping))
  for (let i = 0; i < random.int(5, 40) && !signal.aborted; i++) {
    socket.write(many)
    await rest(50, signal)
  }
  await rest(random.int(0, 3000), signal)
  socket.destroy()
}

export const strangers: Readonly<Record<string, Deed>> = {
  'idle connections': idle,
  'a handshake that stops halfway': halfOpen,
  'claims a huge message': claims,
  'talks nonsense': nonsense,
  'floods with pings and never reads': pings,
}
