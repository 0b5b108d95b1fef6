import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { mutationsOf, randomFrom } from '@sluice/testkit/random'
import { fixtureBytes, fixtureNames, type Tag, tagsOf } from './fixtures/read-fixture.ts'
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

function pushOrWireError(demuxer: FlvDemuxer, tag: Tag): void {
  try {
    demuxer.push(tag.kind, tag.timestampMs, tag.body, rewrite)
  } catch (err) {
    assert.ok(err instanceof WireError, `${tag.kind} ${toHex(tag.body.subarray(0, 200))}: ${err instanceof Error ? err.stack : err}`)
  }
}

for (const kind of ['audio', 'video'] as const) {
  test(`any ${kind} body gives tracks, frames or a WireError, after any others (seed 21)`, () => {
    // Heads alone too: in a whole picture most damage falls into the payload.
    const goods = tags.filter((tag) => tag.kind === kind).flatMap((tag) => [tag.body, tag.body.subarray(0, 48)])
    const random = randomFrom(21)
    let demuxer = new FlvDemuxer()
    for (const body of mutationsOf(21, count, goods)) {
      if (random.int(0, 99) === 0) demuxer = new FlvDemuxer()
      pushOrWireError(demuxer, { kind, timestampMs: random.int(0, 0xffffffff), body })
      // Sound messages between the damaged ones keep the demuxer in the states that frames need.
      pushOrWireError(demuxer, tags[random.int(0, tags.length - 1)]!)
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
  for (const body of bodies)
    pushOrWireError(demuxer, { kind: random.int(0, 1) === 0 ? 'audio' : 'video', timestampMs: 0, body: concatBytes([body]) })
})
