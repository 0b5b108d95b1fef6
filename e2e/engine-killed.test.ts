import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ControlStub, directoryEntry, makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { type ReadPlaylist, readPlaylist } from '@sluice/testkit/playlists'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { until } from './support/wait.ts'

const skip = missing('ffmpeg')

test('an engine that was killed comes back on its ports with the specs sent anew, and its channels are live again', { skip }, async (t) => {
  const first = await startEngineProcess(t, { viewers: 'start' })
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const spec = makeChannelSpec({ channelId: 'show', key: 'k1', outputs: [makeOutputSpec({ outputId: 'o', url: sink.url })] })
  first.control.carry(spec)
  const clip = await makeClip(t, { seconds: 4 })
  const encoder = publishClip(t, clip, first.publishUrl('k1'))
  await until('it is live', () => first.control.output('o')?.state === 'live')
  const list = async (url: string): Promise<ReadPlaylist> => readPlaylist(await (await fetch(url)).text())
  await until('HLS is there', () => first.control.actual('show')?.hlsReady === true)
  const before = await list(first.hlsUrl('show'))

  const killedMs = performance.now()
  await first.program.end('SIGKILL')
  assert.notEqual(await encoder.ended, 0)
  await until('the sink knows', () => sink.sessions[0]?.ended !== null)

  const { runDir, ports, viewers } = first
  const second = await startEngineProcess(t, { runDir, ports, viewers: viewers! })
  assert.notEqual(second.control.hello.runId, first.control.hello.runId)
  second.control.carry(spec)
  publishClip(t, clip, second.publishUrl('k1'))
  await until('it is live again', () => second.control.output('o')?.state === 'live')
  const backMs = performance.now() - killedMs
  assert.ok(backMs < 8000, `live again after ${backMs} ms`)
  await until('HLS is there again', () => second.control.actual('show')?.hlsReady === true)
  const after = await list(second.hlsUrl('show'))
  assert.ok(after.mediaSequence >= before.mediaSequence, 'the media sequence does not go back over the restart')
  assert.ok(after.discontinuitySequence! >= before.discontinuitySequence!)
  const names = ({ segments }: ReadPlaylist): (string | null)[] => segments.map(({ uri }) => uri)
  const news = names(after).filter((name) => !names(before).includes(name))
  assert.ok(news.length > 0 && after.segments.some(({ isSpliced }) => isSpliced), 'what is new stands behind a splice')
})

test('a control that is killed stops no media, and the next one is told all that happened [API-08]', { skip }, async (t) => {
  const engine = await startEngineProcess(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs: [makeOutputSpec({ outputId: 'o', url: sink.url })] }))
  publishClip(t, await makeClip(t, { seconds: 4 }), engine.publishUrl('k1'))
  await until('it is live', () => engine.control.output('o')?.state === 'live')
  const seen = engine.control.events.at(-1)!.seq
  engine.control.close()
  const frames = sink.sessions[0]!.counts.video
  await until('media goes on', () => sink.sessions[0]!.counts.video > frames + 50)
  sink.sessions[0]!.reset()
  await until('the output is back by itself', () => sink.sessions.length === 2 && sink.sessions[1]!.counts.video > 10)
  const next = await ControlStub.connect(`${engine.runDir}/e2e.sock`, { afterSeq: seen })
  t.after(() => next.close())
  await until('the present state is told', () => next.output('o')?.state === 'live')
  assert.equal(next.events[0]?.seq, seen + 1)
  assert.ok(next.events.some(({ name }) => name === 'output.backoff'))
})

test('a source that came by another engine is lost when that one is killed: the channel has its slate at once, and its outputs stay connected', {
  skip,
}, async (t) => {
  const owner = await startEngineProcess(t, { engineId: 'owner' })
  const other = await startEngineProcess(t, { engineId: 'other', runDir: owner.runDir })
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const source = { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 } as const
  const outputs = [makeOutputSpec({ outputId: 'o', url: sink.url, keepSessionMs: 60_000 })]
  const show = makeChannelSpec({ channelId: 'show', key: 'k1', outputs, source })
  const engines = ['owner', 'other'].map((engineId) => ({ engineId, relayPath: `${owner.runDir}/${engineId}.relay` }))
  owner.control.carry(show, { engines })
  other.control.send({ type: 'directory', directory: { engines, channels: [directoryEntry(show, 'owner')] } })
  await until('the channel is there', () => owner.control.actual('show') !== undefined)
  const clip = await makeClip(t, { seconds: 4 })
  publishClip(t, clip, other.publishUrl('k1'))
  await until('it is live', () => owner.control.output('o')?.state === 'live')

  const killedMs = performance.now()
  await other.program.end('SIGKILL')
  await until('slate is on', () => owner.control.actual('show')?.source === 'slate')
  const lostMs = performance.now() - killedMs
  assert.ok(lostMs < 1500, `slate after ${lostMs} ms`)
  publishClip(t, clip, owner.publishUrl('k1'))
  await until('the encoder is back', () => owner.control.actual('show')?.source === 'primary')
  const frames = sink.sessions[0]!.counts.video
  await until('its media goes on', () => sink.sessions[0]!.counts.video > frames + 50)
  assert.equal(sink.sessions.length, 1)
})
