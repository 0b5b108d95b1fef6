import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { writeMediaMessage } from '@sluice/protocols/rtmp'
import type { ControlStub } from '@sluice/testkit/engine-link'
import { directoryEntry, hashKey, makeChannelSpec } from '@sluice/testkit/engine-link'
import { controlOf, type EngineUnderTest, makeRunDir, startTestEngine, until } from '../testing/engine-under-test.ts'
import { playFrom, publishTo } from '../testing/publish.ts'
import { writeRelayedNotes } from './relayed-notes.ts'

const show = makeChannelSpec({ channelId: 'show', key: 'k1', playTokenHashes: [hashKey('token')] })

/** Two engines; the channel lives on `owner`, and clients come to `wrong`. */
async function startPair(t: TestContext): Promise<{ owner: EngineUnderTest; wrong: EngineUnderTest; control: ControlStub }> {
  const runDir = makeRunDir(t)
  const owner = await startTestEngine(t, { engineId: 'owner', runDir })
  const wrong = await startTestEngine(t, { engineId: 'wrong', runDir })
  const engines = [owner, wrong].map(({ relayPath }, i) => ({ engineId: ['owner', 'wrong'][i]!, relayPath }))
  const control = await controlOf(t, owner)
  control.carry(show, { engines })
  const other = await controlOf(t, wrong)
  other.send({ type: 'directory', directory: { engines, channels: [directoryEntry(show, 'owner')] } })
  await until(() => control.actual('show') !== undefined && wrong.engine.directory.play(hashKey('token')) !== undefined)
  return { owner, wrong, control }
}

test('a publisher that lands on the wrong engine is carried by the right one, which knows where it comes from', async (t) => {
  const { wrong, control } = await startPair(t)
  const { send, publisher } = await publishTo(t, wrong.ports.rtmp, 'k1')
  send(3000)
  await until(() => control.actual('show')?.state === 'live')
  const [input] = control.actual('show')!.inputs
  assert.deepEqual([input!.protocol, input!.remoteAddress], ['rtmp', '127.0.0.1'])
  publisher.close()
  await until(() => control.actual('show')?.state === 'idle')
})

test('a publisher that is cut at the wrong engine is cut at the right one too, and one that stops has stopped', async (t) => {
  const { wrong, control } = await startPair(t)
  for (const cause of ['closed', 'stopped'] as const) {
    const { send, publisher } = await publishTo(t, wrong.ports.rtmp, 'k1')
    send(1000)
    await until(() => control.actual('show')?.state === 'live')
    if (cause === 'closed') publisher.abort()
    else publisher.close()
    await until(() => control.actual('show')?.state === 'idle')
    const left = control.events.findLast(({ name }) => name === 'source.switched')
    assert.equal(left?.data['cause'], cause)
  }
})

/** A shared object, which nobody takes: chunk stream 3, type 19, stream 1. */
const sharedObject = Uint8Array.of(0x03, 0, 0, 0, 0, 0, 4, 19, 1, 0, 0, 0, 1, 2, 3, 4)

test('what the wrong engine leaves out of a stream is named at its input, and an encoder can not speak in its place', async (t) => {
  const { wrong, control } = await startPair(t)
  const { send, publisher } = await publishTo(t, wrong.ports.rtmp, 'k1')
  send(1000)
  const forged = writeRelayedNotes([{ code: 'not-playable', media: 'video', subject: 'made up', count: 1 }])
  publisher.write(writeMediaMessage('data', 0, publisher.messageStreamId, [forged]))
  for (let i = 0; i < 3; i++) publisher.write(sharedObject)
  const notices = () => control.actual('show')?.inputs[0]?.notices ?? []
  await until(() => notices().length > 0)
  assert.deepEqual(
    notices().map(({ code, media, subject, count }) => [code, media, subject, count]),
    [['data-not-carried', 'stream', 'shared object message', 3]],
  )
})

test('a player at the wrong engine gets the programme', async (t) => {
  const { wrong, owner } = await startPair(t)
  const { send } = await publishTo(t, owner.ports.rtmp, 'k1')
  const player = playFrom(t, wrong.ports.rtmp, 'token')
  await until(() => {
    send(40)
    return player.counts.video > 80 && player.counts.audio > 100
  })
})

test('a refusal by the owner is heard at the wrong engine as it is', async (t) => {
  const { wrong, control } = await startPair(t)
  const first = await publishTo(t, wrong.ports.rtmp, 'k1')
  first.send(1500)
  await until(() => control.actual('show')?.state === 'live')
  await assert.rejects(
    publishTo(t, wrong.ports.rtmp, 'k1'),
    /duplicate-publisher: the server refused publish: NetStream\.Publish\.BadName: this stream key is already in use/,
  )
  await assert.rejects(publishTo(t, wrong.ports.rtmp, 'guess'), /auth: .*key is unknown/)
  control.carry({ ...show, revision: 2, inputs: show.inputs.map((one) => ({ ...one, enabled: false })) })
  assert.match((await first.ended).message, /disabled/)
})

test('a publisher at the wrong engine ends when the owner is gone, and is refused while it is away', async (t) => {
  const { wrong, owner } = await startPair(t)
  const { ended, send } = await publishTo(t, wrong.ports.rtmp, 'k1')
  send(500)
  owner.stop('restart')
  assert.match((await ended).message, /./)
  await assert.rejects(publishTo(t, wrong.ports.rtmp, 'k1'), /.+/)
})

test('a removed channel ends its players, relayed ones too', async (t) => {
  const { wrong, owner, control } = await startPair(t)
  const { send } = await publishTo(t, owner.ports.rtmp, 'k1')
  const players = [playFrom(t, wrong.ports.rtmp, 'token'), playFrom(t, owner.ports.rtmp, 'k1')]
  await until(() => {
    send(40)
    return players.every(({ counts }) => counts.video > 30)
  })
  control.send({ type: 'sync', channelIds: [] })
  await Promise.all(players.map(({ ended }) => ended))
})
