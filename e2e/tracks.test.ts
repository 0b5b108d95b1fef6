// budget: 45 s: one stream of 18 s over SRT, in real time
// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { addScte35 } from './support/add-scte35.ts'
import { rollUp, withCaptions } from './support/captions-608.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { runProgram, startProgram } from './support/program.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'
import { missingForWeb } from './web/needs.ts'
import { openPlayerPages } from './web/player-pages.ts'

const skip = missing('ffmpeg', 'srt-live-transmit') || missingForWeb()
const seconds = 18
const text = 'HARBOUR TONIGHT '
/** Of ffmpeg's multiplexer, 1.4 s: its first picture. */
const firstPts = 126_000
const [outS, backS] = [12, 15]

/** Two languages, captions in the pictures, and a break of three seconds on key frames. */
async function makeSource(t: TestContext): Promise<Buffer> {
  const folder = makeFolder(t)
  const [bare, captioned, ts] = ['bare.h264', 'captioned.h264', 'source.ts'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ]
  await runProgram(t, 'ffmpeg', [
    ...[
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=320x180:rate=25',
      '-t',
      String(seconds),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ],
    ...['-bf', '0', '-g', '25', '-b:v', '400k', '-pix_fmt', 'yuv420p', '-f', 'h264', bare],
  ])
  writeFileSync(captioned, withCaptions(readFileSync(bare), rollUp(text), 50))
  await runProgram(t, 'ffmpeg', [
    ...[
      '-v',
      'error',
      '-r',
      '25',
      '-f',
      'h264',
      '-i',
      captioned,
      '-f',
      'lavfi',
      '-i',
      'sine=440:r=48000',
      '-f',
      'lavfi',
      '-i',
      'sine=880:r=48000',
    ],
    ...['-map', '0', '-map', '1', '-map', '2', '-t', String(seconds), '-c:v', 'copy', '-c:a', 'aac', '-b:a', '64k'],
    ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=deu', '-f', 'mpegts', ts],
  ])
  const at = (s: number): number => firstPts + s * 90_000
  return addScte35(readFileSync(ts), [
    { pts: at(outS), isOut: true, durationTicks: 3 * 90_000, saidAt: 8 / seconds },
    { pts: at(outS), isOut: true, durationTicks: 3 * 90_000, saidAt: 9 / seconds },
    { pts: at(backS), isOut: false, saidAt: 13 / seconds },
  ])
}

/** What a page says of the tracks and cues of its player. */
type Seen = {
  readonly sounds: readonly [name: string, language: string][]
  readonly captions: string
  readonly ranges: readonly { readonly id: string; readonly plannedS: number | null; readonly scte: readonly string[] }[]
}
const look = `({
  sounds: hls.audioTracks.map(({ name, lang }) => [name, lang ?? '']),
  captions: [...document.querySelector('video').textTracks].flatMap(({ cues }) => [...(cues ?? [])].map(({ text }) => text)).join(' '),
  ranges: Object.values(hls.levels[0]?.details?.dateRanges ?? {}).map(({ id, plannedDuration, attr }) => ({
    id, plannedS: plannedDuration, scte: Object.keys(attr).filter((name) => name.startsWith('SCTE35')).sort(),
  })),
})`

test('one source with two languages, captions and a break keeps all three through LL-HLS, HLS and the plain form', { skip }, async (t) => {
  const [engine, source] = await Promise.all([startEngineProcess(t, { viewers: 'start' }), makeSource(t)])
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  const base = engine.hlsUrl('show').replace('media.m3u8', '')
  const sender = startProgram(t, 'srt-live-transmit', [
    ...['-q', '-chunk:1316', 'file://con', `srt://127.0.0.1:${engine.ports.srt}?streamid=publish:k1`],
  ])
  // What it reads before it is connected is lost.
  sender.write(
    Buffer.concat(Array.from({ length: 350 }, () => Buffer.concat([Buffer.from([0x47, 0x1f, 0xff, 0x10]), Buffer.alloc(184, 0xff)]))),
  )
  await until('the encoder is connected', () => engine.control.actual('show')?.inputs[0]?.state === 'connected')
  const sending = (async () => {
    const startMs = performance.now()
    for (let at = 0; at < source.length; at += 1316) {
      const dueMs = (at / source.length) * seconds * 1000 - (performance.now() - startMs)
      if (dueMs > 10) await sleep(dueMs)
      sender.write(source.subarray(at, at + 1316))
    }
  })()
  // Players read it once: captions are named after ten seconds of them.
  await until(
    'the entry names both languages and the captions',
    async () => {
      const entry = await (await fetch(`${base}index.m3u8`)).text()
      return ['Deutsch', 'English', 'INSTREAM-ID="CC1"'].every((name) => entry.includes(name))
    },
    30_000,
  )
  const pages = await openPlayerPages()
  t.after(() => pages.close())
  const players = [await pages.play(`${base}index.m3u8`, 'hls.js 1.7', true), await pages.play(`${base}index.m3u8`, 'hls.js 1.7', false)]
  await sending

  const [entry, plain] = await Promise.all(['index.m3u8', 'plain.m3u8'].map(async (name) => (await fetch(base + name)).text()))
  for (const list of [entry!, plain!]) {
    assert.match(list, /TYPE=CLOSED-CAPTIONS,GROUP-ID="captions",NAME="Captions",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID="CC1"/)
    assert.match(list, /#EXT-X-STREAM-INF:.*CLOSED-CAPTIONS="captions"/)
  }
  const rangesOf = async (name: string): Promise<string[]> =>
    (await (await fetch(base + name)).text()).split('\n').filter((line) => line.startsWith('#EXT-X-DATERANGE'))
  const lists = await Promise.all(['v_source.m3u8', 'a_source.m3u8', 'a_source_1.m3u8', 'media.m3u8'].map(rangesOf))
  for (const ranges of lists) assert.deepEqual(ranges, lists[0], 'the same in every rendition')
  const { data, notices } = engine.control.actual('show')!.inputs[0]!
  assert.equal(lists[0]!.length, 2, JSON.stringify({ data, notices }))
  assert.match(lists[0]![0]!, /PLANNED-DURATION=3\.000,SCTE35-OUT=0xFC/)
  assert.match(lists[0]![1]!, /DURATION=3\.\d+,SCTE35-IN=0xFC/)
  // The break begins with a segment: with the key frame that is nearest to what was announced.
  const startMs = Date.parse(/START-DATE="([^"]*)"/.exec(lists[0]![0]!)![1]!)
  const dates = [...(await (await fetch(`${base}v_source.m3u8`)).text()).matchAll(/PROGRAM-DATE-TIME:(.*)/g)].map(([, date]) =>
    Date.parse(date!),
  )
  assert.ok(
    dates.some((date) => Math.abs(date - startMs) < 50),
    `the break at ${startMs} begins no segment of ${dates}`,
  )
  for (const { name, page } of players) {
    const see = (): Promise<Seen> => page.evaluate<Seen>(look)
    await until(
      `${name} shows the captions and knows the break`,
      async () => {
        const { captions, ranges } = await see()
        return captions.includes(text.trim()) && ranges.some(({ scte }) => scte.includes('SCTE35-OUT'))
      },
      20_000,
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(await see())}`)
    })
    const seen = await see()
    assert.deepEqual(
      seen.sounds,
      [
        ['English', 'en'],
        ['Deutsch', 'de'],
      ],
      name,
    )
  }
})
