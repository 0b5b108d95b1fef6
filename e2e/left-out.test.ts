// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import type { InputActual, InputNotice } from '@sluice/contract/link'
import { openRtmpPlayer, readAmf0, writeAmf0, writeMediaMessage } from '@sluice/protocols/rtmp'
import { hashKey, makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { type ClipTag, makeClip, readTags } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { type Program, startProgram } from './support/program.ts'
import { publishTags } from './support/publish.ts'
import { stepsBack, videoGaps } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25']
const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1', '-g', '25', '-pix_fmt', 'yuv420p']

const send = (t: TestContext, codecs: readonly string[], format: string, url: string): Program =>
  startProgram(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-re', ...picture, ...tone, '-t', '30', ...codecs, '-f', format, url])

const inputOf = (engine: EngineProcess, channel: string): InputActual | undefined => engine.control.actual(channel)?.inputs[0]
const noticeOf = (engine: EngineProcess, channel: string, code: InputNotice['code']): InputNotice | undefined =>
  inputOf(engine, channel)?.notices?.find((notice) => notice.code === code)

test('what encoders send and Sluice does not carry is named, and what it carries goes out', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const engine = await startEngineProcess(t)

  await t.test('G.711 sound beside H.264: the picture is on the air and the sound is named', async (t) => {
    engine.control.carry(makeChannelSpec({ channelId: 'camera', key: 'camera' }))
    const encoder = send(t, [...h264, '-c:a', 'pcm_mulaw', '-ar', '8000', '-ac', '1'], 'flv', engine.publishUrl('camera'))
    await until('the notice', () => noticeOf(engine, 'camera', 'codec-not-carried')?.subject === 'G.711 mu-law')
    await until('it is live', () => engine.control.actual('camera')?.state === 'live')
    assert.deepEqual([inputOf(engine, 'camera')?.video?.codec, inputOf(engine, 'camera')?.audio], ['h264', null])
    await until('the event', () =>
      engine.control.events.some(({ name, message }) => name === 'input.noticed' && /G\.711.*AAC/.test(message)),
    )
    await encoder.end()
  })

  await t.test('Sorenson H.263 with AAC: the sound is on the air and the picture is named', async (t) => {
    engine.control.carry(makeChannelSpec({ channelId: 'drone', key: 'drone' }))
    const encoder = send(t, ['-c:v', 'flv', '-c:a', 'aac'], 'flv', engine.publishUrl('drone'))
    await until('the notice', () => noticeOf(engine, 'drone', 'codec-not-carried')?.subject === 'Sorenson H.263')
    await until('it is live', () => engine.control.actual('drone')?.state === 'live')
    await encoder.end()
  })

  await t.test('MPEG-2 video and MP2 sound over SRT: connected, counted and named', async (t) => {
    engine.control.carry(makeChannelSpec({ channelId: 'box', key: 'box' }))
    const url = `srt://127.0.0.1:${engine.ports.srt}?streamid=publish:box&pkt_size=1316`
    const encoder = send(t, ['-c:v', 'mpeg2video', '-b:v', '1M', '-c:a', 'mp2'], 'mpegts', url)
    const subjects = (): string[] => (inputOf(engine, 'box')?.notices ?? []).map(({ subject }) => subject)
    await until(
      'both are named',
      () => subjects().some((one) => one.startsWith('MPEG-2,')) && subjects().some((one) => one.startsWith('MP2,')),
    )
    assert.equal(inputOf(engine, 'box')?.state, 'connected')
    await until('its bytes are counted', () => {
      const stats = engine.control.stats?.channels.find(({ channelId }) => channelId === 'box')?.inputs[0]
      return stats !== undefined && stats.bitrateBps === 0 && (stats.receivedBps ?? 0) > 100_000
    })
    await encoder.end()
  })
})

test('one broken message of each kind ends nothing, and cue points reach server and player at their time', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const engine = await startEngineProcess(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const outputs = [makeOutputSpec({ outputId: 'o', url: sink.url })]
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs, playTokenHashes: [hashKey('token')] }))
  const tags = readTags(await makeClip(t, { seconds: 8 })).filter(({ kind }) => kind !== 'data')
  const { publisher, ended, send: sendTags } = await publishTags(t, engine.ports.rtmp, 'k1')
  let hasEnded = false
  void ended.then(() => {
    hasEnded = true
  })
  const odd = ['af', '17', '2701', '17010000', '', '1700000000014d', 'af00ff', '9061766331', '95116d70346100000009aa'].map((hex) =>
    Buffer.from(hex, 'hex'),
  )
  let sent = 0
  let cueMs = -1000
  const change = (tag: ClipTag): Partial<ClipTag> => {
    const write = (kind: ClipTag['kind'], body: Uint8Array): void =>
      publisher.write(writeMediaMessage(kind, tag.timestampMs, publisher.messageStreamId, [body]))
    if (tag.timestampMs - cueMs >= 1000) {
      cueMs = tag.timestampMs
      write('data', writeAmf0(['onCuePoint', { name: 'ad', time: cueMs / 1000 }]))
      write('data', writeAmf0(['@setDataFrame', 'onTextData', { text: 'hello' }]))
    }
    if (++sent % 40 === 0) {
      const body = odd[(sent / 40 - 1) % odd.length]!
      write(body[0] === 0xaf || body[0] === 0x95 ? 'audio' : 'video', body)
    }
    return {}
  }
  const sending = sendTags(tags, change)
  await until('it is live', () => engine.control.output('o')?.state === 'live')
  const played = new Set<unknown>()
  const player = openRtmpPlayer({
    url: engine.publishUrl('').replace(/\/$/, ''),
    streamKey: 'token',
    clock: systemClock,
    log: silentLogger,
    sink: {
      onMessage(kind, _timestampMs, body) {
        if (kind === 'data') played.add(readAmf0(body)[0])
      },
      onClose() {},
    },
    handler: { onClose() {} },
  })
  t.after(() => player.close())
  await sending
  await sleep(500)
  assert.equal(hasEnded, false)

  const session = sink.sessions[0]!
  assert.deepEqual([sink.sessions.length, videoGaps(session)], [1, []])
  assert.deepEqual(
    stepsBack(session).filter((step) => !step.startsWith('data')),
    [],
  )
  const cues = session.messages.filter(({ kind, body }) => kind === 'data' && readAmf0(body).includes('onCuePoint'))
  assert.ok(cues.length >= 6, `${cues.length} cue points`)
  // Programme time runs a fixed distance ahead of the encoder's: each cue stands as far from the first as it was sent.
  const spread = cues.map(({ timestampMs, body }) => timestampMs - Number((readAmf0(body)[1] as { time: number }).time) * 1000)
  assert.ok(Math.max(...spread) - Math.min(...spread) < 100, `${spread}`)
  const texts = session.messages.filter(({ kind, body }) => kind === 'data' && readAmf0(body).includes('onTextData'))
  assert.deepEqual(readAmf0(texts[0]!.body)[0], '@setDataFrame')

  assert.ok(played.has('onCuePoint') && played.has('onTextData'), [...played].join())

  const codes = (inputOf(engine, 'show')?.notices ?? []).map(({ code, media }) => `${code} ${media}`)
  for (const one of ['broken-left-out video', 'broken-left-out audio', 'empty-left-out video'])
    assert.ok(codes.includes(one), `${one} in ${codes}`)
})
