import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { concatBytes } from '@sluice/base/bytes'
import { type Folder, openFolder, systemFiles } from '@sluice/base/files'
import type { AudioTrack, VideoTrack } from '@sluice/codecs/frame'
import { findBox, type Mp4Sample, readBoxes, writeFragment, writeInitSegment } from '@sluice/containers/fmp4'
import { formatLine, indexName, mediaFileName } from '@sluice/containers/recording'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { finishRecording } from './finish.ts'
import { openMovie } from './movie.ts'

const segmentMs = 2000
type Track = VideoTrack | AudioTrack

/** A recording of one-part segments of 2 s: pictures at 25 frames a second, sound of 20 ms. `of` says the tracks of each file. */
function makeRecording(t: TestContext, files: readonly (readonly Track[])[], run = 1): { path: string; folder: Folder } {
  const path = mkdtempSync(join(tmpdir(), 'sluice-movie-'))
  t.after(() => rmSync(path, { recursive: true }))
  for (const [no, tracks] of files.entries()) {
    for (const track of tracks) {
      const rendition = `${track.kind === 'video' ? 'v' : 'a'}_source${track.id === 0 ? '' : `_${track.id}`}`
      const file = mediaFileName({ run, no: no + 1, rendition })
      const trackId = track.kind === 'video' ? 1 : 2
      const init = writeInitSegment([{ trackId, track }])
      const stepMs = track.kind === 'video' ? 40 : 20
      const samples = Array.from({ length: segmentMs / stepMs }, (_, i): Mp4Sample => {
        const frame = makeFrame(track, no * segmentMs + i * stepMs, { isKey: track.kind === 'audio' || i === 0 })
        return { frame, duration90k: stepMs * 90 }
      })
      const media = writeFragment(1, [{ trackId, samples }])
      appendFileSync(join(path, file), concatBytes([init, media]))
      const wallMs = 1_700_000_000_000 + no * segmentMs
      const lines = [
        { type: 'file', file, initBytes: init.length, wallMs } as const,
        {
          ...({ type: 'segment', file, offset: init.length, bytes: media.length, crc32: crc32(media), number: no, wallMs } as const),
          ...{ startDts: no * segmentMs * 90, startPts: no * segmentMs * 90, duration90k: segmentMs * 90 },
          ...{ isSpliced: false, isIndependent: true },
        },
      ]
      appendFileSync(join(path, indexName), lines.map(formatLine).join(''))
    }
  }
  return { path, folder: openFolder(systemFiles, path) }
}

const tracks = [makeVideoTrack(), makeAudioTrack(), { ...makeAudioTrack(), id: 1 }]

function readWhole(folder: Folder, window = {}) {
  const movie = openMovie(folder, window)!
  const bytes = concatBytes([...movie.read()])
  assert.equal(bytes.length, movie.bytes, 'its length is known before its first byte')
  const boxes = readBoxes(bytes)
  const traks = boxes.find(({ type }) => type === 'moov')!.children.filter(({ type }) => type === 'trak')
  const u32 = (at: number): number => new DataView(bytes.buffer).getUint32(at)
  /** How many samples each track has, and how many configurations. */
  const counts = traks.map((trak) => {
    const table = ['mdia', 'minf', 'stbl']
    return [u32(findBox([trak], ['trak', ...table, 'stsz'])!.bodyAt + 8), u32(findBox([trak], ['trak', ...table, 'stsd'])!.bodyAt + 4)]
  })
  return { durationMs: movie.durationMs, types: boxes.map(({ type }) => type), counts }
}

test('a film has every audio track, and what players need stands before the media', (t) => {
  const { folder } = makeRecording(t, [tracks, tracks, tracks])
  assert.deepEqual(readWhole(folder), {
    durationMs: 6000,
    types: ['ftyp', 'moov', 'mdat'],
    counts: [
      [150, 1],
      [300, 1],
      [300, 1],
    ],
  })
})

test('a window has the pictures from its key frame on, the sound from its start, and nothing from behind its end', (t) => {
  const { folder } = makeRecording(t, [tracks, tracks, tracks])
  const exact = readWhole(folder, { fromMs: 3000, toMs: 5000, isExact: true })
  assert.deepEqual([exact.durationMs, exact.counts.map(([samples]) => samples)], [2000, [75, 100, 100]])
  const atKey = readWhole(folder, { fromMs: 3000, toMs: 5000 })
  assert.deepEqual([atKey.durationMs, atKey.counts.map(([samples]) => samples)], [3000, [75, 150, 150]])
  assert.equal(openMovie(folder, { fromMs: 6000 }), null)
})

test('a source that changes its codec midway makes a track with two configurations', (t) => {
  const { folder } = makeRecording(t, [[makeVideoTrack()], [makeHevcTrack()], [makeVideoTrack()]])
  assert.deepEqual(readWhole(folder).counts, [[150, 2]])
})

test('a byte that is another on the disk breaks the film off', (t) => {
  const { folder, path } = makeRecording(t, [tracks, tracks])
  const whole = finishRecording(folder)
  assert.deepEqual([whole.damaged, whole.durationMs, whole.lostMs, whole.files.length], [0, 4000, 0, 6])
  const file = join(path, whole.files[0]!.name)
  const bytes = folder.read(whole.files[0]!.name, 0, statSync(file).size)
  // In the first file of a track, far from its last line: the repair looks at the ends alone.
  const line = bytes.length - 5
  bytes[line] = bytes[line]! ^ 1
  folder.replace(whole.files[0]!.name, bytes)
  assert.throws(() => readWhole(folder), { code: 'RECORDING_DAMAGED' })
})
