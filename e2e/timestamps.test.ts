// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { flvOfMessages, openRtmpSink, type SinkMessage } from '@sluice/testkit/rtmp-sink'
import { type ClipTag, makeClip, readTags } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { makeFolder } from './support/folder.ts'
import { recordHls } from './support/hls-recorder.ts'
import { decodeProblems } from './support/packets.ts'
import { publishTags } from './support/publish.ts'
import { stepsBack } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg')

type Trouble = {
  readonly name: string
  /** What is sent instead of a tag; null: nothing. */
  readonly change: (tag: ClipTag) => Partial<ClipTag> | null
  /** The largest step that the output's timestamps may take, milliseconds. */
  readonly maxStepMs: number
  readonly inits: number
}
const shift = (ms: number) => (tag: ClipTag) => ({ timestampMs: (tag.timestampMs + ms) >>> 0 })
const jumpAtMs = 4000
const lateMs = 3000
const isConfig = ({ body }: ClipTag): boolean => body[1] === 0

const troubles: Trouble[] = [
  { name: 'start at a large value', change: shift(4_000_000_000), maxStepMs: 60, inits: 1 },
  { name: 'wrap of 32 bits', change: shift(2 ** 32 - 4000), maxStepMs: 60, inits: 1 },
  { name: 'jump forward by 10 s', change: (tag) => shift(tag.timestampMs < jumpAtMs ? 0 : 10_000)(tag), maxStepMs: 400, inits: 1 },
  { name: 'jump back by 10 s', change: (tag) => shift(tag.timestampMs < jumpAtMs ? 60_000 : 50_000)(tag), maxStepMs: 400, inits: 1 },
  { name: 'audio only', change: (tag) => (tag.kind === 'video' ? null : {}), maxStepMs: 60, inits: 1 },
  { name: 'video only', change: (tag) => (tag.kind === 'audio' ? null : {}), maxStepMs: 60, inits: 1 },
  {
    name: 'audio that comes late',
    change: (tag) => (tag.kind === 'audio' && !isConfig(tag) && tag.timestampMs < lateMs ? null : {}),
    maxStepMs: 60,
    inits: 1,
  },
  {
    name: 'audio that is announced late',
    change: (tag) => (tag.kind === 'audio' && tag.timestampMs < lateMs ? null : {}),
    maxStepMs: 60,
    inits: 2,
  },
]

/** The payload behind the FLV header: what stays the same on its way. */
const payloadHash = (kind: string, body: Uint8Array): string =>
  kind +
  createHash('md5')
    .update(body.subarray(kind === 'video' ? 5 : 2))
    .digest('hex')

/** Milliseconds by which audio moved against video between the clip and what arrived, in the last two seconds. */
function avDriftMs(sent: readonly ClipTag[], got: readonly SinkMessage[]): number {
  const sentAt = new Map(sent.filter((tag) => !isConfig(tag)).map(({ kind, timestampMs, body }) => [payloadHash(kind, body), timestampMs]))
  const endMs = Math.max(...sent.map(({ timestampMs }) => timestampMs))
  const offsets = { video: [] as number[], audio: [] as number[] }
  for (const { kind, timestampMs, body } of got) {
    const at = kind === 'data' ? undefined : sentAt.get(payloadHash(kind, body))
    if (kind !== 'data' && at !== undefined && at > endMs - 2000) offsets[kind].push(timestampMs - at)
  }
  const all = [...offsets.video, ...offsets.audio]
  return Math.max(...all) - Math.min(...all)
}

function largestStepMs(messages: readonly SinkMessage[]): number {
  const times = messages.filter(({ kind, body }) => kind !== 'data' && body[1] !== 0).map(({ timestampMs }) => timestampMs)
  return Math.max(...times.slice(1).map((timeMs, i) => timeMs - times[i]!))
}

test('timestamp trouble keeps outputs up and monotonic, and HLS plays on', { skip }, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  // The configuration of audio comes again just before it is announced late: encoders that add a track do so.
  const clip = readTags(await makeClip(t, { seconds: 9 }))
  const audioConfig = clip.find((tag) => tag.kind === 'audio' && isConfig(tag))!
  const firstLate = clip.findIndex((tag) => tag.kind === 'audio' && tag.timestampMs >= lateMs)
  const tags = [...clip.slice(0, firstLate), { ...audioConfig, timestampMs: clip[firstLate]!.timestampMs }, ...clip.slice(firstLate)]
  for (const [i] of troubles.entries()) {
    const outputs = [makeOutputSpec({ outputId: `o${i}`, url: sink.url, streamKey: `s${i}` })]
    engine.control.carry(makeChannelSpec({ channelId: `c${i}`, key: `k${i}`, outputs }))
  }
  await until('the channels are there', () => engine.control.actual(`c${troubles.length - 1}`) !== undefined)
  const recorders = troubles.map((_, i) => recordHls(t, engine.hlsUrl(`c${i}`)))
  await Promise.all(
    troubles.map(async ({ change }, i) => {
      const { send, publisher } = await publishTags(t, engine.ports.rtmp, `k${i}`)
      await send(
        tags.filter((tag) => change(tag) !== null),
        (tag) => change(tag) ?? {},
      )
      publisher.close()
    }),
  )
  await sleep(1500)
  for (const recorder of recorders) recorder.stop()

  const folder = makeFolder(t)
  for (const [i, { name, maxStepMs, inits }] of troubles.entries()) {
    await t.test(name, async (t) => {
      const sessions = sink.sessions.filter(({ streamKey }) => streamKey === `s${i}`)
      assert.equal(sessions.length, 1, 'the output was never reconnected')
      const { messages, counts } = sessions[0]!
      assert.ok(counts.video + counts.audio > 200, `${counts.video} video and ${counts.audio} audio messages`)
      assert.deepEqual(stepsBack(sessions[0]!), [])
      assert.ok(largestStepMs(messages) <= maxStepMs, `a step of ${largestStepMs(messages)} ms`)
      assert.ok(avDriftMs(clip, messages) < 40, `audio moved by ${avDriftMs(clip, messages)} ms`)
      const file = path.join(folder, `${i}.flv`)
      writeFileSync(file, flvOfMessages(messages))
      assert.equal(await decodeProblems(t, file), '')
      const hls = recorders[i]!
      assert.deepEqual(hls.problems, [])
      assert.equal(hls.files().length, inits)
      assert.ok(hls.durationsS.reduce((sum, one) => sum + one, 0) > 6, `${hls.durationsS} s of HLS`)
      for (const one of hls.files()) assert.equal(await decodeProblems(t, one), '')
    })
  }
})

test('another resolution in mid-stream goes through: outputs stay, HLS gets a new init segment behind a discontinuity', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs: [makeOutputSpec({ outputId: 'o', url: sink.url })] }))
  await until('the channel is there', () => engine.control.actual('show') !== undefined)
  const hls = recordHls(t, engine.hlsUrl('show'))
  const small = readTags(await makeClip(t, { seconds: 5 }))
  const large = readTags(await makeClip(t, { seconds: 5, size: '640x360' }))
  const startMs = small.at(-1)!.timestampMs + 80
  const { send, publisher } = await publishTags(t, engine.ports.rtmp, 'k1')
  await send([...small, ...large.map((tag) => ({ ...tag, timestampMs: tag.timestampMs + startMs }))])
  await until('the new size is told', () => engine.control.actual('show')?.inputs[0]?.video?.width === 640)
  publisher.close()
  await sleep(1500)
  hls.stop()
  assert.equal(sink.sessions.length, 1)
  assert.deepEqual(stepsBack(sink.sessions[0]!), [])
  assert.deepEqual([hls.problems, hls.files().length, hls.discontinuities], [[], 2, 1])
  for (const file of hls.files()) assert.equal(await decodeProblems(t, file), '')
  const recorded = path.join(makeFolder(t), 'recorded.flv')
  writeFileSync(recorded, flvOfMessages(sink.sessions[0]!.messages))
  assert.equal(await decodeProblems(t, recorded), '')
})
