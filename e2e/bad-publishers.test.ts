// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { startProgram } from './support/program.ts'
import { publishClip, publishTags } from './support/publish.ts'
import { chunkHeader, largeVideo, nestedConnect, openRaw, openShaken } from './support/raw-rtmp.ts'
import { stepsBack, videoFrames, videoGaps } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg')
const setupMs = 10_000
const videoType = 9

test('wrong keys, second publishers, floods and nonsense are refused with a reason and disturb nobody', { skip }, async (t) => {
  const engine = await startEngineProcess(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const outputs = [makeOutputSpec({ outputId: 'good', url: sink.url })]
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  engine.control.carry(makeChannelSpec({ channelId: 'other', key: 'k2' }))
  const clip = await makeClip(t, { seconds: 6 })
  const encoder = publishClip(t, clip, engine.publishUrl('k1'))
  await until('the show is live', () => engine.control.output('good')?.state === 'live')
  const { rtmp } = engine.ports

  await t.test('ffmpeg with a wrong key is told so', async (t) => {
    const wrong = publishClip(t, clip, engine.publishUrl('guess'))
    assert.notEqual(await wrong.ended, 0)
    assert.match(wrong.output(), /stream key is unknown/)
  })

  await t.test('a second publisher on a used key is told so, and the operator sees it', async (t) => {
    const second = publishClip(t, clip, engine.publishUrl('k1'))
    assert.notEqual(await second.ended, 0)
    assert.match(second.output(), /already in use by another encoder/)
    await until('the event', () =>
      engine.control.events.some(({ name, subjectId }) => name === 'input.refused' && subjectId === 'show-primary'),
    )
  })

  await t.test('what is not RTMP is cut at once', async (t) => {
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      Buffer.from('16030100', 'hex'),
      randomBytes(4000).fill(9, 0, 1),
    ]) {
      const client = await openRaw(t, rtmp)
      client.socket.write(bytes)
      await until('it is closed', () => client.isClosed(), 2000)
    }
  })

  await t.test('garbage after a handshake, a message of 16 MB and a nest without end are cut at once', async (t) => {
    const sayings: Uint8Array[] = [
      Buffer.concat([chunkHeader(3, 20, 0xffffff), randomBytes(64)]),
      Buffer.concat([chunkHeader(4, videoType, 0xffffff), randomBytes(64)]),
      nestedConnect(15_000),
      nestedConnect(200),
      Buffer.from('ff'.repeat(3000), 'hex'),
    ]
    for (const bytes of sayings) {
      const client = await openShaken(t, rtmp)
      client.socket.write(bytes)
      await until(`it is closed after ${Buffer.from(bytes.subarray(0, 12)).toString('hex')}`, () => client.isClosed(), 3000)
    }
  })

  await t.test('an accepted publisher that sends a message of 16 MB loses that message, and the operator sees it', async (t) => {
    const { publisher } = await publishTags(t, rtmp, 'k2')
    publisher.write(largeVideo(publisher.messageStreamId, 0xffffff))
    await until(
      'the notice',
      () => engine.control.actual('other')?.inputs[0]?.notices?.some(({ subject }) => subject === 'video message above the limit') === true,
    )
    publisher.close()
  })

  await t.test('half a handshake and 100 idle connections are closed after 10 s, and cost nothing', async (t) => {
    const half = await openRaw(t, rtmp)
    half.socket.write(Buffer.concat([Buffer.of(3), Buffer.alloc(700)]))
    const idle = await Promise.all(Array.from({ length: 100 }, () => openRaw(t, rtmp)))
    const { publisher } = await publishTags(t, rtmp, 'k2')
    publisher.close()
    await until('all are closed', () => half.isClosed() && idle.every((client) => client.isClosed()), setupMs + 3000)
  })

  await t.test('many more of them leave no memory behind', async (t) => {
    const assault = async (): Promise<void> => {
      const clients = await Promise.all(Array.from({ length: 50 }, () => openShaken(t, rtmp)))
      for (const [i, client] of clients.entries()) {
        client.socket.write(i % 2 === 0 ? nestedConnect(5000) : Buffer.concat([chunkHeader(4, videoType, 0xffffff), randomBytes(5000)]))
      }
      await until('all are closed', () => clients.every((client) => client.isClosed()))
    }
    for (let i = 0; i < 4; i++) await assault()
    const before = engine.residentBytes()
    for (let i = 0; i < 8; i++) await assault()
    const grownMb = (engine.residentBytes() - before) / 1e6
    assert.ok(grownMb < 30, `resident memory grew by ${grownMb} MB`)
  })

  assert.equal(encoder.hasEnded(), false)
  await encoder.end()
  await sleep(200)
  const [session] = sink.sessions
  assert.equal(sink.sessions.length, 1)
  assert.ok(videoFrames(session!).length > 300)
  assert.deepEqual([videoGaps(session!), stepsBack(session!)], [[], []])
})

test('an encoder whose connection died without a word comes back before the old one has timed out', { skip }, async (t) => {
  const engine = await startEngineProcess(t)
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  const clip = await makeClip(t, { seconds: 4 })
  const frozen = publishClip(t, clip, engine.publishUrl('k1'))
  await until('the show is live', () => engine.control.actual('show')?.state === 'live')
  frozen.signal('SIGSTOP')
  await sleep(3500)
  const again = startProgram(t, 'ffmpeg', [
    '-loglevel',
    'error',
    '-re',
    '-stream_loop',
    '-1',
    '-i',
    clip,
    '-c',
    'copy',
    '-f',
    'flv',
    engine.publishUrl('k1'),
  ])
  await until('the newcomer is on the air', () => engine.control.events.filter(({ name }) => name === 'input.connected').length === 2)
  await until('media comes again', () => engine.control.actual('show')?.inputs[0]?.state === 'receiving')
  assert.equal(again.hasEnded(), false)
})
