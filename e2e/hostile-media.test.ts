import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { writeInitSegment } from '@sluice/containers/fmp4'
import { rtmpFormat } from '@sluice/media/output'
import { openRtmpPublisher, type RtmpPublisher } from '@sluice/protocols/rtmp'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeClip } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { publishClip } from './support/publish.ts'
import { stepsBack, videoFrames, videoGaps } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const megabyte = 1024 * 1024
const video = makeVideoTrack()

const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
const box = (type: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = concatBytes(parts)
  return concatBytes([Uint8Array.from(u32(body.length + 8)), new TextEncoder().encode(type), body])
}
const numbers = (...values: number[]): Uint8Array => Uint8Array.from(values.flatMap(u32))

/** A segment of one picture of `pictureBytes`, to which `count` samples point. */
function sharedPicture(count: number, pictureBytes: number): Uint8Array {
  const moof = (offset: number): Uint8Array => {
    const runs = Array.from({ length: count }, () => box('trun', numbers(0x205, 1, offset, 0, pictureBytes)))
    return box('moof', box('traf', box('tfhd', numbers(0x020008, 1, 3000)), box('tfdt', numbers(0, 0)), ...runs))
  }
  const picture = new Uint8Array(pictureBytes)
  picture.set([...u32(pictureBytes - 4), 0x65])
  return concatBytes([moof(moof(0).length + 8), box('mdat', picture)])
}

test('media made to fill the memory or to stop the process is refused with a reason, and the show next to it loses nothing', {
  skip: missing('ffmpeg'),
}, async (t) => {
  const engine = await startEngineProcess(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const outputs = [makeOutputSpec({ outputId: 'good', url: sink.url })]
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  publishClip(t, await makeClip(t, { seconds: 6 }), engine.publishUrl('k1'))
  await until('the show is live', () => engine.control.output('good')?.state === 'live')
  const pid = engine.program.pid
  const before = engine.residentBytes()

  await t.test('a pulled source whose samples share their bytes', async (t) => {
    const pages: Record<string, string | Uint8Array> = {
      '/live.m3u8':
        '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\nbomb.m4s\n#EXTINF:2,\nbomb.m4s\n#EXT-X-ENDLIST\n',
      '/init.mp4': writeInitSegment([{ trackId: 1, track: video }]),
      '/bomb.m4s': sharedPicture(40_000, 20 * megabyte),
    }
    const web = createServer(({ url }, response) => response.end(pages[url ?? ''] ?? '')).listen(0, '127.0.0.1')
    t.after(() => {
      web.closeAllConnections()
      web.close()
    })
    await once(web, 'listening')
    const spec = makeChannelSpec({ channelId: 'pulled', key: 'k2' })
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/live.m3u8`
    engine.control.carry({ ...spec, inputs: spec.inputs.map((input) => ({ ...input, pull: { url } })) })
    const problem = (): string => engine.control.actual('pulled')?.inputs[0]?.lastProblem ?? ''
    await until('the reason', () => /use the same bytes again/.test(problem()))
  })

  await t.test('an encoder of 80 Mbit/s whose timestamps stand still', async (t) => {
    engine.control.carry(makeChannelSpec({ channelId: 'still', key: 'k3' }))
    const publisher = await publish(engine, 'k3')
    const format = rtmpFormat({ messageStreamId: publisher.messageStreamId, fourCcs: [], isMultitrack: false, isPublishing: true })
    publisher.write(format.head([video], 0))
    let highest = 0
    for (let i = 0; i < 12 * 25; i++) {
      publisher.write(format.frame(makeFrame(video, 0, { isKey: i % 50 === 0, byteCount: 400_000 }))!)
      highest = Math.max(highest, engine.residentBytes())
      await sleep(40)
    }
    const notices = engine.control.actual('still')?.inputs[0]?.notices ?? []
    assert.ok(
      notices.some(({ code }) => code === 'time-stands-still'),
      JSON.stringify(notices),
    )
    // The window of the player page, the open segment and three GOP caches; 120 MB came.
    assert.ok(highest - before < 350 * megabyte, `${Math.round((highest - before) / megabyte)} MB`)
    publisher.close()
    t.diagnostic(`${Math.round((highest - before) / megabyte)} MB at most`)
  })

  assert.equal(engine.program.pid, pid)
  assert.equal(engine.program.hasEnded(), false)
  const [session] = sink.sessions
  assert.equal(sink.sessions.length, 1, 'the show kept its session')
  assert.ok(videoFrames(session!).length > 300)
  assert.deepEqual([videoGaps(session!), stepsBack(session!)], [[], []])
})

function publish({ ports }: EngineProcess, key: string): Promise<RtmpPublisher> {
  return new Promise((resolve, reject) => {
    openRtmpPublisher({
      url: `rtmp://127.0.0.1:${ports.rtmp}/live`,
      streamKey: key,
      clock: systemClock,
      log: silentLogger,
      handler: { onReady: resolve, onClose: (failure) => reject(new Error(failure.message)) },
    })
  })
}
