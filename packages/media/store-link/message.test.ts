import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { RecordReader } from '@sluice/base/records'
import { makeAudioTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { bytesFrom, mutationsOf } from '@sluice/testkit/random'
import type { StoreEntry } from '../store/index.ts'
import {
  type FromViewers,
  maxStoreRecordBytes,
  readFromViewers,
  readToViewers,
  type ToViewers,
  writeFromViewers,
  writeToViewers,
} from './index.ts'

const rounds = Number(process.env['SLUICE_FUZZ'] ?? 20_000)
const boundary = { number: 17, startDts: 9000, startPts: 12_000, isSpliced: true, splices: 3, startWallMs: 1_700_000_000_123.5 }
const part = { number: 9, startDts: 1, duration90k: 45_000, isIndependent: true, isGap: false, frames: 15, firstSampleEnd: 3 }
const entries: StoreEntry[] = [
  { type: 'open', id: 'v', kind: 'video', rung: 'source', nextPart: 5, nextVersion: 2, firstNumber: null },
  { type: 'init', rendition: 'v', init: { version: 2, track: makeVideoTrack(), bytes: Uint8Array.of(1, 2, 3) } },
  { type: 'init', rendition: 'a', init: { version: 0, track: makeAudioTrack(1), bytes: Uint8Array.of(4) } },
  { type: 'boundary', boundary },
  { type: 'begin', rendition: 'v', boundary },
  { type: 'part', rendition: 'v', segment: 17, part: { ...part, bytes: Uint8Array.of(9, 8, 7) } },
  { type: 'part', rendition: 'v', segment: 17, part: { ...part, isGap: true, bytes: new Uint8Array(0) } },
  { type: 'end', rendition: 'v', segment: 17 },
  { type: 'listed', rendition: 'v', from: 16 },
  { type: 'timed', event: { kind: 'scte35', id: 17_001, pts: 90_000, wallMs: 1_700_000_000_500, bytes: Uint8Array.of(252, 48) } },
  { type: 'captions', services: ['CC1', 'SERVICE1'] },
  { type: 'captions', services: null },
  { type: 'removed', rendition: 'v' },
  { type: 'splice' },
  { type: 'retract' },
  { type: 'ended' },
  { type: 'publish' },
  { type: 'stand', nextNumber: 18, splices: 3, isSpliced: false, isOn: true },
]
const channel = {
  channelId: 'c',
  playIdHash: 'h',
  previewIdHash: null,
  onAir: 'slate',
  rungs: ['source'],
  sounds: [{ track: 1, language: 'de' }],
  segmentMs: 2000,
} as const
const messages: ToViewers[] = [
  { type: 'hello', version: 1, engineId: 'engine-1' },
  { type: 'keep', channelIds: ['a', 'b'] },
  { type: 'channel', slot: 3, ...channel, partMs: 500, windowSegments: 6, storeId: 's', epoch: 7, nextNumber: 9, isUnused: false },
  { type: 'gone', slot: 3 },
  ...entries.map((entry): ToViewers => ({ type: 'entry', slot: 3, entry })),
]
const answers: FromViewers[] = [
  { type: 'welcome', version: 1 },
  {
    type: 'position',
    storeId: 's',
    after: { epoch: 7, number: 9, splices: 1, endWallMs: 5.5, renditions: [{ id: 'v', nextPart: 4, nextVersion: 1 }] },
  },
  { type: 'figures', channels: [{ channelId: 'c', viewers: 2, bytesServed: 2 ** 40 }] },
]

/** Copies: a record is valid during the call alone. */
function recordsOf(pieces: readonly Uint8Array[]): Uint8Array[] {
  const records: Uint8Array[] = []
  new RecordReader(maxStoreRecordBytes).push(concatBytes(pieces), (record) => records.push(record.slice()))
  return records
}

test('what is written is read, both ways', () => {
  assert.deepEqual(recordsOf(messages.flatMap(writeToViewers)).map(readToViewers), messages)
  assert.deepEqual(recordsOf(answers.flatMap(writeFromViewers)).map(readFromViewers), answers)
})

test('messages and entries of a later version are passed over, and facts that are not known here are kept', () => {
  const later = [
    { type: 'colour', slot: 1 },
    { type: 'entry', slot: 1, entry: { type: 'daterange', id: 'x' } },
  ]
  const write = (message: object): Uint8Array => recordsOf(writeFromViewers(message as FromViewers))[0]!
  assert.deepEqual(
    later.map((message) => readToViewers(write(message))),
    [null, null],
  )
  assert.equal(readFromViewers(write({ type: 'colour' })), null)
  const read = readToViewers(write({ type: 'entry', slot: 1, entry: { type: 'boundary', boundary: { ...boundary, mark: 5 } } }))
  assert.deepEqual(read, { type: 'entry', slot: 1, entry: { type: 'boundary', boundary: { ...boundary, mark: 5 } } })
})

test('any bytes give a message, nothing, or a WireError (seed 11)', () => {
  const sent = [...messages.flatMap(writeToViewers), ...answers.flatMap(writeFromViewers)]
  const records = recordsOf(sent)
  for (const read of [readToViewers, readFromViewers]) {
    const inputs = [
      ...records.flatMap((record) => [...mutationsOf(11, rounds / records.length / 10, [record])]),
      ...bytesFrom(11, rounds / 10),
    ]
    for (const bytes of inputs) {
      try {
        read(bytes)
      } catch (error) {
        assert.ok(error instanceof WireError, String(error))
      }
    }
  }
})
