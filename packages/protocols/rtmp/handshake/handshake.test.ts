import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, equalBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { randomFrom } from '@sluice/testkit/random'
import { piecesOf } from '../testing/chunk-muxer.ts'
import { ClientHandshake } from './client-handshake.ts'
import { hmacSha256 } from './crypto.ts'
import { digestAt, findDigest, handshakeBytes, imprintDigest, playerKey, serverKey } from './digest.ts'
import { ServerHandshake } from './server-handshake.ts'

/** C0 and C1 of a client of the simple form, as librtmp sends it. */
function simpleC0C1(): Uint8Array {
  const block = randomFrom(1).bytes(1 + handshakeBytes)
  block[0] = 3
  block.fill(0, 1, 9)
  return block
}

test('client and server of ours finish, whatever the pieces, and leave what follows untouched', () => {
  const random = randomFrom(2)
  for (let run = 0; run < 20; run++) {
    const toServer: Uint8Array[] = []
    const toClient: Uint8Array[] = []
    const client = new ClientHandshake((wire) => toServer.push(wire))
    const server = new ServerHandshake((wire) => toClient.push(wire))
    client.start()
    for (const piece of piecesOf(toServer.shift()!, random, 700)) assert.equal(server.push(piece), piece.length)
    for (const piece of piecesOf(concatBytes(toClient), random, 700)) client.push(piece)
    assert.ok(client.isDone)
    const last = concatBytes([toServer.shift()!, Uint8Array.of(1, 2, 3)])
    assert.equal(server.push(last), handshakeBytes)
    assert.ok(server.isDone)
  }
})

test('a simple C1 is answered by an S1 without version and an S2 that echoes it', () => {
  const sent: Uint8Array[] = []
  const server = new ServerHandshake((wire) => sent.push(wire))
  const c0c1 = simpleC0C1()
  server.push(c0c1)
  const reply = concatBytes(sent)
  assert.equal(reply.length, 1 + 2 * handshakeBytes)
  assert.deepEqual([...reply.subarray(0, 9)], [3, 0, 0, 0, 0, 0, 0, 0, 0])
  assert.ok(equalBytes(reply.subarray(1 + handshakeBytes), c0c1.subarray(1)))
})

for (const scheme of [0, 1] as const) {
  test(`a digest C1 of scheme ${scheme} is answered by a digest S1 of the same scheme and a signed S2`, () => {
    const c1 = randomFrom(3).bytes(handshakeBytes)
    c1.set([10, 0, 45, 2], 4)
    imprintDigest(c1, scheme, playerKey)
    const sent: Uint8Array[] = []
    new ServerHandshake((wire) => sent.push(wire)).push(concatBytes([Uint8Array.of(3), c1]))
    const reply = concatBytes(sent)
    assert.equal(findDigest(reply.subarray(1, 1 + handshakeBytes), serverKey)?.scheme, scheme)
    const at = digestAt(c1, scheme)
    assert.ok(isReplySigned(reply.subarray(1 + handshakeBytes), c1.subarray(at, at + 32), serverKey))
  })
}

test('the client echoes an S1 without digest', () => {
  const sent: Uint8Array[] = []
  const client = new ClientHandshake((wire) => sent.push(wire))
  client.start()
  const s0s1 = simpleC0C1()
  client.push(s0s1)
  assert.ok(equalBytes(sent[1]!, s0s1.subarray(1)))
})

const strangers = [
  { name: 'TLS', byte: 0x16, says: /TLS/ },
  { name: 'a TLS alert', byte: 0x15, says: /RTMPS/ },
  { name: 'RTMPE', byte: 6, says: /RTMPE/ },
  { name: 'HTTP', byte: 'G'.charCodeAt(0), says: /HTTP/ },
  { name: 'anything else', byte: 0xff, says: /not RTMP/ },
]
for (const c of strangers) {
  test(`${c.name} is refused at its first byte and named`, () => {
    const server = new ServerHandshake(() => assert.fail('nothing is to be said'))
    assert.throws(
      () => server.push(Uint8Array.of(c.byte)),
      (err) => err instanceof WireError && err.code === 'RTMP_HANDSHAKE_VERSION' && c.says.test(err.message),
    )
  })
}

/** True when `block`, a C2 or S2, answers our digest: its last 32 bytes sign the rest. Not in the spec; as Flash Player 9+ does. */
function isReplySigned(block: Uint8Array, ourDigest: Uint8Array, key: typeof serverKey): boolean {
  const at = block.length - ourDigest.length
  return equalBytes(block.subarray(at), hmacSha256(hmacSha256(key.full, [ourDigest]), [block.subarray(0, at)]))
}
