import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import type { Failure } from '@sluice/base/errors'
import { MessageType } from '../constants.ts'
import { defaultRtmpLimits } from '../limits.ts'
import { UserControlEvent, writeUserControl } from '../message/user-control.ts'
import { CoreServer, commandWire, messageWire } from '../testing/core-server.ts'
import { writeMediaMessage } from '../wire.ts'
import { ClientCore, type ClientCoreOptions } from './client-core.ts'

type Seen = { ready: number[]; failures: Failure[]; media: number[]; acks: number[]; reconnects: number }

/** A client core joined to a server core: each one's bytes are pushed into the other until both are silent. */
function join(options: Partial<ClientCoreOptions> = {}): {
  client: ClientCore
  server: CoreServer
  seen: Seen
  sent(): number
  settle(): void
} {
  const server = new CoreServer()
  const toClient: Uint8Array[] = []
  const toServer: Uint8Array[] = []
  const note = server.send.bind(server)
  server.send = (wire) => {
    note(wire)
    toClient.push(wire)
  }
  const seen: Seen = { ready: [], failures: [], media: [], acks: [], reconnects: 0 }
  let sentCount = 0
  const client = new ClientCore({
    role: 'publish',
    app: 'live',
    tcUrl: 'rtmp://h/live',
    streamName: 'secretkey?a=b%20',
    enhanced: true,
    extras: {},
    ackWindowBytes: 1000,
    limits: defaultRtmpLimits,
    ...options,
    host: {
      send: (wire) => {
        sentCount++
        toServer.push(wire)
      },
      onReady: (id) => seen.ready.push(id),
      onMedia: (_kind, timestampMs) => seen.media.push(timestampMs),
      onAcknowledged: (bytes) => seen.acks.push(bytes),
      onFailure: (failure) => seen.failures.push(failure),
      onReconnectRequest: () => seen.reconnects++,
    },
  })
  const settle = (): void => {
    while (toClient.length + toServer.length > 0) {
      for (const wire of toServer.splice(0)) server.core.push(wire, 0)
      for (const wire of toClient.splice(0)) client.push(wire, 0)
    }
  }
  client.start()
  settle()
  return { client, server, seen, sent: () => sentCount, settle }
}

const userControlWire = (event: number): Uint8Array =>
  messageWire(MessageType.userControl, writeUserControl({ type: 'userControl', event, value: 1, bufferMs: 0 }))
const handshake = new Uint8Array(1 + 2 * 1536)
handshake[0] = 3
const connected = commandWire('_result', 1, [{}, { level: 'status', code: 'NetConnection.Connect.Success' }])
const created = commandWire('_result', 4, [null, 7])

/** A client that is fed a server's bytes as they are written here. */
function run(wires: Uint8Array[], role: 'publish' | 'play' = 'publish'): Seen & { client: ClientCore } {
  const seen: Seen = { ready: [], failures: [], media: [], acks: [], reconnects: 0 }
  const host = {
    send: () => {},
    onReady: (id: number) => seen.ready.push(id),
    onMedia: () => {},
    onAcknowledged: () => {},
    onFailure: (failure: Failure) => seen.failures.push(failure),
  }
  const common = {
    app: 'live',
    tcUrl: '',
    streamName: 'key',
    enhanced: false,
    extras: {},
    ackWindowBytes: 1000,
    limits: defaultRtmpLimits,
  }
  const client = new ClientCore({ role, ...common, host })
  client.start()
  client.push(concatBytes([handshake, ...wires]), 0)
  return { ...seen, client }
}

describe('a publishing client', () => {
  test('reaches the server with its key byte for byte and knows its capabilities', () => {
    const { client, server, seen } = join()
    assert.deepEqual([client.state, seen.ready], ['live', [1]])
    assert.deepEqual([server.requests[0]?.name, server.requests[0]?.query], ['secretkey', 'a=b%20'])
    assert.ok(server.requests[0]?.connect.enhanced?.fourCcs.includes('hvc1'))
    assert.ok(client.peer?.fourCcs.includes('Opus'))
  })
  test('says nothing of Enhanced RTMP when told so, and then hears nothing of it', () => {
    const { client, server } = join({ enhanced: false })
    assert.deepEqual([server.requests[0]?.connect.enhanced, client.peer], [null, null])
  })
  test('is acknowledged at its own window', () => {
    const { seen, server, settle } = join()
    const before = seen.acks.length
    for (let i = 0; i < 10; i++) server.core.push(writeMediaMessage('video', i, 1, [new Uint8Array(500)]), 0)
    settle()
    assert.ok(seen.acks.length - before >= 4)
  })
  test('says goodbye', () => {
    const { client, server, settle } = join()
    client.close()
    settle()
    assert.deepEqual(
      server.sinkEnds.map(({ kind }) => kind),
      ['unpublish'],
    )
  })

  const status = (code: string, level: string, description = ''): Uint8Array =>
    commandWire('onStatus', 0, [null, { level, code, description }], 1)
  test('fails when the server ends the stream, without the key in the words', () => {
    const { client, seen } = join()
    client.push(status('NetStream.Publish.Failed', 'error', 'secretkey is too slow'), 0)
    assert.equal(seen.failures[0]?.kind, 'remote-close')
    assert.doesNotMatch(JSON.stringify(seen.failures[0]), /secretkey/)
    client.push(status('NetStream.Publish.Failed', 'error'), 0)
    assert.equal(seen.failures.length, 1)
  })
  test('fails when the server says close, or that it shuts down', () => {
    for (const wire of [commandWire('close', 0, [null]), status('NetConnection.Connect.AppShutdown', 'status')]) {
      const { client, seen } = join()
      client.push(wire, 0)
      assert.equal(seen.failures[0]?.kind, 'remote-close')
    }
  })
  test('goes on when the server asks for a new connection, and says so', () => {
    const { client, seen } = join()
    client.push(status('NetConnection.Connect.ReconnectRequest', 'status'), 0)
    assert.deepEqual([client.state, seen.reconnects], ['live', 1])
  })
  test('answers a bandwidth check and passes over what it does not know', () => {
    const { client, seen } = join()
    client.push(
      concatBytes([commandWire('onBWDone', 0, [null]), commandWire('_onbwcheck', 7, [null]), messageWire(99, new Uint8Array(3))]),
      0,
    )
    assert.deepEqual(seen.failures, [])
  })
})

describe('a server that says no', () => {
  const cases = [
    {
      name: 'to connect',
      wires: [commandWire('_error', 1, [null, { code: 'NetConnection.Connect.Rejected', description: 'no such app' }])],
      kind: 'publish-rejected',
    },
    {
      name: 'to createStream',
      wires: [connected, commandWire('_error', 4, [null, { code: 'NetConnection.Call.Failed' }])],
      kind: 'publish-rejected',
    },
    {
      name: 'to publish, by _error',
      wires: [connected, created, commandWire('_error', 5, [null, { code: 'NetStream.Publish.Denied' }])],
      kind: 'auth',
    },
    { name: 'without a reason', wires: [commandWire('_error', 1, [])], kind: 'publish-rejected' },
  ]
  for (const c of cases) test(`${c.name} is heard as ${c.kind}`, () => assert.equal(run(c.wires).failures[0]?.kind, c.kind))

  test('to releaseStream or FCPublish is not heard: no such stream is what they say of every new name', () => {
    const { failures } = run([connected, commandWire('_error', 2, [null, {}]), commandWire('_error', 3, [null, {}])])
    assert.deepEqual(failures, [])
  })
  test('yes is heard with the stream id that it gave', () => {
    const { ready, client } = run([
      connected,
      created,
      commandWire('onStatus', 0, [null, { level: 'status', code: 'NetStream.Publish.Start' }], 7),
    ])
    assert.deepEqual([ready, client.messageStreamId], [[7], 7])
  })
})

describe('a playing client', () => {
  test('gets media and is told when the stream is over', () => {
    const { client, server, seen, settle } = join({ role: 'play' })
    assert.deepEqual([client.state, server.core.state], ['live', 'playing'])
    client.push(writeMediaMessage('video', 40, 1, [new Uint8Array(100_000)]), 0)
    assert.deepEqual(seen.media.slice(-1), [40])
    server.core.close({ kind: 'local', message: 'over' })
    settle()
    assert.equal(seen.failures[0]?.kind, 'remote-close')
  })
  test('takes media that comes without a status for a yes', () => {
    const { ready, client } = run(
      [connected, commandWire('_result', 4, [null, 1]), messageWire(MessageType.audio, new Uint8Array(2), 1, 5)],
      'play',
    )
    assert.deepEqual([ready, client.state], [[1], 'live'])
  })

  const started = [connected, commandWire('_result', 4, [null, 1])]
  const status = (code: string, level = 'status', description = ''): Uint8Array =>
    commandWire('onStatus', 0, [null, { level, code, description }], 1)
  const ends: { name: string; wires: Uint8Array[]; kind: Failure['kind']; code: string }[] = [
    {
      name: 'no such stream',
      wires: [status('NetStream.Play.StreamNotFound', 'error')],
      kind: 'remote-close',
      code: 'RTMP_STREAM_NOT_FOUND',
    },
    {
      name: 'a wrong name or password',
      wires: [status('NetStream.Play.Failed', 'error', 'access denied')],
      kind: 'auth',
      code: 'RTMP_AUTH',
    },
    { name: 'another no', wires: [status('NetStream.Play.Failed', 'error')], kind: 'publish-rejected', code: 'RTMP_REFUSED' },
    {
      name: 'the end of the publisher',
      wires: [status('NetStream.Play.Start'), status('NetStream.Play.UnpublishNotify')],
      kind: 'remote-close',
      code: 'RTMP_STREAM_ENDED',
    },
    {
      name: 'the end of the stream by user control',
      wires: [status('NetStream.Play.Start'), userControlWire(UserControlEvent.streamEof)],
      kind: 'remote-close',
      code: 'RTMP_STREAM_ENDED',
    },
  ]
  for (const { name, wires, kind, code } of ends) {
    test(`hears ${name} as ${kind}`, () => {
      const { failures } = run([...started, ...wires], 'play')
      assert.deepEqual(
        failures.map((failure) => [failure.kind, failure.code]),
        [[kind, code]],
      )
      assert.doesNotMatch(failures[0]!.message, /to go on/)
    })
  }
  test('waits through a dry stream, and is not ended by the end of one before its own began', () => {
    const wires = [userControlWire(UserControlEvent.streamEof), status('NetStream.Play.Start'), userControlWire(UserControlEvent.streamDry)]
    const { failures, ready, client } = run([...started, ...wires], 'play')
    assert.deepEqual([failures, ready, client.state], [[], [1], 'live'])
  })
  test('takes an aggregate apart, whose times go on from its own, in chunks of any size', () => {
    const tag = (ms: number): Uint8Array => Uint8Array.of(9, 0, 0, 2, 0, 0, ms, 0, 0, 0, 0, 0x27, 1, 0, 0, 0, 13)
    const aggregate = messageWire(MessageType.aggregate, concatBytes([tag(10), tag(50)]), 1, 1000)
    const { client, server, seen } = join({ role: 'play' })
    assert.equal(server.core.state, 'playing')
    const before = seen.media.length
    client.push(aggregate, 0)
    assert.deepEqual(seen.media.slice(before), [1000, 1040])
  })
  test('acknowledges what it received at the window of the server', () => {
    const { client, sent } = join({ role: 'play' })
    client.push(messageWire(MessageType.windowAckSize, Uint8Array.of(0, 0, 0x40, 0)), 0)
    const before = sent()
    for (let i = 0; i < 5; i++) client.push(writeMediaMessage('video', i, 1, [new Uint8Array(20_000)]), 0)
    assert.ok(sent() - before >= 5, `${sent() - before} answers to 100 kB at a window of 16 kB`)
  })
})
