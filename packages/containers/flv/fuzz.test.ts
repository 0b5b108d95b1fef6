import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { mutationsOf, randomFrom } from '@sluice/testkit/random'
import { demux, fixtureBytes, fixtureNames, type Tag, tagsOf } from './fixtures/read-fixture.ts'
import { FlvDemuxer, FlvFileReader, type FlvSink, flvConfigBody, flvFrameHeader } from './index.ts'

/** Inputs for each test; SLUICE_FUZZ asks for more. */
const count = Number(process.env['SLUICE_FUZZ'] ?? 4000)
const tags = fixtureNames.flatMap((name) => tagsOf(fixtureBytes(name)))

/** Runs what the sink gets through the writers too: what was read must be writable. */
const rewrite: FlvSink = {
  onTrack: (track) => void flvConfigBody(track, { enhanced: true }),
  onFrame: (frame) => assert.ok(Number.isSafeInteger(frame.pts) && flvFrameHeader(frame, { enhanced: true }) !== null),
  onData: () => {},
}

function push(demuxer: FlvDemuxer, tag: Tag): void {
  assert.doesNotThrow(() => demuxer.push(tag.kind, tag.timestampMs, tag.body, rewrite), `${tag.kind} ${toHex(tag.body.subarray(0, 200))}`)
}

for (const kind of ['audio', 'video'] as const) {
  test(`any ${kind} body gives tracks and frames and never throws, after any others (seed 21)`, () => {
    // Heads alone too: in a whole picture most damage falls into the payload.
    const goods = tags.filter((tag) => tag.kind === kind).flatMap((tag) => [tag.body, tag.body.subarray(0, 48)])
    const random = randomFrom(21)
    let demuxer = new FlvDemuxer()
    for (const body of mutationsOf(21, count, goods)) {
      if (random.int(0, 99) === 0) demuxer = new FlvDemuxer()
      push(demuxer, { kind, timestampMs: random.int(0, 0xffffffff), body })
      // Sound messages between the damaged ones keep the demuxer in the states that frames need.
      push(demuxer, tags[random.int(0, tags.length - 1)]!)
    }
  })
}

test('any file gives tags or a WireError, and holds no more than it was given (seed 22)', () => {
  const files = fixtureNames.map((name) => fixtureBytes(name).subarray(0, 3000))
  const random = randomFrom(22)
  for (const file of mutationsOf(22, count / 4, files)) {
    const reader = new FlvFileReader()
    let bytes = 0
    try {
      for (let at = 0; at < file.length; ) {
        const step = random.int(1, 1500)
        reader.push(file.subarray(at, at + step), (_kind, _timestampMs, body) => {
          bytes += body.length
        })
        at += step
      }
    } catch (err) {
      assert.ok(err instanceof WireError, String(err))
    }
    assert.ok(bytes <= file.length)
  }
})

test('a whole file of damaged messages in a row never breaks a demuxer (seed 23)', () => {
  const random = randomFrom(23)
  const bodies = [
    ...mutationsOf(
      23,
      500,
      tags.map((tag) => tag.body),
    ),
  ]
  const demuxer = new FlvDemuxer()
  for (const body of bodies) push(demuxer, { kind: random.int(0, 1) === 0 ? 'audio' : 'video', timestampMs: 0, body: concatBytes([body]) })
})

test('one damaged body anywhere in a good stream changes no frame of the others, and is noted or read (seed 24)', () => {
  const random = randomFrom(24)
  for (const name of fixtureNames) {
    const good = tagsOf(fixtureBytes(name)).slice(0, 120)
    const expected = demux(good).frames.map(
      ({ dts, pts, isKey, bytes }) => `${dts} ${pts} ${isKey} ${toHex(bytes.subarray(0, 16))} ${bytes.length}`,
    )
    for (const body of mutationsOf(
      24,
      count / 40,
      good.flatMap((tag) => [tag.body, tag.body.subarray(0, 24)]),
    )) {
      const stray: Tag = {
        kind: random.int(0, 1) === 0 ? 'audio' : 'video',
        timestampMs: random.int(0, 0xffffffff),
        body: concatBytes([body]),
      }
      const at = random.int(0, good.length)
      // What reads as another configuration is a change of the stream, whoever made it.
      const known = demux(good.slice(0, at))
      const alone = demux([...good.slice(0, at), stray])
      if (alone.tracks.length > known.tracks.length) continue
      const own = new Set(alone.frames.slice(known.frames.length))
      const all = demux([...good.slice(0, at), stray, ...good.slice(at)])
      const rest = all.frames.filter((_, i) => i < known.frames.length || i >= known.frames.length + own.size)
      const found = rest.map(({ dts, pts, isKey, bytes }) => `${dts} ${pts} ${isKey} ${toHex(bytes.subarray(0, 16))} ${bytes.length}`)
      assert.deepEqual(found.map(modulo), expected.map(modulo), `${name} at ${at}: ${stray.kind} ${toHex(stray.body.subarray(0, 60))}`)
    }
  }
})

/** A stray frame whose time is half a range away may count as before or after: 2^32 ms more or less is the same time. */
const modulo = (line: string): string => {
  const [dts, pts, ...rest] = line.split(' ')
  const wrapped = (ticks: string | undefined): number => (((Number(ticks) / 90) % 2 ** 32) + 2 ** 32) % 2 ** 32
  return [wrapped(dts).toFixed(2), wrapped(pts).toFixed(2), ...rest].join(' ')
}
