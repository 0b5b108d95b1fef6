import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAudioTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { randomFrom } from '@sluice/testkit/random'
import { indexName, planMovie, planPieces, readIndex, repairRecording, type SegmentLine } from './index.ts'
import { MemoryDisk, writeRecorded } from './testing/recorded.ts'

const tracks = [makeVideoTrack(), makeAudioTrack()]
const rounds = Number(process.env.SLUICE_FUZZ ?? 400)

function makeWhole(): { disk: MemoryDisk; ends: { file: string; end: number; endDts: number }[] } {
  const disk = new MemoryDisk()
  return { disk, ...writeRecorded(disk, { tracks, segments: 7, segmentsPerFile: 3 }) }
}

const segmentsOf = (disk: MemoryDisk): SegmentLine[] =>
  readIndex(disk.files.get(indexName)!).lines.filter((line): line is SegmentLine => line.type === 'segment')

/** Every line has its bytes, every byte of media its line, and no two lines the same. */
function assertWhole(disk: MemoryDisk, why: string): void {
  const { lines, goodBytes } = readIndex(disk.files.get(indexName)!)
  assert.equal(goodBytes, disk.size(indexName), `${why}: the index has a torn line`)
  for (const name of disk.names().filter((one) => one.endsWith('.mp4'))) {
    const begun = lines.filter((line) => line.type === 'file' && line.file === name)
    assert.equal(begun.length, 1, `${why}: ${name} is begun ${begun.length} times`)
    let at = begun[0]?.type === 'file' ? begun[0].initBytes : 0
    for (const { file, offset, bytes, crc32 } of segmentsOf(disk).sort((a, b) => a.offset - b.offset)) {
      if (file !== name) continue
      assert.equal(offset, at, `${why}: a hole in ${name}`)
      assert.equal(disk.crc32(disk.read(name, offset, bytes)), crc32, `${why}: other bytes in ${name}`)
      at += bytes
    }
    assert.equal(at, disk.size(name), `${why}: bytes of ${name} are in no line`)
  }
  assert.ok(
    lines.every((line) => line.type === 'mark' || disk.size(line.file) !== null),
    `${why}: a line without its file`,
  )
}

test('a recording that is whole is left as it is', () => {
  const { disk } = makeWhole()
  const before = new Map(disk.files)
  const { cutBytes, recoveredMs } = repairRecording(disk)
  assert.deepEqual([cutBytes, recoveredMs], [0, 0])
  assert.deepEqual(disk.files, before)
})

test('an index and files that are cut anywhere become a whole recording, and no part that was whole is lost (seed 11) [REC-01]', () => {
  const random = randomFrom(11)
  for (let round = 0; round < rounds; round++) {
    const { disk, ends } = makeWhole()
    for (const name of disk.names()) {
      // The writer dies at one moment, a power cut takes what each file had not on the disk yet.
      if (random.int(0, 1) === 0) disk.truncate(name, random.int(0, disk.size(name)!))
    }
    const cut = new Map(disk.names().map((name) => [name, disk.size(name)!]))
    const why = `round ${round}, cut at ${JSON.stringify([...cut])}`
    const first = repairRecording(disk)
    assertWhole(disk, why)
    for (const { file, end } of ends.filter((part) => part.end <= cut.get(part.file)!)) {
      assert.ok((disk.size(file) ?? 0) >= end, `${why}: a whole part of ${file} is gone`)
    }
    const after = new Map(disk.files)
    const again = repairRecording(disk)
    assert.deepEqual([again.cutBytes, again.recoveredMs, again.lines], [0, 0, first.lines], why)
    assert.deepEqual(disk.files, after, why)
    const film = planMovie(first.lines)
    assert.equal(film === null, segmentsOf(disk).length === 0, why)
  }
})

test('bytes that never reached the disk are found by their checksum, though the file has its length', () => {
  const { disk } = makeWhole()
  const last = segmentsOf(disk).at(-1)!
  disk.files.get(last.file)!.fill(0, last.offset)
  repairRecording(disk)
  assertWhole(disk, 'zeros at the end')
  assert.equal(
    segmentsOf(disk).some(({ file, offset }) => file === last.file && offset === last.offset),
    false,
  )
})

test('any bytes as index give a recording that is whole (seed 12)', () => {
  const random = randomFrom(12)
  for (let round = 0; round < rounds; round++) {
    const { disk } = makeWhole()
    const index = disk.files.get(indexName)!.slice()
    for (let i = 0; i < 20; i++) index[random.int(0, index.length - 1)] = random.int(0, 255)
    disk.files.set(indexName, index)
    repairRecording(disk)
    assertWhole(disk, `round ${round}`)
  }
})

test('a restart and a hole are left out of the film, and all tracks of a piece are moved by the same', () => {
  const disk = new MemoryDisk()
  writeRecorded(disk, { tracks, segments: 3, segmentsPerFile: 2 })
  writeRecorded(disk, { tracks, segments: 2, segmentsPerFile: 2, run: 2, fromDts: 900_000 })
  const { lines } = repairRecording(disk)
  const pieces = planPieces(lines)
  assert.deepEqual(
    pieces.map(({ run, movie90k }) => [run, movie90k]),
    [
      [1, 0],
      [2, 540_000],
    ],
  )
  const film = planMovie(lines)!
  assert.deepEqual([film.from90k, film.to90k], [0, 900_000])
  for (const { segments } of film.tracks) {
    assert.deepEqual(
      segments.map(({ startDts, shift90k }) => startDts + shift90k),
      [0, 180_000, 360_000, 540_000, 720_000],
    )
  }
})

test('a film is cut at the key frame before, or shown from the very moment', () => {
  const { disk } = makeWhole()
  const { lines } = repairRecording(disk)
  const atKey = planMovie(lines, { fromMs: 4500, toMs: 9000 })!
  const exact = planMovie(lines, { fromMs: 4500, toMs: 9000, isExact: true })!
  assert.deepEqual([atKey.from90k, atKey.to90k], [4000 * 90, 9000 * 90])
  assert.deepEqual([exact.from90k, exact.to90k], [4500 * 90, 9000 * 90])
  for (const { tracks: film } of [atKey, exact])
    assert.deepEqual(
      film.map(({ segments }) => segments.map(({ number }) => number)),
      [
        [1002, 1003, 1004],
        [1002, 1003, 1004],
      ],
    )
  assert.equal(planMovie(lines, { fromMs: 60_000 }), null)
})
