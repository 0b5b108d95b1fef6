import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataTrack } from '@sluice/codecs/frame'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { type BusReader, ProgrammeBus } from './programme-bus.ts'
import type { ProgrammeData } from './programme-data.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

/** Writes down what a reader is told, in order: `tracks 2`, `splice`, `video 40 key`, `flush`. */
function joinedReader(bus: ProgrammeBus): { log: string[]; reader: BusReader } {
  const log: string[] = []
  const reader: BusReader = {
    onTracks: (tracks) => log.push(`tracks ${tracks.map((track) => track.codecString).join(' ')}`),
    onSplice: () => log.push('splice'),
    onFrame: (frame) => log.push(`${frame.track.kind} ${frame.dts / 90}${frame.isKey && frame.track.kind === 'video' ? ' key' : ''}`),
    onFlush: () => log.push('flush'),
  }
  bus.join(reader)
  return { log, reader }
}

test('each reader gets each frame, the tracks before them', () => {
  const bus = new ProgrammeBus()
  const one = joinedReader(bus)
  const two = joinedReader(bus)
  bus.putFrame(makeFrame(video, 0, { isKey: true }))
  bus.putFrame(makeFrame(audio, 10))
  bus.flush()
  const told = ['tracks avc1.42c00a', 'video 0 key', 'tracks avc1.42c00a mp4a.40.2', 'audio 10', 'flush']
  assert.deepEqual(one.log, told)
  assert.deepEqual(two.log, told)
})

test('a late reader is told the tracks and finds the GOP, and one that left is told nothing', () => {
  const bus = new ProgrammeBus()
  const gone = joinedReader(bus)
  bus.leave(gone.reader)
  const frames = [makeFrame(video, 0, { isKey: true }), makeFrame(audio, 10), makeFrame(video, 33)]
  for (const frame of frames) bus.putFrame(frame)
  const late = joinedReader(bus)
  assert.deepEqual(late.log, ['tracks avc1.42c00a mp4a.40.2'])
  assert.deepEqual(bus.gop, frames)
  assert.deepEqual(gone.log, [])
})

test('a splice forgets GOP and tracks of what was before', () => {
  const bus = new ProgrammeBus()
  bus.putFrame(makeFrame(video, 0, { isKey: true }))
  bus.putFrame(makeFrame(audio, 0))
  const { log } = joinedReader(bus)
  const next = makeVideoTrack('128x64')
  bus.splice([next])
  assert.deepEqual(bus.gop, [])
  assert.deepEqual(bus.tracks, [next])
  assert.deepEqual(log.slice(1), ['splice', 'tracks avc1.42c00a'])
})

test('a changed video configuration empties the GOP and holds back what is no key frame', () => {
  const bus = new ProgrammeBus()
  bus.putFrame(makeFrame(video, 0, { isKey: true }))
  const { log } = joinedReader(bus)
  const next = makeVideoTrack('128x64')
  bus.putFrame(makeFrame(next, 33))
  bus.putFrame(makeFrame(audio, 40))
  bus.putFrame(makeFrame(next, 66, { isKey: true }))
  bus.putFrame(makeFrame(next, 99))
  assert.deepEqual(log, [
    'tracks avc1.42c00a',
    'tracks avc1.42c00a',
    'tracks avc1.42c00a mp4a.40.2',
    'audio 40',
    'video 66 key',
    'video 99',
  ])
  assert.equal(bus.gop[0]!.dts, 66 * 90)
})

test('a changed audio configuration leaves the video running', () => {
  const bus = new ProgrammeBus()
  bus.putFrame(makeFrame(video, 0, { isKey: true }))
  bus.putFrame(makeFrame(audio, 0))
  bus.putFrame(makeFrame(makeAudioTrack(), 20))
  bus.putFrame(makeFrame(video, 33))
  assert.equal(bus.gop.length, 4)
})

test('a reader that throws in any of its calls keeps nothing from the others, and is told to begin again', () => {
  const faults: unknown[] = []
  const bus = new ProgrammeBus((error) => faults.push(error))
  let resets = 0
  const thrower = (): never => {
    throw new Error('Array buffer allocation failed')
  }
  bus.join({ onTracks: thrower, onSplice: thrower, onFrame: thrower, onFlush: thrower, onFault: () => resets++ })
  const { log } = joinedReader(bus)
  bus.putFrame(makeFrame(video, 0, { isKey: true }))
  bus.flush()
  bus.splice([video])
  assert.deepEqual(log, ['tracks avc1.42c00a', 'video 0 key', 'flush', 'splice', 'tracks avc1.42c00a'])
  assert.equal(faults.length, resets)
  assert.equal(faults.length, 4)
})

const amf = { kind: 'data', id: 0, codec: 'amf0' } as const
const cue = (id = 0): ProgrammeData => ({ track: { ...amf, id }, dts: 0, body: new Uint8Array(1), isSet: false })

test('timed data is a track of the programme from its first message on, and readers hear of it once, before the message', () => {
  const bus = new ProgrammeBus()
  const log: string[] = []
  const { reader } = joinedReader(bus)
  Object.assign(reader, {
    onDataTracks: (tracks: readonly DataTrack[]) => log.push(`tracks ${tracks.map(({ codec, id }) => codec + id).join(' ')}`),
    onData: ({ track }: ProgrammeData) => log.push(`data ${track.id}`),
  })
  bus.putFrame(makeFrame(video, 0, { isKey: true }))
  for (const id of [0, 0, 1]) bus.putData(cue(id))
  assert.deepEqual(log, ['tracks amf00', 'data 0', 'data 0', 'tracks amf00 amf01', 'data 1'])
  bus.splice([video], [amf])
  bus.splice([video], [amf])
  bus.splice([video])
  bus.splice([video])
  assert.deepEqual(log.slice(5), ['tracks amf00', 'tracks amf00', 'tracks '])
  bus.putFrame(makeFrame(video, 40, { isKey: true }))
  bus.putData(cue())
  const late: number[] = []
  bus.join({ ...reader, onDataTracks: (tracks) => late.push(tracks.length) })
  assert.deepEqual(late, [1])
})

test('timed data of more tracks than any source has is passed on and not listed', () => {
  const bus = new ProgrammeBus()
  let passed = 0
  bus.join({ ...joinedReader(bus).reader, onData: () => passed++ })
  bus.putFrame(makeFrame(video, 0, { isKey: true }))
  for (let id = 0; id < 1000; id++) bus.putData(cue(id))
  assert.deepEqual([passed, bus.dataTracks.length], [1000, 16])
})
