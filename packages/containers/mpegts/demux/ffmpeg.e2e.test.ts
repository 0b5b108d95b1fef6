// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { h264Syntax, h265Syntax } from '@sluice/codecs/access-unit'
import type { Frame, VideoTrack } from '@sluice/codecs/frame'
import { readAnnexB, readNalUnits } from '@sluice/codecs/nal'
import { randomFrom } from '@sluice/testkit/random'
import { TsDemuxer } from '../index.ts'
import { tsPacketBytes } from '../packet/constants.ts'
import { timestampDiff } from '../pes/timestamp.ts'
import { demuxAll, framesOf, makeCollector } from '../testing/collect.ts'
import { aacArgs, type FfmpegPacket, ffmpegInputs, h264Args, h265Args, makeWithFfmpeg, readFfmpegPackets } from '../testing/ffmpeg.ts'
import { packetsOf, pidOf } from '../testing/make-ts.ts'
import { missingTool } from '../testing/run-tool.ts'

const skip = missingTool('ffmpeg')
const seconds = ['-t', '2.4']
const { both, pictures, tone } = ffmpegInputs
const clean = {
  continuityErrors: 0,
  crcErrors: 0,
  syncLosses: 0,
  badPackets: 0,
  badPesPackets: 0,
  damagedFrames: 0,
  droppedFrames: 0,
  badConfigs: 0,
}
const adtsHeaderBytes = 7

/** The NAL units of a picture that belong into a frame. */
function pictureUnits(track: VideoTrack, units: readonly Uint8Array[]): string[] {
  const syntax = track.codec === 'h264' ? h264Syntax : h265Syntax
  return units.filter((unit) => syntax.parameterSet(unit) === null && !syntax.isDelimiter(unit)).map(toHex)
}

/** Every frame against FFmpeg's packet: count, timestamps, key flag, and bytes as `bytesOf` takes them out of the packet. */
function assertSame(frames: readonly Frame[], packets: readonly FfmpegPacket[], bytesOf: (packet: FfmpegPacket) => Uint8Array): void {
  assert.equal(frames.length, packets.length)
  assert.ok(frames.length > 50)
  for (const [i, frame] of frames.entries()) {
    const packet = packets[i]!
    // FFmpeg may count the wraps another way: 33 bits are what the stream holds.
    assert.deepEqual([timestampDiff(frame.pts, packet.pts), timestampDiff(frame.dts, packet.dts)], [0, 0], `times of frame ${i}`)
    assert.equal(frame.isKey, packet.isKey, `key flag of frame ${i}`)
    const { track } = frame
    if (track.kind === 'video') {
      const want = pictureUnits(track, readAnnexB(packet.bytes))
      assert.deepEqual(readNalUnits(frame.bytes, 4).map(toHex), want, `NAL units of frame ${i}`)
    } else assert.equal(toHex(frame.bytes), toHex(bytesOf(packet)), `bytes of frame ${i}`)
  }
}

const whole = ({ bytes }: FfmpegPacket): Uint8Array => bytes
const behindAdts = ({ bytes }: FfmpegPacket): Uint8Array => bytes.subarray(adtsHeaderBytes)

const cases = [
  {
    name: 'H.264 with B-frames and AAC',
    args: [...both, ...seconds, ...h264Args, ...aacArgs],
    codecs: ['h264', 'aac'],
    bytesOf: behindAdts,
  },
  {
    name: 'H.265 with B-frames and AAC',
    args: [...both, ...seconds, ...h265Args, ...aacArgs],
    codecs: ['h265', 'aac'],
    bytesOf: behindAdts,
  },
  {
    name: 'open GOPs of H.264',
    args: [...pictures, ...seconds, ...h264Args, '-x264-params', 'open-gop=1'],
    codecs: ['h264'],
    bytesOf: whole,
  },
  { name: 'intra refresh of H.264', args: [...pictures, ...seconds, ...h264Args, '-intra-refresh', '1'], codecs: ['h264'], bytesOf: whole },
  { name: 'interlaced H.264', args: [...pictures, ...seconds, ...h264Args, '-flags', '+ildct+ilme'], codecs: ['h264'], bytesOf: whole },
  {
    name: 'H.264 of four slices',
    args: [...pictures, ...seconds, ...h264Args, '-x264-params', 'slices=4'],
    codecs: ['h264'],
    bytesOf: whole,
  },
  {
    name: 'H.264 with filler',
    args: [...pictures, ...seconds, ...h264Args, '-x264-params', 'nal-hrd=cbr:filler=1', '-maxrate', '600k', '-bufsize', '300k'],
    codecs: ['h264'],
    bytesOf: whole,
  },
  { name: 'AAC alone', args: [...tone, ...seconds, ...aacArgs], codecs: ['aac'], bytesOf: behindAdts },
  { name: 'AC-3', args: [...tone, ...seconds, '-c:a', 'ac3'], codecs: ['ac3'], bytesOf: whole },
  {
    name: 'AC-3 as DVB carries it',
    args: [...tone, ...seconds, '-c:a', 'ac3', '-mpegts_flags', 'system_b'],
    codecs: ['ac3'],
    bytesOf: whole,
  },
  { name: 'E-AC-3', args: [...tone, ...seconds, '-c:a', 'eac3'], codecs: ['eac3'], bytesOf: whole },
  { name: 'MP3', args: [...tone, ...seconds, '-c:a', 'libmp3lame'], codecs: ['mp3'], bytesOf: whole },
  { name: 'MP3 at 24 kHz', args: [...tone, ...seconds, '-ar', '24000', '-c:a', 'libmp3lame'], codecs: ['mp3'], bytesOf: whole },
  { name: 'Opus', args: [...tone, ...seconds, '-c:a', 'libopus'], codecs: ['opus'], bytesOf: whole },
  {
    name: 'packets of 192 bytes',
    args: [...both, ...seconds, ...h264Args, '-c:a', 'ac3', '-mpegts_m2ts_mode', '1'],
    codecs: ['h264', 'ac3'],
    bytesOf: whole,
  },
  {
    name: 'a PES packet for each audio frame',
    args: [...tone, ...seconds, ...aacArgs, '-pes_payload_size', '0'],
    codecs: ['aac'],
    bytesOf: behindAdts,
  },
  {
    name: 'times shortly before the 33-bit wrap',
    args: [...both, ...seconds, ...h264Args, ...aacArgs, '-output_ts_offset', '95442.2'],
    codecs: ['h264', 'aac'],
    bytesOf: behindAdts,
  },
]
for (const { name, args, codecs, bytesOf } of cases) {
  test(`FFmpeg's ${name}: each frame has the bytes, times and key flag that FFmpeg itself reads`, { skip }, () => {
    const ts = makeWithFfmpeg(args)
    const { frames, tracks, stats } = demuxAll(ts)
    assert.deepEqual(tracks.map((track) => track.codec).sort(), [...codecs].sort())
    for (const kind of new Set(tracks.map((track) => track.kind))) {
      assertSame(framesOf(frames, kind), readFfmpegPackets(ts, `${kind[0]}:0`), bytesOf)
    }
    for (const [what, want] of Object.entries(clean)) assert.equal(stats[what as keyof typeof clean], want, what)
  })
}

test('a stream over the 33-bit wrap goes on rising, audio and video in step', { skip }, () => {
  const { frames } = demuxAll(makeWithFfmpeg([...both, ...seconds, ...h264Args, ...aacArgs, '-output_ts_offset', '95442.2']))
  for (const kind of ['video', 'audio'] as const) {
    const dts = framesOf(frames, kind).map((frame) => frame.dts)
    assert.ok(dts[0]! < 2 ** 33 && dts.at(-1)! > 2 ** 33, `${kind} passes the wrap`)
    assert.ok(
      dts.every((one, i) => i === 0 || one > dts[i - 1]!),
      `${kind} rises`,
    )
  }
})

test('the same AAC in LATM and in ADTS gives the same frames', { skip }, () => {
  const args = [...tone, ...seconds, ...aacArgs]
  const [adts, latm] = [demuxAll(makeWithFfmpeg(args)), demuxAll(makeWithFfmpeg([...args, '-mpegts_flags', 'latm']))]
  assert.deepEqual(latm.tracks, adts.tracks)
  assert.deepEqual(latm.frames, adts.frames)
  assert.equal(latm.stats.droppedFrames + latm.stats.badConfigs, 0)
  assert.ok(latm.stats.pids.some((one) => one.name === 'AAC audio (LATM)'))
})

for (const { name, args, reported } of [
  { name: 'MPEG-2 video', args: [...pictures, ...seconds, '-c:v', 'mpeg2video'], reported: 'MPEG-2 video' },
  { name: 'MP2 audio', args: [...tone, ...seconds, '-c:a', 'mp2'], reported: 'MP2 audio' },
  { name: 'DTS audio', args: [...tone, ...seconds, '-strict', '-2', '-c:a', 'dca'], reported: 'DTS audio' },
]) {
  test(`${name} is told by its name, once, and not carried`, { skip }, () => {
    const { facts, frames } = demuxAll(makeWithFfmpeg(args))
    const told = facts.flatMap((fact) => (fact.type === 'stream.unsupported' ? [fact.name] : []))
    assert.deepEqual(told, [reported])
    assert.equal(frames.length, 0)
  })
}

test('beside MP2 audio, AAC is the first audio track', { skip }, () => {
  const maps = ['-map', '0:a', '-map', '0:a', '-c:a:0', 'mp2', '-c:a:1', 'aac']
  const { tracks, facts } = demuxAll(makeWithFfmpeg([...tone, ...seconds, ...maps]))
  assert.deepEqual(
    tracks.map((track) => [track.codec, track.id]),
    [['aac', 0]],
  )
  assert.equal(facts.filter((fact) => fact.type === 'stream.unsupported').length, 1)
})

test('of two programs the first is carried', { skip }, () => {
  const programs = ['-program', 'title=one:st=0', '-program', 'title=two:st=1']
  const maps = ['-map', '0:v', '-map', '1:a', ...h264Args, ...aacArgs]
  const ts = makeWithFfmpeg([...both, ...seconds, ...maps, ...programs])
  const { facts, tracks, frames } = demuxAll(ts)
  assert.deepEqual(facts, [{ type: 'program.chosen', programNumber: 1, others: [2] }])
  assert.deepEqual(
    tracks.map((track) => track.codec),
    ['h264'],
  )
  assert.equal(frames.length, 60)
  assert.deepEqual(
    demuxAll(ts, { programNumber: 2 }).tracks.map((track) => track.codec),
    ['aac'],
  )
})

test('FFmpeg leaves the length of video PES packets open, and still frames come out with their last packet', { skip }, () => {
  const ts = makeWithFfmpeg([...pictures, '-t', '8', ...h264Args])
  const demuxer = new TsDemuxer()
  let starts = 0
  let early = 0
  const sink = makeCollector()
  for (const packet of packetsOf(ts)) {
    if (pidOf(packet) === 0x100 && (packet[1]! & 0x40) !== 0) starts++
    const before = sink.frames.length
    demuxer.push(packet, sink)
    // Given with as many starts seen as frames: the next picture has not begun.
    if (sink.frames.length > before && sink.frames.length === starts) early++
  }
  demuxer.flush(sink)
  assert.equal(sink.frames.length, 200)
  assert.ok(early > 160, `${early} of 200 frames were given before the next one began`)
})

test('flipped bits and lost packets cost frames, never order or key flags of the rest (seed 31)', { skip }, () => {
  const ts = makeWithFfmpeg([...both, '-t', '8', ...h264Args, ...aacArgs])
  const sound = new Map(demuxAll(ts).frames.map((frame) => [`${frame.track.kind} ${frame.dts}`, frame]))
  const random = randomFrom(31)
  const broken = ts.slice()
  for (let i = 0; i < 200; i++) {
    const at = random.int(0, broken.length - 1)
    broken[at] = broken[at]! ^ (1 << random.int(0, 7))
  }
  const pieces = packetsOf(broken).flatMap((packet) => {
    if (random.next() < 0.01) return []
    return [random.next() < 0.005 ? packet.subarray(0, random.int(1, tsPacketBytes - 1)) : packet]
  })
  const { frames, tracks, stats } = demuxAll(concatBytes(pieces))
  const known = frames.filter((frame) => sound.get(`${frame.track.kind} ${frame.dts}`)?.isKey === frame.isKey)
  assert.ok(known.length > sound.size * 0.85, `${known.length} of ${sound.size} frames are in their place`)
  assert.ok(stats.continuityErrors > 10 && stats.damagedFrames > 10)
  assert.ok(tracks.length < 10, `${tracks.length} tracks: damage is taken for new configurations`)
})
