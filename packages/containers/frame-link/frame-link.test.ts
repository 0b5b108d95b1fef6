import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { RecordReader } from '@sluice/base/records'
import type { Frame, Track } from '@sluice/codecs/frame'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { bytesFrom, mutationsOf, randomFrom } from '@sluice/testkit/random'
import { type LinkMessage, maxLinkFrameBytes, readFrameLink, writeEnd, writeFrameHead, writeTrack } from './index.ts'

const rounds = Number(process.env['SLUICE_FUZZ'] ?? 20_000)
const tracks: Track[] = [
  makeVideoTrack(),
  { ...makeHevcTrack(), id: 3, fps: 29.97 },
  makeAudioTrack(),
  { ...makeAudioTrack(1), codec: 'flac', config: new Uint8Array(0) },
]
const frames: Frame[] = [
  { ...makeFrame(tracks[0]!, 1000, { isKey: true, ptsMs: 1066 }), readMs: 12_345.678 },
  makeFrame(tracks[1]!, 0),
  { ...makeFrame(tracks[3]!, 2 ** 40), readMs: null },
]

const sent = (slot: number): Uint8Array[] => [
  ...tracks.map((track) => writeTrack(slot, track)),
  ...frames.map((frame) => concatBytes([writeFrameHead(slot, frame), frame.bytes])),
  writeEnd(slot),
]

/** What came, copied: the bytes of a message are valid during the call alone. */
function read(stream: Uint8Array, cuts: () => number): LinkMessage[] {
  const reader = new RecordReader(maxLinkFrameBytes)
  const messages: LinkMessage[] = []
  for (let at = 0; at < stream.length; ) {
    const piece = stream.subarray(at, at + cuts())
    reader.push(piece, (record) => messages.push(readFrameLink(record.slice())))
    at += piece.length
  }
  return messages
}

test('tracks and frames come through whole, however the pipe cuts them', () => {
  const random = randomFrom(3)
  for (let round = 0; round < 100; round++) {
    const messages = read(concatBytes([...sent(7), ...sent(0xffffffff)]), () => random.int(1, 200))
    const expected = [7, 0xffffffff].flatMap((slot): LinkMessage[] => [
      ...tracks.map((track) => ({ type: 'track' as const, slot, track })),
      ...frames.map(({ track: { kind, id }, dts, pts, isKey, bytes, readMs = null }) => ({
        ...{ type: 'frame' as const, slot, kind, id, dts, pts, isKey, readMs, bytes },
      })),
      { type: 'end', slot },
    ])
    assert.deepEqual(messages, expected)
  }
})

test('a sender that has seen a frame before it joined the programme stamps it itself', () => {
  const [message] = read(concatBytes([writeFrameHead(1, frames[1]!, 88.5), frames[1]!.bytes]), () => 9999)
  assert.equal(message?.type === 'frame' && message.readMs, 88.5)
})

const broken: { name: string; change: (record: Uint8Array, view: DataView) => void; of: Uint8Array; code: string }[] = [
  { name: 'a type of 9', of: writeEnd(1), change: (_, view) => view.setUint8(0, 9), code: 'FRAMELINK_TYPE' },
  { name: 'a kind of 2', of: writeTrack(1, tracks[0]!), change: (_, view) => view.setUint8(5, 2), code: 'FRAMELINK_KIND' },
  { name: 'audio in a codec of video', of: writeTrack(1, tracks[2]!), change: (_, view) => view.setUint8(8, 0), code: 'FRAMELINK_CODEC' },
  {
    name: 'a configuration beyond its record',
    of: writeTrack(1, tracks[0]!),
    change: (_, v) => v.setUint32(9, 9e6),
    code: 'FRAMELINK_CONFIG',
  },
  { name: 'facts that are no JSON', of: writeTrack(1, tracks[0]!), change: (b) => b.fill(0x7b, b.length - 3), code: 'FRAMELINK_FACTS' },
  {
    name: 'a time that is no number',
    of: sent(1)[tracks.length]!,
    change: (_, view) => view.setFloat64(9, Number.NaN),
    code: 'FRAMELINK_TIME',
  },
]
for (const { name, change, of, code } of broken) {
  test(`${name} is refused as ${code}`, () => {
    const record = of.slice(4)
    change(record, new DataView(record.buffer))
    assert.throws(() => readFrameLink(record), { code })
  })
}

test('any bytes give a message or a WireError (seed 5)', () => {
  for (const stream of [...mutationsOf(5, rounds, sent(7)), ...bytesFrom(5, rounds / 10)]) {
    for (const run of [
      () => new RecordReader(maxLinkFrameBytes).push(stream, (record) => void readFrameLink(record)),
      () => void readFrameLink(stream),
    ]) {
      try {
        run()
      } catch (error) {
        assert.ok(error instanceof WireError, String(error))
      }
    }
  }
})
