// lane: shared, it checks facts
import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { hashKey, makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeCertificate } from './support/certificate.ts'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { decodeProblems, firstStepBack, packetsOf } from './support/packets.ts'
import { startProgram } from './support/program.ts'
import { publishClip } from './support/publish.ts'
import { videoFrames } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

test('GStreamer publishes by rtmp2sink, plain and over TLS [ING-02] [ING-03]', {
  skip: missing('ffmpeg', 'gst-launch-1.0', 'openssl'),
}, async (t) => {
  const tls = await makeCertificate(t)
  const engine = await startEngineProcess(t, { tls })
  const clip = await makeClip(t, { seconds: 5 })
  for (const scheme of ['rtmp', 'rtmps'] as const) {
    const sink = await openRtmpSink()
    t.after(() => sink.close())
    const outputs = [makeOutputSpec({ outputId: scheme, url: sink.url })]
    engine.control.carry(makeChannelSpec({ channelId: scheme, key: `key-${scheme}`, outputs }))
    const url = `${scheme}://127.0.0.1:${engine.ports[scheme]}/live/key-${scheme}`
    const gst = startProgram(t, 'gst-launch-1.0', [
      ...[
        '-q',
        'filesrc',
        `location=${clip}`,
        '!',
        'flvdemux',
        'name=d',
        'flvmux',
        'name=m',
        'streamable=true',
        '!',
        'rtmp2sink',
        `location=${url}`,
      ],
      ...(scheme === 'rtmps' ? ['tls-validation-flags=0'] : []),
      ...['sync=true', 'd.video', '!', 'queue', '!', 'h264parse', '!', 'm.video', 'd.audio', '!', 'queue', '!', 'aacparse', '!', 'm.audio'],
    ])
    await until(`the output gets media; GStreamer says: ${gst.output()}`, () => (sink.sessions[0]?.counts.video ?? 0) > 60)
    const input = engine.control.actual(scheme)?.inputs[0]
    assert.deepEqual([input?.protocol, input?.video?.width, input?.audio?.sampleRate], [scheme, 320, 48_000])
    assert.ok((sink.sessions[0]?.counts.audio ?? 0) > 60)
    await gst.end()
  }
})

test('rtmpdump and ffmpeg pull the programme by its play token, from a key frame on, and what they get decodes [OUT-17]', {
  skip: missing('ffmpeg', 'rtmpdump'),
}, async (t) => {
  const engine = await startEngineProcess(t)
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', playTokenHashes: [hashKey('token')] }))
  publishClip(t, await makeClip(t, { seconds: 6 }), engine.publishUrl('k1'))
  await until('it is live', () => engine.control.actual('show')?.state === 'live')
  const folder = makeFolder(t)
  const [dumped, pulled] = [path.join(folder, 'dumped.flv'), path.join(folder, 'pulled.flv')]
  const url = `rtmp://127.0.0.1:${engine.ports.rtmp}/live/token`
  const dump = startProgram(t, 'rtmpdump', ['-q', '--live', '-r', url, '-o', dumped])
  const pull = startProgram(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-i', url, '-t', '4', '-c', 'copy', '-y', pulled])
  assert.equal(await pull.ended, 0, pull.output())
  await sleep(1500)
  await dump.end('SIGINT')
  for (const file of [dumped, pulled]) {
    const video = await packetsOf(t, file, 'video')
    assert.ok(video.length >= 80, `${path.basename(file)}: ${video.length} frames`)
    assert.equal(firstStepBack(video), null)
    assert.equal(await decodeProblems(t, file), '')
  }
  const guess = startProgram(t, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-i', url.replace('token', 'guess'), '-f', 'null', '-'])
  assert.notEqual(await guess.ended, 0)
})

test('an encoder on RTMPS reaches an RTMP output [ING-03]', { skip: missing('ffmpeg', 'openssl') }, async (t) => {
  const engine = await startEngineProcess(t, { tls: await makeCertificate(t) })
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs: [makeOutputSpec({ outputId: 'o', url: sink.url })] }))
  publishClip(t, await makeClip(t, { seconds: 4 }), `rtmps://127.0.0.1:${engine.ports.rtmps}/live/k1`)
  await until('the output gets media', () => sink.sessions[0] !== undefined && videoFrames(sink.sessions[0]).length > 50)
  await until('it is known as RTMPS', () => engine.control.actual('show')?.inputs[0]?.protocol === 'rtmps')
})
