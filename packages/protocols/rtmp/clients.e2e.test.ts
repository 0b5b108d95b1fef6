// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readNalUnits } from '@sluice/codecs/nal'
import { readMetadata } from './index.ts'
import { bodiesOf, type FlvTag, printOf, readFlvTags } from './testing/flv.ts'
import { startServer } from './testing/nodes.ts'
import { makeFolder, makeSource, missingTools, runTool, startTool } from './testing/tools.ts'

/** The coded slices of an access unit: NAL unit types 1 to 5. */
const slicesOf = (unit: Uint8Array): Uint8Array[] => readNalUnits(unit, 4).filter((nal) => (nal[0]! & 0x1f) <= 5)

/** Real encoders and players as clients of our server. */
describe('our RTMP server', { skip: missingTools('ffmpeg') }, () => {
  const folder = makeFolder()
  let source = ''
  let sourceTags: FlvTag[] = []

  before(async () => {
    source = await makeSource(folder.path)
    sourceTags = readFlvTags(readFileSync(source))
  })
  after(() => folder[Symbol.dispose]())

  const sameAs = (tags: readonly FlvTag[], wanted: readonly FlvTag[]): void => {
    for (const kind of ['video', 'audio'] as const) {
      assert.deepEqual(bodiesOf(tags, kind), bodiesOf(wanted, kind), `${kind} bodies`)
      const times = (all: readonly FlvTag[]): number[] => all.filter((tag) => tag.kind === kind).map((tag) => tag.timestampMs)
      assert.deepEqual(times(tags), times(wanted), `${kind} timestamps`)
    }
  }
  /** librtmp throws messages of up to five bytes away, and so the end-of-sequence tag. */
  const forLibrtmp = (): FlvTag[] => sourceTags.filter(({ body }) => body.length > 5)

  test('takes what ffmpeg publishes, every message as it was sent', async () => {
    await using server = await startServer()
    await runTool('ffmpeg', ['-v', 'error', '-i', source, '-c', 'copy', '-f', 'flv', `rtmp://127.0.0.1:${server.port}/live/key?a=b%20c`])
    const { request, tags, closed } = server.published[0]!
    assert.deepEqual([request.app, request.name, request.query], ['live', 'key', 'a=b%20c'])
    assert.equal((await closed).kind, 'unpublish')
    assert.equal(readMetadata(tags[0]!.body)?.object['width'], 320)
    sameAs(tags, sourceTags)
  })

  test('cuts app and key as ffmpeg does when the path has three parts', async () => {
    await using server = await startServer()
    await runTool('ffmpeg', ['-v', 'error', '-i', source, '-c', 'copy', '-f', 'flv', `rtmp://127.0.0.1:${server.port}/live/inst/key`])
    assert.deepEqual([server.published[0]?.request.app, server.published[0]?.request.name], ['live/inst', 'key'])
  })

  test("reads ffmpeg's extended timestamps in frames of several chunks, and writes such frames so that players read them", async () => {
    const large = await makeSource(folder.path, true)
    const tags = readFlvTags(readFileSync(large)).filter(({ body }) => body.length > 5)
    assert.ok(tags.some(({ body }) => body.length > 100_000))
    await using server = await startServer()
    const offset = ['-output_ts_offset', '16777.5']
    await runTool('ffmpeg', ['-v', 'error', '-i', large, '-c', 'copy', ...offset, '-f', 'flv', `rtmp://127.0.0.1:${server.port}/live/key`])
    await server.published[0]!.closed
    const got = server.published[0]!.tags.filter(({ body }) => body.length > 5)
    assert.ok(got.at(-1)!.timestampMs > 0xffffff && got[1]!.timestampMs < 0xffffff)
    assert.deepEqual(bodiesOf(got, 'video'), bodiesOf(tags, 'video'))
    assert.deepEqual(bodiesOf(got, 'audio'), bodiesOf(tags, 'audio'))

    for (const [name, args] of [
      ['rtmpdump', ['--quiet', '--live', '-o']],
      ['ffmpeg', ['-v', 'error', '-y', '-c', 'copy', '-copyts']],
    ] as const) {
      if (missingTools(name) !== false) continue
      await using source = await startServer({ tags: got })
      const out = join(folder.path, `late-${name}.flv`)
      const url = `rtmp://127.0.0.1:${source.port}/live/key`
      await using tool = name === 'rtmpdump' ? startTool(name, [...args, out, '-r', url]) : startTool(name, ['-i', url, ...args, out])
      await tool.ended
      const read = readFlvTags(readFileSync(out))
      assert.deepEqual(bodiesOf(read, 'video').slice(0, bodiesOf(got, 'video').length), bodiesOf(got, 'video'), name)
    }
  })

  test('tells ffmpeg why a key is refused', async () => {
    await using server = await startServer()
    const target = `rtmp://127.0.0.1:${server.port}/live/wrong`
    await using tool = startTool('ffmpeg', ['-v', 'error', '-i', source, '-c', 'copy', '-f', 'flv', target])
    assert.notEqual(await tool.ended, 0)
    assert.match(tool.output, /Nobody publishes under this key/)
  })

  for (const sink of ['rtmp2sink', 'rtmpsink']) {
    test(`takes what GStreamer's ${sink} publishes`, { skip: missingTools('gst-launch-1.0') }, async () => {
      await using server = await startServer()
      const location = `rtmp://127.0.0.1:${server.port}/live/key?a=b`
      const demux = ['filesrc', `location=${source}`, '!', 'flvdemux', 'name=d']
      const mux = ['flvmux', 'streamable=true', 'name=m', '!', sink, `location=${location}`]
      const video = ['d.video', '!', 'queue', '!', 'h264parse', '!', 'm.']
      const audio = ['d.audio', '!', 'queue', '!', 'aacparse', '!', 'm.']
      await runTool('gst-launch-1.0', ['-q', ...mux, ...demux, ...video, ...audio])
      const { request, tags, closed } = server.published[0]!
      await closed
      assert.deepEqual([request.app, request.name, request.query], ['live', 'key', 'a=b'])
      // The muxer makes its own tags, and newer parsers repeat parameter sets: compare the slices, without the end-of-sequence tag.
      const payloads = (all: readonly FlvTag[]): string[] =>
        all
          .filter(({ kind, body }) => kind === 'video' && body[1] === 1)
          .map(({ body }) => slicesOf(body.subarray(5)).map(printOf).join(' '))
      assert.deepEqual(payloads(tags), payloads(sourceTags))
    })
  }

  test('feeds ffmpeg', async () => {
    await using server = await startServer({ tags: sourceTags })
    const out = join(folder.path, 'ffmpeg.flv')
    await runTool('ffmpeg', ['-v', 'error', '-y', '-i', `rtmp://127.0.0.1:${server.port}/live/key`, '-c', 'copy', '-copyts', out])
    assert.deepEqual(bodiesOf(readFlvTags(readFileSync(out)), 'video'), bodiesOf(sourceTags, 'video'))
    assert.deepEqual(bodiesOf(readFlvTags(readFileSync(out)), 'audio'), bodiesOf(sourceTags, 'audio'))
  })

  test('feeds rtmpdump', { skip: missingTools('rtmpdump') }, async () => {
    await using server = await startServer({ tags: sourceTags })
    const out = join(folder.path, 'rtmpdump.flv')
    await using tool = startTool('rtmpdump', ['--quiet', '--live', '-r', `rtmp://127.0.0.1:${server.port}/live/key`, '-o', out])
    assert.equal(await tool.ended, 2) // "incomplete", as it says of every live stream that the server ends
    sameAs(readFlvTags(readFileSync(out)), forLibrtmp())
  })

  for (const element of ['rtmp2src', 'rtmpsrc']) {
    test(`feeds GStreamer's ${element}`, { skip: missingTools('gst-launch-1.0') }, async () => {
      await using server = await startServer({ tags: sourceTags })
      const out = join(folder.path, `${element}.flv`)
      const location = `rtmp://127.0.0.1:${server.port}/live/key`
      // rtmpsrc connects anew at the end, by itself, and fails when it is refused: its code says nothing.
      await using tool = startTool('gst-launch-1.0', ['-q', element, `location=${location}`, '!', 'filesink', `location=${out}`])
      await tool.ended
      const tags = readFlvTags(readFileSync(out)).filter(({ body }) => body.length > 5)
      const wanted = forLibrtmp().filter(({ kind }) => kind !== 'data')
      const got = tags.filter(({ kind }) => kind !== 'data')
      assert.ok(got.length >= wanted.length - 1, 'rtmp2src keeps the last message to itself')
      sameAs(got, wanted.slice(0, got.length))
    })
  }
})
