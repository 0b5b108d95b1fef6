import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatBytes, fromHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { bytesFrom, randomFrom } from '@sluice/testkit/random'
import { MessageType } from '../constants.ts'
import { CoreServer, messageWire, publishWire } from '../testing/core-server.ts'

const audio = (timestampMs: number): Uint8Array => messageWire(MessageType.audio, fromHex('af01aabb'), 1, timestampMs)

/** A publisher that has sent one sound, then `odd`, then another. */
function publish(odd: Uint8Array): CoreServer {
  const server = new CoreServer()
  server.core.push(concatBytes([publishWire(), audio(1)]), 0)
  server.core.push(concatBytes([odd, audio(2)]), 0)
  return server
}

const odd = [
  { name: 'a command that is no AMF', type: MessageType.commandAmf0, body: 'ffffff' },
  { name: 'an empty command', type: MessageType.commandAmf0, body: '' },
  { name: 'a User Control message of one byte', type: MessageType.userControl, body: '00' },
  { name: 'a ping without its clock', type: MessageType.userControl, body: '0006' },
  { name: 'an Abort of no bytes', type: MessageType.abort, body: '' },
  { name: 'a window of one byte', type: MessageType.windowAckSize, body: '01' },
  { name: 'a chunk size of 0', type: MessageType.setChunkSize, body: '00000000' },
  { name: 'a chunk size of two bytes', type: MessageType.setChunkSize, body: '0010' },
  { name: 'an aggregate that ends within a part', type: MessageType.aggregate, body: '0800ff00000000000000' },
  { name: 'a command in the AMF3 envelope that is none', type: MessageType.commandAmf3, body: '00ff' },
]

describe('beside good media', () => {
  for (const { name, type, body } of odd) {
    test(`${name} is left out and told, and the session goes on`, () => {
      const server = publish(messageWire(type, fromHex(body), 0, 0))
      assert.equal(server.core.state, 'publishing')
      assert.deepEqual(
        server.media.map(({ timestampMs }) => timestampMs),
        [1, 2],
      )
      assert.deepEqual(
        server.leftOut.map(({ what }) => what),
        ['broken'],
      )
    })
  }

  test('shared objects and message types that nobody knows are told by our own names', () => {
    const types = [16, 19, 7, 23, 255]
    const server = publish(concatBytes(types.map((type) => messageWire(type, fromHex('0102'), 0, 0))))
    assert.deepEqual(
      server.leftOut.map(({ what, name }) => `${what} ${name}`),
      ['shared object message', 'shared object message', 'message of type 7', 'message of type 23', 'message of type 255'].map(
        (name) => `unknown ${name}`,
      ),
    )
  })

  test('the good parts before a broken one in an aggregate message are taken', () => {
    const part = fromHex('08000004' + '00000900' + '000000' + 'af01ccdd' + '0000000f')
    const server = publish(messageWire(MessageType.aggregate, concatBytes([part, fromHex('0800ff')]), 1, 9))
    assert.deepEqual(
      server.media.map(({ timestampMs }) => timestampMs),
      [1, 9, 2],
    )
  })

  test('a message above its limit is passed over, and nothing is held of it', () => {
    const server = publish(messageWire(MessageType.commandAmf0, new Uint8Array(100_000), 0, 0))
    assert.equal(server.media.length, 2)
    assert.deepEqual(server.leftOut, [{ what: 'broken', name: 'command message above the limit' }])
  })

  test('any message of any type and body ends no session and changes no other message (seed 61)', () => {
    const random = randomFrom(61)
    for (const body of bytesFrom(61, 3000, 40)) {
      const type = random.int(0, 255)
      // A chunk size that can be is believed: what follows has to keep to it.
      if (type === MessageType.setChunkSize && body.length === 4) continue
      const server = publish(messageWire(type, body, 1, 5))
      // deleteStream and its like are the publisher's own word.
      if (server.core.state === 'connected') continue
      assert.equal(server.core.state, 'publishing', `type ${type}`)
      const times = server.media.map(({ timestampMs }) => timestampMs)
      assert.ok(times[0] === 1 && times.at(-1) === 2, `type ${type}: ${times}`)
    }
  })
})

test('before a publish is agreed, a message that can’t be read ends the session: it is no encoder', () => {
  const server = new CoreServer()
  assert.throws(
    () => server.core.push(concatBytes([publishWire().subarray(0, 3073), messageWire(MessageType.commandAmf0, fromHex('ff'), 0, 0)]), 0),
    WireError,
  )
})
