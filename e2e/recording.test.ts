// budget: 50 s: two runs of an encoder with a killed engine between, and the checks of what was recorded
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { type Channel, type Clip, type Page, paths, type Recording, RecordingMetadata } from '@sluice/contract/api'
import { Problem } from '@sluice/contract/errors'
import { makeFolder } from './support/folder.ts'
import { decodeProblems, packetsOf } from './support/packets.ts'
import { missing, missingCodecs } from './support/tools.ts'
import { until } from './support/wait.ts'
import { signUp } from './web/operator.ts'
import { type Publisher, publish } from './web/publisher.ts'
import { type Sluice, startSluice } from './web/sluice.ts'

const skip = missing('ffmpeg', 'ffprobe')
let sluice: Sluice
let cookie = ''
let publisher: Publisher | null = null

before(async () => {
  if (skip !== false) return
  sluice = await startSluice()
  cookie = await signUp(sluice)
})
after(async () => {
  await publisher?.stop()
  await sluice?.stop()
})

/** The API as its operator asks it. */
const ask = (method: string, to: string, body?: unknown): Promise<Response> => {
  const headers = { origin: sluice.url, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  return fetch(sluice.url + to, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}
const operator = {
  async ok<T>(method: string, to: string, body?: unknown): Promise<T> {
    const answer = await ask(method, to, body)
    assert.ok(answer.ok, `${method} ${to}: ${answer.status} ${await answer.clone().text()}`)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  },
  async refused(method: string, to: string): Promise<Problem> {
    const answer = await ask(method, to)
    assert.ok(!answer.ok, `${method} ${to} was not refused`)
    return Problem.parse(await answer.json())
  },
  async bytes(to: string): Promise<Uint8Array> {
    const answer = await ask('GET', to)
    assert.ok(answer.ok, `GET ${to}: ${answer.status}`)
    const bytes = new Uint8Array(await answer.arrayBuffer())
    assert.equal(bytes.length, Number(answer.headers.get('content-length')))
    return bytes
  },
}

const recordings = async (): Promise<Recording[]> => (await operator.ok<Page<Recording>>('GET', paths.recordings)).items
const enginePid = (): number => JSON.parse(readFileSync(join(sluice.dataDir, 'run', 'engine-1.pid'), 'utf8')).pid as number

/** Machines differ: nothing here is about how fast they are. */
const patienceMs = 90_000
const read = (channel: Channel): Promise<Channel> => operator.ok<Channel>('GET', paths.channel(channel.id))

/** An encoder that connects once the engines know its key. */
async function onAir(channel: Channel): Promise<void> {
  await until('the engine knows the channel', async () => (await read(channel)).applied, patienceMs)
  await publisher?.stop()
  publisher = publish(`${sluice.rtmpUrl}/${channel.inputs[0]!.streamKey!}`)
  await until('the encoder is on air', async () => (await read(channel)).source === 'primary', patienceMs)
}

const recordedMs = async (channel: Channel): Promise<number> => {
  const { recording } = await read(channel)
  return recording.now?.state === 'recording' ? recording.now.durationMs : 0
}

/** Seconds of each track: where it begins, where it ends, and the longest time between two of its packets. */
async function trackOf(t: TestContext, file: string, kind: 'video' | 'audio') {
  const times = (await packetsOf(t, file, kind)).map(({ ptsMs }) => ptsMs / 1000).sort((a, b) => a - b)
  return { start: times[0]!, end: times.at(-1)!, gap: Math.max(...times.slice(1).map((at, i) => at - times[i]!)) }
}

test('one broadcast is one recording though its engine is killed: at most two seconds are lost, and its MP4 plays through [REC-01] [REC-02]', {
  skip,
}, async (t) => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  await operator.ok('PATCH', paths.channel(channel.id), { recording: { mode: 'always', keepDays: 30 } })
  await onAir(channel)
  await until('six seconds are recorded', async () => (await recordedMs(channel)) >= 6000, patienceMs)
  const beforeMs = await recordedMs(channel)
  const killedPid = enginePid()
  process.kill(killedPid, 'SIGKILL')
  await until('another engine is there', () => enginePid() !== killedPid, patienceMs)
  await onAir(channel)
  await until('five more seconds are recorded', async () => (await recordedMs(channel)) >= beforeMs + 5000, patienceMs)
  await operator.ok('POST', paths.broadcastEnd(channel.id))
  await until(
    'the recording is checked',
    async () => (await recordings()).every(({ state }) => state === 'ready' || state === 'partial'),
    patienceMs,
  )
  const [recording, ...others] = await recordings()
  assert.equal(others.length, 0, 'one broadcast, one recording')
  assert.deepEqual([recording!.startedBy, recording!.endedBy, recording!.problem?.code], ['always', 'over', 'RECORDING_GAPS'])

  const metadata = RecordingMetadata.parse(await operator.ok('GET', paths.recordingMetadata(recording!.id)))
  assert.equal(metadata.pieces.length, 2)
  assert.ok(metadata.pieces[0]!.durationMs >= beforeMs - 2000, `${metadata.pieces[0]!.durationMs} ms of ${beforeMs} ms survived the kill`)
  assert.ok(metadata.chapters.some(({ event }) => event === 'recording.resumed'))
  assert.ok(metadata.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256)))

  const file = join(makeFolder(t), 'show.mp4')
  writeFileSync(file, await operator.bytes(paths.recordingDownload(recording!.id)))
  assert.equal(readFileSync(file).indexOf('moov') < readFileSync(file).indexOf('mdat'), true, 'players begin before they have all of it')
  assert.equal(await decodeProblems(t, file), '')
  const [video, audio] = [await trackOf(t, file, 'video'), await trackOf(t, file, 'audio')]
  const lengthS = recording!.durationMs / 1000
  for (const track of [video, audio]) {
    assert.ok(track.gap < 2, `${track.gap} s between two packets`)
    assert.ok(Math.abs(track.end - lengthS) < 0.5, `ends at ${track.end} s of ${lengthS} s`)
  }
  assert.ok(Math.abs(video.start) < 0.01 && Math.abs(audio.start) < 0.15, `begins at ${video.start} s and ${audio.start} s`)
})

test('a part of a recording is cut at the key frame, or shown from the very moment; a clip of it goes into the library', {
  skip: skip || missingCodecs(),
}, async (t) => {
  const [recording] = await recordings()
  const folder = makeFolder(t)
  const part = async (query: string): Promise<string> => {
    const file = join(folder, `${query.replaceAll(/\W/g, '-')}.mp4`)
    writeFileSync(file, await operator.bytes(`${paths.recordingDownload(recording!.id)}?${query}`))
    // Frames between the key frame and the exact start are decoded and not shown.
    if (!query.includes('exact')) assert.equal(await decodeProblems(t, file), '')
    return file
  }
  const durationOf = (file: string): number =>
    Number(spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file], { encoding: 'utf8' }).stdout)
  const atKey = durationOf(await part('fromMs=3000&toMs=6000'))
  const exact = durationOf(await part('fromMs=3000&toMs=6000&exact=true'))
  assert.ok(Math.abs(atKey - 4) < 0.15, `from the key frame at 2 s: ${atKey} s`)
  assert.ok(Math.abs(exact - 3) < 0.15, `exactly: ${exact} s`)
  assert.equal((await operator.refused('GET', `${paths.recordingDownload(recording!.id)}?fromMs=3600000`)).code, 'RECORDING_EMPTY')

  const { id } = await operator.ok<Clip>('POST', paths.recordingClip(recording!.id), { name: 'Goal', fromMs: 1000, toMs: 3000 })
  await until('it is converted', async () => (await operator.ok<Clip>('GET', paths.clip(id))).state !== 'converting', patienceMs)
  const clip = await operator.ok<Clip>('GET', paths.clip(id))
  assert.deepEqual([clip.state, clip.problem, Math.round((clip.durationMs ?? 0) / 1000)], ['ready', null, 3], 'from the key frame before')
})

test('a recording is started and stopped by hand while the show goes on, and deleted with its files', { skip }, async () => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'By hand' })
  assert.equal((await operator.refused('POST', paths.channelRecordings(channel.id))).code, 'RECORDING_NOTHING_ON_AIR')
  await onAir(channel)
  const started = await operator.ok<Recording>('POST', paths.channelRecordings(channel.id))
  assert.equal((await operator.ok<Recording>('POST', paths.channelRecordings(channel.id))).id, started.id, 'asking twice is harmless')
  await until('it is written', async () => (await recordedMs(channel)) > 2000, patienceMs)
  await operator.ok('POST', paths.recordingStop(started.id))
  const recording = () => operator.ok<Recording>('GET', paths.recording(started.id))
  await until('it is ready', async () => (await recording()).state === 'ready', patienceMs)
  assert.deepEqual([(await recording()).startedBy, (await recording()).endedBy], ['manual', 'asked'])
  assert.equal((await read(channel)).source, 'primary')
  await operator.ok('PATCH', paths.recording(started.id), { pinned: true })
  assert.equal((await operator.refused('DELETE', paths.recording(started.id))).code, 'RECORDING_PINNED')
  await operator.ok('PATCH', paths.recording(started.id), { pinned: false })
  await operator.ok('DELETE', paths.recording(started.id))
  assert.equal((await operator.refused('GET', paths.recording(started.id))).code, 'NOT_FOUND')
})
