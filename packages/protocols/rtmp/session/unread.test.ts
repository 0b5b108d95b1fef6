import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { MessageType } from '../constants.ts'
import { defaultRtmpLimits } from '../limits.ts'
import { CoreServer, commandWire, connectWire, messageWire, playWire, publishWire, simpleHandshake } from '../testing/core-server.ts'
import { writeMediaMessage } from '../wire.ts'
import { ClientCore } from './client-core.ts'
import { UnreadAnswers } from './unread-answers.ts'

/** What one answer may add beyond the bound before the session ends: the reply to a connect or a play. */
const oneReplyBytes = 8_192
const floodMs = 60_000

/** Where everything that was sent waits: a peer that reads nothing. */
class DeafPeer {
  sentBytes = 0
  sends = 0
  get queuedBytes(): number {
    return this.sentBytes
  }
  send(wire: Uint8Array): void {
    this.sentBytes += wire.length
    this.sends++
  }
}

type Role = { push(wire: Uint8Array, nowMs: number): void; peer: DeafPeer }

function server(head: Uint8Array): Role {
  const peer = new DeafPeer()
  const { core } = new CoreServer({ outbox: peer })
  core.push(head, 0)
  return { push: (wire, nowMs) => core.push(wire, nowMs), peer }
}

function client(role: 'publish' | 'play', isLive: boolean): Role {
  const peer = new DeafPeer()
  const core = new ClientCore({
    role,
    app: 'live',
    tcUrl: '',
    streamName: 'key',
    enhanced: true,
    extras: {},
    ackWindowBytes: 250_000,
    limits: defaultRtmpLimits,
    host: { send: (wire) => peer.send(wire), outbox: peer, onReady() {}, onMedia() {}, onAcknowledged() {}, onFailure() {} },
  })
  core.start()
  core.push(simpleHandshake(), 0)
  if (isLive) {
    core.push(commandWire('_result', 1, [{ fmsVer: 'x' }, { code: 'NetConnection.Connect.Success' }]), 0)
    core.push(commandWire('_result', 4, [null, 1]), 0)
    core.push(
      commandWire('onStatus', 0, [null, { level: 'status', code: `NetStream.${role === 'play' ? 'Play' : 'Publish'}.Start` }], 1),
      0,
    )
    assert.equal(core.state, 'live')
  }
  return { push: (wire, nowMs) => core.push(wire, nowMs), peer }
}

const roles: { [name: string]: () => Role } = {
  'a stranger after connect': () => server(concatBytes([simpleHandshake(), connectWire()])),
  'a publisher': () => server(publishWire()),
  'a player': () => server(playWire()),
  'the server of an output': () => client('publish', true),
  'a server that is being dialled': () => client('publish', false),
  'the server of a pull': () => client('play', true),
}

const ping = messageWire(MessageType.userControl, Uint8Array.of(0, 6, 0, 0, 0, 1))
const tinyWindow = messageWire(MessageType.windowAckSize, Uint8Array.of(0, 0, 0, 1))
const floods: { [name: string]: (random: SeededRandom) => Uint8Array } = {
  pings: () => ping,
  'createStream calls': () => commandWire('createStream', 9, [null]),
  'releaseStream calls': () => commandWire('releaseStream', 9, [null, 'key']),
  '_checkbw and _onbwcheck calls': (random) => commandWire(random.int(0, 1) === 0 ? '_checkbw' : '_onbwcheck', 9, [null]),
  'seeks and pauses': (random) => commandWire(random.int(0, 1) === 0 ? 'seek' : 'pause', 9, [null, true]),
  'media at an acknowledgement window of one byte': (random) =>
    random.int(0, 50) === 0 ? tinyWindow : writeMediaMessage('video', 0, 1, [Uint8Array.of(0x17, 1, 0, 0, 0)]),
  anything: (random) => {
    const all = [ping, tinyWindow, commandWire('publish', 9, [null, 'k', 'live'], 1), commandWire('createStream', 9, [null])]
    return random.int(0, 3) === 0 ? messageWire(random.int(0, 30), random.bytes(random.int(0, 12))) : all[random.int(0, all.length - 1)]!
  },
}

for (const [who, make] of Object.entries(roles)) {
  for (const [what, next] of Object.entries(floods)) {
    for (const perSecond of [20, 45, 100_000]) {
      test(`${who} sends ${what}, ${perSecond} a second, and reads nothing: what we keep for it stays under its bound`, () => {
        const random = randomFrom(perSecond)
        const { push, peer } = make()
        const before = peer.sentBytes
        try {
          for (let i = 0; i < 20_000 && (i * 1000) / perSecond < floodMs * 10; i++) push(next(random), (i * 1000) / perSecond)
        } catch (error) {
          assert.ok(error instanceof WireError, String(error))
        }
        assert.ok(peer.sentBytes - before <= defaultRtmpLimits.maxUnreadBytes + oneReplyBytes, `${peer.sentBytes} bytes are kept`)
        assert.ok(peer.sends <= 2_200, `${peer.sends} answers are kept`)
      })
    }
  }
}

test('answers that were read do not count, though media between them waits all the time', () => {
  const unread = new UnreadAnswers(1_000)
  let sentBytes = 0
  for (let i = 0; i < 10_000; i++) {
    sentBytes += 100_000 // media
    sentBytes += 18
    unread.add(18, sentBytes)
    assert.equal(unread.excess(sentBytes - 200_000), null, `after ${i} answers`)
  }
  const answer = (count: number): void => {
    for (let i = 0; i < count; i++) {
      sentBytes += 18
      unread.add(18, sentBytes)
    }
  }
  answer(50)
  assert.equal(unread.excess(sentBytes - 50 * 18 - 200_000), null)
  answer(10)
  assert.match(unread.excess(sentBytes - 60 * 18 - 1) ?? '', /wait unread/)
  assert.equal(unread.excess(sentBytes), null)
})
