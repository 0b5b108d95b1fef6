import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Page, paths, type Recording } from '@sluice/contract/api'
import type { ChannelSpec } from '@sluice/contract/link'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const ownId = '11111111-2222-4333-8444-555555555555'
const specOf = (id: string): ChannelSpec | undefined => under.host.newest.specs.get(id)
const read = (id: string): Promise<Recording> => operator.ok<Recording>('GET', paths.recording(id))
const listed = (query = ''): Promise<Page<Recording>> => operator.ok<Page<Recording>>('GET', paths.recordings + query)

async function make(source: 'primary' | 'none'): Promise<Channel> {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  await under.host.newest.until(() => specOf(channel.id) !== undefined)
  under.host.newest.report(channel.id, { state: source === 'none' ? 'idle' : 'live', source })
  while ((await operator.ok<Channel>('GET', paths.channel(channel.id))).source !== source);
  return channel
}

/** The engine says that it records this. */
const report = (channelId: string, recordingId: string): void =>
  under.host.newest.report(channelId, {
    source: 'primary',
    recording: { recordingId, startedAt: new Date().toISOString(), state: 'recording', problem: null },
  })

function stopped(channelId: string, recordingId: string, by: string): void {
  under.host.newest.report(channelId, { source: 'primary' })
  const data = { recordingId, by, durationMs: 0, bytes: 0, lostMs: 0 }
  under.host.newest.event('recording.stopped', channelId, 'Recording stopped.', data)
}

test('a recording is asked of the engine under its own id, asked for twice it is the same, and its end takes it away', async () => {
  const { id } = await make('primary')
  const started = await operator.ok<Recording>('POST', paths.channelRecordings(id))
  assert.deepEqual([started.state, started.startedBy, started.channelName], ['recording', 'manual', 'Show'])
  await under.host.newest.until(() => specOf(id)?.recording?.recordingId === started.id)
  assert.equal(specOf(id)!.recording!.always, false)
  assert.equal((await operator.ok<Recording>('POST', paths.channelRecordings(id))).id, started.id)
  report(id, started.id)
  await operator.ok('POST', paths.recordingStop(started.id))
  await under.host.newest.until(() => specOf(id)?.recording?.recordingId === undefined && specOf(id)?.recording?.isPaused === true)
  stopped(id, started.id, 'asked')
  // Nothing was ever written by an engine that only speaks.
  while ((await read(started.id)).state !== 'failed');
  assert.deepEqual([(await read(started.id)).endedBy, (await read(started.id)).problem?.code], ['asked', 'RECORDING_EMPTY'])
  const audit = (await operator.ok<Page<AuditEntry>>('GET', paths.audit)).items.map(({ action }) => action)
  assert.ok(audit.includes('recording.start') && audit.includes('recording.stop'))
})

test('what a channel that is always recorded begins by itself becomes a recording, and goes on after the engine comes anew', async () => {
  const { id } = await make('primary')
  const set = await operator.ok<Channel>('PATCH', paths.channel(id), { recording: { mode: 'always', keepDays: 7 } })
  assert.deepEqual([set.recording.mode, set.recording.keepDays, set.recording.now], ['always', 7, null])
  await under.host.newest.until(() => specOf(id)?.recording?.always === true)
  report(id, ownId)
  under.host.newest.event('recording.started', id, 'Recording started.', { recordingId: ownId })
  while (!(await listed(`?channel=${id}`)).items.some((one) => one.id === ownId && one.state === 'recording'));
  assert.equal((await read(ownId)).startedBy, 'always')
  assert.equal((await operator.ok<Channel>('GET', paths.channel(id))).recording.now?.recordingId, ownId)
  await operator.ok('PATCH', paths.channel(id), { name: 'Renamed' })
  await under.host.newest.until(() => specOf(id)?.recording?.recordingId === ownId)
  await operator.ok('PATCH', paths.channel(id), { recording: { mode: 'off' } })
  await under.host.newest.until(() => specOf(id)?.recording === undefined)
  stopped(id, ownId, 'off')
  while ((await read(ownId)).state !== 'failed');
  assert.ok((await read(ownId)).deletesAt !== null)
})

test('a pinned recording is not deleted, and the files of one that is deleted go', async () => {
  const folder = join(under.dataDir, 'recordings', ownId)
  mkdirSync(folder, { recursive: true })
  await operator.ok('PATCH', paths.recording(ownId), { pinned: true, name: 'Final' })
  assert.deepEqual([(await read(ownId)).name, (await read(ownId)).deletesAt], ['Final', null])
  assert.equal((await operator.refused('DELETE', paths.recording(ownId))).code, 'RECORDING_PINNED')
  assert.equal((await operator.refused('GET', paths.recordingDownload(ownId))).code, 'RECORDING_NOT_READY')
  await operator.ok('PATCH', paths.recording(ownId), { pinned: false })
  await operator.ok('DELETE', paths.recording(ownId))
  assert.equal(existsSync(folder), false)
  assert.equal((await operator.refused('GET', paths.recording(ownId))).code, 'NOT_FOUND')
})

test('starting needs something on air, and refuses a read-only key and another workspace', async () => {
  const { id } = await make('none')
  assert.equal((await operator.refused('POST', paths.channelRecordings(id))).code, 'RECORDING_NOTHING_ON_AIR')
  const reader = await readOnly(operator)
  for (const [method, to] of [
    ['POST', paths.channelRecordings(id)],
    ['POST', paths.recordingStop(ownId)],
    ['PATCH', paths.recording(ownId)],
    ['DELETE', paths.recording(ownId)],
    ['POST', paths.recordingClip(ownId)],
  ] as const) {
    assert.equal((await reader.refused(method, to, method === 'POST' ? undefined : {})).code, 'SCOPE_MISSING', to)
  }
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('POST', paths.channelRecordings(id))).code, 'NOT_FOUND')
  assert.equal((await stranger.ok<Page<Recording>>('GET', paths.recordings)).items.length, 0)
})

test('a recording that began and ended while control was away is found by its end', async () => {
  const { id } = await make('primary')
  const recordingId = '99999999-2222-4333-8444-555555555555'
  stopped(id, recordingId, 'over')
  const found = async (): Promise<Recording | undefined> => (await listed(`?channel=${id}`)).items.find((one) => one.id === recordingId)
  while ((await found())?.state !== 'failed');
  assert.deepEqual([(await found())!.endedBy, (await found())!.startedBy], ['over', 'always'])
})
