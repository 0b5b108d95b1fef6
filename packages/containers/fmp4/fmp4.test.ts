import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { mutationsOf } from '@sluice/testkit/random'
import { demuxFlv, samplesOf, segmentsOf } from './fixtures/segments.ts'
import { findBox, readBoxes, readFragments, writeFragment, writeInitSegment } from './index.ts'
import { formatBoxes } from './testing/format-boxes.ts'

const flv = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(import.meta.dirname, '../flv/fixtures', `${name}.flv`)))
const names = ['h264-aac', 'h264-mp3', 'enhanced-hevc-opus', 'enhanced-av1-aac51', 'enhanced-av1-eac3', 'enhanced-vp9-flac', 'multitrack']

for (const name of names) {
  test(`${name}: init segment and first fragment are as written down`, () => {
    const media = demuxFlv(flv(name))
    const { init, fragments } = segmentsOf(media, media.tracks, 18_000)
    const dump = formatBoxes(init) + formatBoxes(fragments[0]!)
    const golden = path.join(import.meta.dirname, 'fixtures', `${name}.txt`)
    if (process.env['SLUICE_GOLDEN'] === 'write') writeFileSync(golden, dump)
    assert.equal(dump, readFileSync(golden, 'utf8'))
  })

  test(`${name}: fragments give the frames back`, () => {
    const media = demuxFlv(flv(name))
    const { init, fragments } = segmentsOf(media, media.tracks, 9000)
    const file = concatBytes([init, ...fragments])
    const found = readFragments(file)
    assert.deepEqual(
      found.map((fragment) => fragment.sequence),
      fragments.map((_, i) => i + 1),
    )
    for (const [i, track] of media.tracks.entries()) {
      const samples = found.flatMap((fragment) => fragment.runs.filter((run) => run.trackId === i + 1)).flatMap((run) => run.samples)
      assert.deepEqual(
        samples.map((s) => ({ dts: s.dts, pts: s.pts, duration: s.duration, isKey: s.isSync, bytes: toHex(file.subarray(s.at, s.end)) })),
        samplesOf(media, track).map(({ frame: { dts, pts, isKey, bytes }, duration90k: duration }) => ({
          dts,
          pts,
          duration,
          isKey,
          bytes: toHex(bytes),
        })),
      )
    }
  })
}

const media = demuxFlv(flv('h264-aac'))
const track = media.tracks[0]!
const sample = (dts: number, pts: number) => ({ frame: { track, dts, pts, isKey: true, bytes: Uint8Array.of(1, 2, 3) }, duration90k: 3000 })

test('decoding times above 32 bits and offsets below zero are kept', () => {
  const fragment = writeFragment(9, [{ trackId: 1, samples: [sample(90_000 * 86_400 * 30, 90_000 * 86_400 * 30 - 3000)] }])
  const [run] = readFragments(fragment)[0]!.runs
  assert.deepEqual([run!.samples[0]!.dts, run!.samples[0]!.pts], [233_280_000_000, 233_279_997_000])
})

test('a fragment that starts before time zero is a bug of the caller', () => {
  assert.throws(() => writeFragment(1, [{ trackId: 1, samples: [sample(-1, 0)] }]), /starts a fragment at -1 ticks/)
})

test('one track makes a CMAF file, several do not', () => {
  const brands = (tracks: number): string => {
    const init = writeInitSegment(media.tracks.slice(0, tracks).map((each, i) => ({ trackId: i + 1, track: each })))
    const ftyp = findBox(readBoxes(init), ['ftyp'])!
    return String.fromCharCode(...init.subarray(ftyp.bodyAt + 8, ftyp.end))
  }
  assert.deepEqual([brands(1), brands(2)], ['iso6mp41cmfc', 'iso6mp41'])
})

test('hvcC says that its parameter sets are complete, as hvc1 demands', () => {
  const hevc = demuxFlv(flv('enhanced-hevc-opus')).tracks[0]!
  const init = writeInitSegment([{ trackId: 1, track: hevc }])
  const hvcc = findBox(readBoxes(init), ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'hvc1', 'hvcC'])!
  assert.equal(init[hvcc.bodyAt + 23], 0x80 | 32)
  assert.equal(hevc.config[23], 32, 'the track itself is left as it came')
})

/** Inputs; SLUICE_FUZZ asks for more. */
const count = Number(process.env['SLUICE_FUZZ'] ?? 4000)

test('any bytes give boxes and fragments or a WireError (seed 31)', () => {
  const { init, fragments } = segmentsOf(media, media.tracks, 18_000)
  for (const b of mutationsOf(31, count, [init, ...fragments, fragments[0]!.subarray(0, 400)])) {
    for (const read of [formatBoxes, readFragments]) {
      try {
        read(b)
      } catch (err) {
        assert.ok(err instanceof WireError, `${toHex(b.subarray(0, 200))}: ${err instanceof Error ? err.stack : err}`)
      }
    }
  }
})
