import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readU32 } from '@sluice/base/bytes'
import { seq31Add } from '@sluice/base/serial'
import { ControlType, ExtensionType, headerBytes } from '../constants.ts'
import { randomKey } from '../crypto.ts'
import { writeAck } from '../packet/ack.ts'
import { isControlPacket, makeControlPacket, readControlSubtype, readControlType } from '../packet/header.ts'
import { writeKeyMaterial } from '../packet/key-material.ts'
import { writeNaks } from '../packet/nak.ts'
import { callerAddress, listenerAddress, MadeLink } from '../testing/made-link.ts'
import { MadeSocket } from '../testing/made-network.ts'

/** The handshake's field with the sender's own socket id. Spec: draft-sharabayko-srt-01 §3.2.1, figure 5 */
const socketIdAt = headerBytes + 24

/** Counts what the listener's side sends while its peer floods it with `packets`, all in one moment. */
function flood(packets: (socketId: number, firstSequence: number) => Uint8Array[], passphrase?: string) {
  const link = new MadeLink({ seed: 1, delayMs: 0 }, {}, passphrase === undefined ? {} : { passphrase })
  const sent: Uint8Array[] = []
  let [socketId, callerPort] = [0, 0]
  link.network.watch = (packet, from) => {
    if (from.port !== 8890) callerPort = from.port
    else if (isControlPacket(packet) && readControlType(packet) === ControlType.handshake) socketId = readU32(packet, socketIdAt)
    return true
  }
  const { listener, caller } = link.connect(passphrase === undefined ? {} : { passphrase })
  link.network.watch = (packet, from) => {
    if (from.port === 8890) sent.push(packet)
    return from.port !== 8890 // the peer answers nothing
  }
  for (let i = 0; i < 500; i++) listener.send(new Uint8Array(1316))
  link.clock.advance(50)
  const firstSequence = readU32(sent.find((packet) => !isControlPacket(packet))!, 0)
  sent.length = 0
  const peer = new MadeSocket(link.network, callerAddress, callerPort)
  for (const packet of packets(socketId, firstSequence)) peer.send(packet, 8890, listenerAddress)
  link.clock.advance(0)
  const control = sent.filter(isControlPacket)
  return { link, listener, caller, control: (type: number) => control.filter((packet) => readControlType(packet) === type), all: sent }
}

const ack = { nextSequence: 0, rttUs: 1, rttVarUs: 1, freePackets: 8192, receivedPacketsPerS: 1, linkPacketsPerS: 1, receivedBytesPerS: 1 }

test('20,000 acknowledgements at once are answered 4,000 times at most', () => {
  const { control, listener } = flood((destinationId) =>
    Array.from({ length: 20_000 }, (_, info) => writeAck({ timestampUs: 0, destinationId, info }, ack)),
  )
  const answers = control(ControlType.ackAck).length
  assert.ok(answers > 0 && answers <= 4_000, `${answers} answers`)
  assert.equal(listener.state, 'open')
})

test('one NAK of 180 ranges that are gone is answered once', () => {
  const { control } = flood((destinationId, firstSequence) => {
    const ranges = Array.from({ length: 180 }, (_, i) => {
      const gone = seq31Add(firstSequence, -2 - 2 * i)
      return { first: gone, last: gone }
    })
    return writeNaks({ timestampUs: 0, destinationId }, ranges, 1456)
  })
  assert.equal(control(ControlType.dropRequest).length, 1)
})

test('key requests with ever new salts cost one derivation a second', () => {
  const { all } = flood(
    (destinationId) =>
      Array.from({ length: 500 }, () => {
        const km = writeKeyMaterial({ keyFlags: 1, mode: 'ctr', salt: randomKey(16), keyLengthBytes: 16, wrapped: randomKey(24) })
        const packet = makeControlPacket(
          ControlType.userDefined,
          { timestampUs: 0, destinationId, subtype: ExtensionType.kmReq },
          km.length,
        )
        packet.set(km, headerBytes)
        return packet
      }),
    'a passphrase of some length',
  )
  const answers = all.filter((packet) => isControlPacket(packet) && readControlType(packet) === ControlType.userDefined)
  assert.ok(answers.filter((packet) => readControlSubtype(packet) === ExtensionType.kmRsp).length <= 1)
})
