import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAmf0, writeAmf0 } from '@sluice/protocols/rtmp'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeVideoTrack } from '@sluice/testkit/frames'
import { type RtmpDialect, rtmpFormat } from './rtmp-format.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
const publishing: RtmpDialect = { messageStreamId: 1, fourCcs: [], isMultitrack: false, isPublishing: true }

/** Message headers of fmt-0 chunks: all bodies here fit one chunk. */
function messagesOf(wire: Uint8Array): { type: number; timestampMs: number; messageStreamId: number; body: Buffer }[] {
  const messages = []
  const b = Buffer.from(wire)
  for (let at = 0; at < b.length; ) {
    assert.equal(b[at]! >> 6, 0, 'fmt 0')
    const byteCount = b.readUIntBE(at + 4, 3)
    const isExtended = b.readUIntBE(at + 1, 3) === 0xffffff
    const bodyAt = at + 12 + (isExtended ? 4 : 0)
    messages.push({
      type: b[at + 7]!,
      timestampMs: isExtended ? b.readUInt32BE(at + 12) : b.readUIntBE(at + 1, 3),
      messageStreamId: b.readUInt32LE(at + 8),
      body: b.subarray(bodyAt, bodyAt + byteCount),
    })
    at = bodyAt + byteCount
  }
  return messages
}

test('the head is metadata and one configuration a track, all at its time', () => {
  const messages = messagesOf(rtmpFormat(publishing).head([video, audio], 90 * 5000))
  assert.deepEqual(
    messages.map(({ type }) => type),
    [18, 9, 8],
  )
  assert.ok(messages.every(({ timestampMs, messageStreamId }) => timestampMs === 5000 && messageStreamId === 1))
  assert.match(messages[0]!.body.toString('latin1'), /@setDataFrame.*onMetaData.*width.*framerate.*audiosamplerate.*stereo/s)
  assert.equal(messages[1]!.body.subarray(0, 5).toString('hex'), '1700000000')
  assert.deepEqual(new Uint8Array(messages[1]!.body.subarray(5)), video.config)
  assert.equal(messages[2]!.body.toString('hex'), 'af00119056e500')
})

test('metadata for a player does not say @setDataFrame', () => {
  const [metadata] = messagesOf(rtmpFormat({ ...publishing, isPublishing: false }).head([audio], 0))
  assert.doesNotMatch(metadata!.body.toString('latin1'), /setDataFrame|width/)
})

test('a frame is its header and its bytes as they are, with the composition offset', () => {
  const frame = makeFrame(video, 1000, { isKey: true, ptsMs: 1066 })
  const [message] = messagesOf(rtmpFormat(publishing).frame(frame)!)
  assert.equal(message!.timestampMs, 1000)
  assert.equal(message!.body.subarray(0, 5).toString('hex'), '1701000042')
  assert.deepEqual(new Uint8Array(message!.body.subarray(5)), frame.bytes)
})

test('timestamps wrap at 32 bits', () => {
  const wire = rtmpFormat(publishing).frame(makeFrame(audio, 2 ** 32 + 7))!
  assert.equal(messagesOf(wire)[0]!.timestampMs, 7)
})

test('the message stream id goes into each message, and the same frame gives the same bytes again', () => {
  const format = rtmpFormat({ ...publishing, messageStreamId: 5 })
  const frame = makeFrame(audio, 20)
  assert.equal(messagesOf(format.frame(frame)!)[0]!.messageStreamId, 5)
  assert.deepEqual(format.frame(frame), format.frame(frame))
})

test('the pieces of a frame are its wire bytes, and hold the frame itself where it fits one chunk', () => {
  const format = rtmpFormat(publishing)
  const frames = [
    makeFrame(video, 40, { isKey: true, ptsMs: 80, byteCount: 2000 }),
    makeFrame(audio, 0x1000000 + 7, { byteCount: 300 }),
    makeFrame(video, 80, { isKey: true, byteCount: 150_000 }),
  ]
  const pieces = frames.map((frame) => format.pieces!(frame)!)
  for (const [i, frame] of frames.entries()) assert.deepEqual(Buffer.concat(pieces[i]!), Buffer.from(format.frame(frame)!))
  assert.deepEqual(
    pieces.map((of, i) => of.includes(frames[i]!.bytes)),
    [true, true, false],
  )
  assert.equal(format.pieces!(makeFrame(makeAudioTrack(1), 0)), null)
})

test('the classic form refuses H.265 and leaves out further tracks; the enhanced one takes both', () => {
  const [hevc, second] = [makeHevcTrack(), makeAudioTrack(1)]
  const [classic, enhanced] = [rtmpFormat(publishing), rtmpFormat({ ...publishing, fourCcs: ['hvc1'], isMultitrack: true })]
  assert.equal(classic.refuses([hevc, audio]), hevc)
  assert.equal(classic.refuses([video, audio, second]), null)
  assert.equal(classic.frame(makeFrame(second, 0)), null)
  assert.equal(enhanced.refuses([hevc, audio]), null)
  assert.notEqual(enhanced.frame(makeFrame(second, 0)), null)
})

const amf = { kind: 'data', id: 0, codec: 'amf0' } as const

test('timed data goes out as it came, with @setDataFrame to servers alone', () => {
  const body = writeAmf0(['onCuePoint', { name: 'ad' }])
  const [toServer] = messagesOf(rtmpFormat(publishing).data!({ track: amf, dts: 90_000, body, isSet: true })!)
  const [toPlayer] = messagesOf(rtmpFormat({ ...publishing, isPublishing: false }).data!({ track: amf, dts: 90_000, body, isSet: true })!)
  assert.deepEqual([toServer!.type, toServer!.timestampMs], [18, 1000])
  assert.deepEqual(readAmf0(toServer!.body).slice(0, 2), ['@setDataFrame', 'onCuePoint'])
  assert.deepEqual(new Uint8Array(toPlayer!.body), body)
})

test('what further tracks a destination does not get is said in words', () => {
  const tracks = [video, audio, makeAudioTrack(1)]
  assert.deepEqual(rtmpFormat(publishing).leavesOut!(tracks), ['audio 1 (aac): this destination accepts one track of each kind'])
  assert.deepEqual(rtmpFormat({ ...publishing, fourCcs: ['mp4a'], isMultitrack: true }).leavesOut!(tracks), [])
})
