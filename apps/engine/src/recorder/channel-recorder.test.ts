import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type FileSystem, openFolder, systemFiles } from '@sluice/base/files'
import { type IndexLine, indexName, planMovie, planPieces, readIndex, repairRecording, stateName } from '@sluice/containers/recording'
import type { RecordingSpec } from '@sluice/contract/link'
import { makeStage } from '../channel/testing/channel-stage.ts'
import { RecordingWriters } from './index.ts'
import type { RecordingState, ToWriter } from './messages.ts'
import { WriterThread } from './writer-thread.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-recorder-'))
after(() => rmSync(folder, { recursive: true }))
let folders = 0

type Stage = ReturnType<typeof makeStage>

/** A channel whose recordings are written for real, by a thread that works when it is let: at each step, unless `isStuck`. */
function makeRecorded(wish: Partial<RecordingSpec> = {}, options: { files?: FileSystem; maxQueuedBytes?: number; own?: string } = {}) {
  const own = options.own ?? join(folder, String(++folders))
  let thread: WriterThread | null = null
  // bound: until `work` is called
  let waiting: ToWriter[] = []
  const state = { isStuck: false, isDead: false }
  const writers = new RecordingWriters(({ onMessage }) => {
    const nowMs = (): number => stage.clock.nowMs()
    thread = new WriterThread({ files: options.files ?? systemFiles, nowMs, send: (message) => !state.isDead && onMessage(message) })
    return { post: (message) => waiting.push(message), end: () => {} }
  }, options.maxQueuedBytes)
  const stage: Stage = makeStage({ recording: { folder: own, always: true, ...wish } }, { writers })
  const work = (): void => {
    for (; waiting.length > 0 && !state.isStuck && !state.isDead; ) thread?.receive(waiting.shift()!)
    thread?.look()
  }
  const run = (ms: number): void => {
    for (let ran = 0; ran < ms; ran += 200) {
      stage.run(200)
      work()
    }
  }
  const ids = (): string[] => (existsSync(own) ? readdirSync(own).sort() : [])
  const linesOf = (id: string) => readIndex(readFileSync(join(own, id, indexName))).lines
  const stateOf = (id: string) => JSON.parse(readFileSync(join(own, id, stateName), 'utf8')) as RecordingState
  const now = () => stage.channel.actual().recording
  return { ...stage, own, run, work, state, ids, linesOf, stateOf, now, forget: () => (waiting = []) }
}

const seconds = (lines: readonly IndexLine[]): number => {
  const film = planMovie(lines)
  return film === null ? 0 : Math.round((film.to90k - film.from90k) / 90_000)
}

test('a channel that is always recorded has one recording for a broadcast, over reconnects, and another one for the next [REC-01]', () => {
  const stage = makeRecorded()
  stage.run(1000)
  assert.deepEqual([stage.ids(), stage.now()], [[], undefined], 'nothing is on the air')
  stage.publish()
  stage.run(20_000)
  stage.close('primary')
  stage.run(20_000)
  assert.equal(stage.now()?.state, 'recording')
  stage.publish()
  stage.run(20_000)
  const [id] = stage.ids()
  assert.deepEqual([stage.ids().length, stage.now()?.recordingId], [1, id])
  stage.close('primary')
  stage.run(70_000)
  assert.equal(stage.now(), undefined)
  const { by, durationMs, lostMs } = stage.named('recording.stopped')[0]!.data
  assert.deepEqual([by, Math.round(durationMs / 1000), lostMs], ['over', 60, 0])
  assert.deepEqual([stage.stateOf(id!).endedBy, stage.stateOf(id!).channelId], ['over', 'show'])
  assert.equal(seconds(stage.linesOf(id!)), 40, 'the time without a source is not in the film')
  stage.publish()
  stage.run(5000)
  assert.equal(stage.ids().length, 2)
  assert.deepEqual(
    stage.events.filter(({ name }) => name.startsWith('recording.')).map(({ name }) => name),
    ['recording.started', 'recording.stopped', 'recording.started'],
  )
})

test('files change at the same segment in every track, after a minute, and each plays by itself', () => {
  const stage = makeRecorded()
  stage.publish()
  stage.run(130_000)
  const [id] = stage.ids()
  const files = readdirSync(join(stage.own, id!)).filter((name) => name.endsWith('.mp4'))
  assert.deepEqual(
    files,
    [1, 2, 3].flatMap((no) => ['a', 'v'].map((kind) => `001-00000${no}-${kind}_source.mp4`)),
  )
  const firsts = files.map((file) => stage.linesOf(id!).find((line) => line.type === 'segment' && line.file === file))
  const numbers = firsts.map((line) => (line?.type === 'segment' ? line.number : 0))
  assert.deepEqual([numbers[0], numbers[2], numbers[4]], [numbers[1], numbers[3], numbers[5]])
  for (const file of files) assert.equal(readFileSync(join(stage.own, id!, file)).toString('latin1', 4, 8), 'ftyp')
})

test('a recording by hand runs until it is stopped, and one that was stopped does not begin again in that broadcast', () => {
  const recordingId = '01890000-0000-7000-8000-000000000001'
  const stage = makeRecorded({ always: false })
  stage.publish()
  stage.run(4000)
  assert.deepEqual(stage.ids(), [])
  const set = (wish: Partial<RecordingSpec>): void => stage.setSpec({ recording: { folder: stage.own, always: false, ...wish } })
  set({ recordingId })
  stage.run(4000)
  assert.deepEqual([stage.ids(), stage.now()?.recordingId], [[recordingId], recordingId])
  set({ always: true, isPaused: true })
  stage.run(4000)
  assert.deepEqual([stage.now(), stage.stateOf(recordingId).endedBy], [undefined, 'asked'])
  stage.close('primary')
  stage.run(70_000)
  stage.publish()
  stage.run(4000)
  assert.equal(stage.ids().length, 2, 'the next broadcast is recorded, though nobody took the pause away')
  set({ always: false })
  stage.run(1000)
  assert.equal(stage.named('recording.stopped').at(-1)!.data.by, 'off')
})

test('an engine that was killed leaves at most what was under way, and the next one goes on in the same recording [REC-01]', () => {
  const killed = makeRecorded()
  killed.publish()
  killed.run(21_000)
  killed.state.isDead = true
  const id = killed.ids()[0]!
  const written = seconds(repairRecording(openFolder(systemFiles, join(killed.own, id))).lines)
  assert.ok(written >= 19, `${written} s of 21 s`)
  const next = makeRecorded({ recordingId: id }, { own: killed.own })
  next.publish()
  next.run(10_000)
  assert.deepEqual([next.ids(), next.now()?.recordingId], [[id], id])
  next.channel.close('the engine is stopping')
  next.work()
  const lines = next.linesOf(id)
  assert.deepEqual(
    planPieces(lines).map(({ run }) => run),
    [1, 2],
  )
  assert.ok(lines.some((line) => line.type === 'mark' && line.why === 'resumed'))
  assert.ok(Math.abs(seconds(lines) - written - 10) <= 1)
  assert.deepEqual([next.stateOf(id).startedAt, next.stateOf(id).endedBy], [killed.stateOf(id).startedAt, 'engine'])
  assert.equal(next.named('recording.resumed').length, 1)
})

test('a disk that does not keep up costs the recording whole moments, which are counted, and the programme nothing', () => {
  const stage = makeRecorded({}, { maxQueuedBytes: 60_000 })
  stage.publish()
  stage.run(10_000)
  stage.state.isStuck = true
  stage.run(60_000)
  assert.deepEqual([stage.channel.source, stage.now()?.problem?.code], ['primary', 'RECORDING_DISK_SLOW'])
  assert.ok(stage.channel.stats(stage.clock.nowMs()).recording!.queuedBytes < 70_000, 'what waits is bounded')
  stage.state.isStuck = false
  stage.run(10_000)
  assert.deepEqual([stage.now()?.state, stage.ids().length], ['recording', 1])
  const { lostMs, durationMs } = stage.channel.stats(stage.clock.nowMs()).recording!
  assert.ok(lostMs > 20_000 && Math.abs(lostMs + durationMs - 80_000) < 4000, `${lostMs} ms lost, ${durationMs} ms kept`)
  const lines = stage.linesOf(stage.ids()[0]!)
  const mark = lines.find((line) => line.type === 'mark' && line.why === 'disk-slow')
  assert.equal(mark?.type === 'mark' ? mark.lostMs : 0, lostMs)
  assert.equal(stage.named('recording.resumed')[0]!.data.lostMs, lostMs)
  repairRecording(openFolder(systemFiles, join(stage.own, stage.ids()[0]!)))
  assert.ok(Math.abs(seconds(lines) - durationMs / 1000) <= 2)
})

test('a full disk interrupts the recording with a reason, and it goes on in the same one once there is room', () => {
  let leftBytes = 40_000
  const files: FileSystem = {
    ...systemFiles,
    writeSync(...args: unknown[]) {
      const [handle, bytes, at = 0, count] = args as [number, Uint8Array, number?, number?]
      const wanted = count ?? bytes.length - at
      if (leftBytes <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      // As a disk does that fills up midway.
      const fits = Math.min(wanted, leftBytes)
      leftBytes -= fits
      return systemFiles.writeSync(handle, bytes, at, fits)
    },
  }
  const stage = makeRecorded({}, { files })
  stage.publish()
  stage.run(30_000)
  assert.deepEqual(
    [stage.channel.source, stage.now()?.state, stage.now()?.problem?.code],
    ['primary', 'interrupted', 'RECORDING_DISK_FULL'],
  )
  assert.match(stage.named('recording.interrupted')[0]!.message, /the disk is full/)
  leftBytes = 10_000_000
  stage.run(40_000)
  assert.deepEqual([stage.now()?.state, stage.ids().length], ['recording', 1])
  assert.equal(stage.named('recording.interrupted').length, 1, 'the same trouble is told once')
  stage.channel.close('the engine is stopping')
  stage.work()
  const { cutBytes } = repairRecording(openFolder(systemFiles, join(stage.own, stage.ids()[0]!)))
  assert.equal(cutBytes, 0, 'the torn end was cut when it went on')
})
