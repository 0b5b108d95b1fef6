import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { writeMediaMessage } from '@sluice/protocols/rtmp'

const handshakeBytes = { ours: 1537, theirs: 3073, answer: 1536 } as const
const commandType = 20

/** A TCP connection that says whatever a test wants, and keeps what it hears. */
export type RawClient = {
  readonly socket: Socket
  heard(): Buffer
  /** Resolves when the far end has closed. */
  readonly closed: Promise<void>
  isClosed(): boolean
}

export async function openRaw(t: TestContext, port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1')
  const parts: Buffer[] = []
  let isClosed = false
  socket.on('data', (bytes: Buffer) => parts.push(bytes))
  socket.on('error', () => {}) // resets are what these tests ask for
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  void closed.then(() => {
    isClosed = true
  })
  t.after(() => socket.destroy())
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  return { socket, heard: () => Buffer.concat(parts), closed, isClosed: () => isClosed }
}

/** Does the simple handshake, so that chunks may follow. */
export async function openShaken(t: TestContext, port: number): Promise<RawClient> {
  const client = await openRaw(t, port)
  client.socket.write(Buffer.concat([Buffer.of(3), Buffer.alloc(handshakeBytes.ours - 1)]))
  while (client.heard().length < handshakeBytes.theirs && !client.isClosed()) await new Promise((resolve) => setTimeout(resolve, 5))
  client.socket.write(Buffer.alloc(handshakeBytes.answer))
  return client
}

/** The header of a fmt-0 chunk, without any of the body that it promises. Spec: RTMP 1.0 §5.3.1.2.1 */
export function chunkHeader(chunkStreamId: number, type: number, byteCount: number): Buffer {
  const header = Buffer.alloc(12)
  header[0] = chunkStreamId
  header.writeUIntBE(byteCount, 4, 3)
  header[7] = type
  return header
}

/** A command `connect` whose argument is an object in an object in an object, `depth` times. It ends in none of them. */
export function nestedConnect(depth: number): Uint8Array {
  const name = Buffer.concat([Buffer.of(2, 0, 7), Buffer.from('connect'), Buffer.of(0, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)])
  const nest = Buffer.alloc(depth * 4)
  for (let at = 0; at < nest.length; at += 4) nest.set([3, 0, 1, 0x61], at)
  return asCommand(Buffer.concat([name, nest]))
}

/** AMF0 as a command message in chunks of 128 bytes, as every connection starts with. */
function asCommand(body: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [chunkHeader(3, commandType, body.length)]
  for (let at = 0; at < body.length; at += 128) parts.push(...(at === 0 ? [] : [Buffer.of(0xc3)]), body.subarray(at, at + 128))
  return Buffer.concat(parts)
}

/** A video message of `byteCount` bytes that a publisher may send once it is accepted. */
export const largeVideo = (messageStreamId: number, byteCount: number): Uint8Array =>
  writeMediaMessage('video', 0, messageStreamId, [new Uint8Array(byteCount)])
