// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeCertificate } from './support/certificate.ts'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { freePort } from './support/free-port.ts'
import { recordHls } from './support/hls-recorder.ts'
import { startNginxRtmp } from './support/nginx-rtmp.ts'
import { decodeProblems, firstStepBack, packetsOf, placeIn } from './support/packets.ts'
import { startProgram } from './support/program.ts'
import { publishClip } from './support/publish.ts'
import { missing, nginxRtmpModule } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'nginx', nginxRtmpModule, 'openssl')

test('one ffmpeg reaches nginx-rtmp, ffmpeg and an RTMPS server at once, bit-exact from its first key frame on [ING-01] [ING-02] [OUT-05] [OUT-06]', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const nginx = await startNginxRtmp(t)
  const folder = makeFolder(t)
  const listenPort = await freePort()
  const listened = path.join(folder, 'listened.flv')
  const listener = startProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-listen', '1', '-i', `rtmp://127.0.0.1:${listenPort}/live`],
    ...['-map', '0', '-c', 'copy', '-flvflags', 'no_duration_filesize', '-y', listened],
  ])
  const { cert, key } = await makeCertificate(t)
  const secure = await openRtmpSink({ tls: { cert, key } })
  t.after(() => secure.close())
  const outputs = [
    makeOutputSpec({ outputId: 'nginx', url: nginx.url, streamKey: 'show' }),
    makeOutputSpec({ outputId: 'listener', url: `rtmp://127.0.0.1:${listenPort}/live` }),
    makeOutputSpec({ outputId: 'secure', url: secure.url, tlsVerify: false }),
  ]
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  await until('the channel is there', () => engine.control.actual('show') !== undefined)

  const sentFile = path.join(folder, 'sent.flv')
  const encoder = publishClip(t, await makeClip(t, { seconds: 12 }), engine.publishUrl('k1'), { sentFile, isOnce: true })
  await until('all outputs are live', () => outputs.every(({ outputId }) => engine.control.output(outputId)?.state === 'live'))
  const hls = recordHls(t, engine.hlsUrl('show'))
  assert.equal(await encoder.ended, 0, encoder.output())
  await until('the last segment is there', () => hls.segments.length >= 6)
  await sleep(500)
  hls.stop()
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', revision: 2 }))
  await Promise.all([listener.ended, until('the RTMPS session is over', () => secure.sessions[0]?.ended !== null)])
  const recorded = path.join(folder, 'secure.flv')
  writeFileSync(recorded, flvOfMessages(secure.sessions[0]!.messages))

  const got = { nginx: nginx.recordings()[0]!, listener: listened, secure: recorded }
  for (const kind of ['video', 'audio'] as const) {
    const sent = await packetsOf(t, sentFile, kind)
    for (const [name, file] of Object.entries(got)) {
      const packets = await packetsOf(t, file, kind)
      assert.ok(sent.length >= 290, `${sent.length} ${kind} packets sent`)
      const at = placeIn(sent, packets)
      assert.ok(at >= 0, `${name}: ${packets.length} ${kind} packets are no one piece of the ${sent.length} that were sent`)
      assert.equal(at + packets.length, sent.length, `${name} lacks the end of ${kind}`)
      // Audio from before the first key frame is nobody's: ffmpeg sends some for the delay of B-frames.
      assert.ok(at <= (kind === 'video' ? 0 : 12), `${name} starts at ${kind} packet ${at}`)
      assert.equal(firstStepBack(packets), null, `${name}: ${kind} steps back`)
    }
  }
  for (const file of hls.files()) assert.equal(await decodeProblems(t, file), '')
  assert.deepEqual([hls.problems, hls.discontinuities, hls.files().length], [[], 0, 1])
})
