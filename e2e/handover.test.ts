import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { OutputSpec } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink, type SinkMessage } from '@sluice/testkit/rtmp-sink'
import { type Marks, marksOfTags, marksOfTs } from './outputs/marks.ts'
import { makeCertificate } from './support/certificate.ts'
import { makeClip, readTags } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { freePort } from './support/free-port.ts'
import { startNginxRtmp } from './support/nginx-rtmp.ts'
import { startProgram } from './support/program.ts'
import { publishClip } from './support/publish.ts'
import { missing, nginxRtmpModule } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'nginx', nginxRtmpModule, 'srt-live-transmit', 'openssl')

/** A listener that takes one SRT session, writes it down and ends with it. */
async function startSrtListener(t: TestContext, file: string): Promise<{ url: string; isGone(): boolean }> {
  const port = await freePort()
  // It writes to its standard output alone.
  const command = `exec srt-live-transmit -q -a no 'srt://127.0.0.1:${port}?mode=listener' file://con > '${file}'`
  const program = startProgram(t, 'sh', ['-c', command])
  return { url: `srt://127.0.0.1:${port}?latency=120`, isGone: () => program.hasEnded() }
}

/** The places one after the other against what a steady output got: no frame missing, none twice, each place begins with a key frame. */
function assertOneStream(kind: 'video' | 'audio', steady: Marks, places: readonly Marks[]): void {
  assert.equal(new Set(steady[kind]).size, steady[kind].length, `${kind} frames of the source can be told apart`)
  const got = places.flatMap((marks) => marks[kind])
  const from = steady[kind].indexOf(got[0]!)
  assert.ok(from >= 0)
  assert.ok(got.length > 100, `${got.length} ${kind} frames`)
  assert.deepEqual(got, steady[kind].slice(from, from + got.length), kind)
}

test('a live output moves over five places, RTMP, RTMPS and SRT, cut at key frames: not one frame is missing or comes twice [OUT-12]', {
  skip,
}, async (t) => {
  const folder = makeFolder(t)
  const [engine, nginx, steady, certificate] = await Promise.all([
    startEngineProcess(t),
    startNginxRtmp(t),
    openRtmpSink(),
    makeCertificate(t),
  ])
  const secure = await openRtmpSink({ tls: certificate })
  t.after(() => Promise.all([steady.close(), secure.close()]))
  const files = ['one.ts', 'two.ts'].map((name) => path.join(folder, name))
  const listeners = [await startSrtListener(t, files[0]!), await startSrtListener(t, files[1]!)] as const

  const reference = makeOutputSpec({ outputId: 'steady', url: steady.url })
  const output = makeOutputSpec({ outputId: 'x', url: nginx.url, streamKey: 'first', tlsVerify: false, placeNo: 1 })
  let revision = 0
  const carry = (spec: OutputSpec): void =>
    engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', revision: ++revision, outputs: [reference, spec] }))
  const actual = () => engine.control.output('x')
  const moveTo = async (placeNo: number, place: Partial<OutputSpec>): Promise<void> => {
    carry({ ...output, ...place, placeNo })
    await until(`the output is at place ${placeNo}`, () => actual()?.placeNo === placeNo)
    assert.equal(actual()?.state, 'live')
    await sleep(1200)
  }

  carry(output)
  const encoder = publishClip(t, await makeClip(t, { seconds: 30 }), engine.publishUrl('k1'))
  await until('the output is live', () => actual()?.state === 'live' && actual()?.placeNo === 1)
  await sleep(500)
  await moveTo(2, { streamKey: 'second' })
  await moveTo(3, { url: secure.url, streamKey: 'third' })
  await moveTo(4, { url: listeners[0].url, streamKey: '' })
  await moveTo(5, { url: listeners[1].url, streamKey: '' })
  await until('the first listener has its end', () => listeners[0].isGone())
  carry({ ...output, desired: 'stopped' })
  await until('the last listener has its end', () => listeners[1].isGone())
  await encoder.end()
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', revision: ++revision }))
  await until('the steady output has its end', () => steady.sessions[0]!.ended !== null)

  const moves = engine.control.events.filter(({ subjectId, name }) => subjectId === 'x' && /moving|moved|move_failed/.test(name))
  assert.deepEqual(
    moves.map(({ name }) => name),
    Array.from({ length: 4 }, () => ['output.moving', 'output.moved']).flat(),
  )
  const [first, second] = nginx.recordings().map((file) => marksOfTags(readTags(file)))
  assert.equal(secure.sessions[0]?.ended?.kind, 'unpublish')
  const places = [first!, second!, marksOfSession(secure.sessions[0].messages), ...files.map((file) => marksOfTs(readFileSync(file)))]
  for (const [i, { firstIsKey }] of places.entries()) assert.equal(firstIsKey, true, `place ${i + 1} begins with a key frame`)
  const whole = marksOfSession(steady.sessions[0]!.messages)
  assertOneStream('video', whole, places)
  assertOneStream('audio', whole, places)
})

const marksOfSession = (messages: readonly SinkMessage[]): Marks => marksOfTags(messages)

test('a new key that the server refuses leaves the output live at the old one, and the next key takes it over', { skip }, async (t) => {
  const engine = await startEngineProcess(t)
  const [good, bad] = [await openRtmpSink(), await openRtmpSink({ behaviour: { type: 'reject-publish' } })]
  t.after(() => Promise.all([good.close(), bad.close()]))
  const output = makeOutputSpec({ outputId: 'x', url: good.url, streamKey: 'old', placeNo: 1 })
  let revision = 0
  const carry = (spec: OutputSpec): void =>
    engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', revision: ++revision, outputs: [spec] }))
  const actual = () => engine.control.output('x')
  carry(output)
  const encoder = publishClip(t, await makeClip(t, { seconds: 20 }), engine.publishUrl('k1'))
  await until('the output is live', () => actual()?.state === 'live')
  carry({ ...output, url: bad.url, streamKey: 'refused', placeNo: 2 })
  await until('the handover was tried twice', () => (actual()?.handover?.attempts ?? 0) >= 2)
  assert.equal(actual()?.state, 'live')
  assert.match(actual()?.handover?.reason?.hint ?? '', /re-arm the output/)
  carry({ ...output, streamKey: 'new', placeNo: 3 })
  await until('the output has moved', () => actual()?.placeNo === 3)
  await sleep(300)
  await encoder.end()
  assert.equal(actual()?.handover, undefined)
  const names = engine.control.events.filter(({ subjectId }) => subjectId === 'x').map(({ name }) => name)
  assert.deepEqual(names.filter((name) => name === 'output.live').length, 1)
  assert.ok(names.includes('output.move_failed'))
  assert.equal(names.at(-1), 'output.moved')
  assert.deepEqual(
    good.sessions.map(({ streamKey }) => streamKey),
    ['old', 'new'],
  )
})
