// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { readAnnexB } from '@sluice/codecs/nal'
import { TsMuxer, type TsMuxerOptions } from '../index.ts'
import { demuxAll } from '../testing/collect.ts'
import {
  aacArgs,
  type FfmpegPacket,
  ffmpegComplaints,
  ffmpegInputs,
  h264Args,
  h265Args,
  makeWithFfmpeg,
  readFfmpegPackets,
} from '../testing/ffmpeg.ts'
import { missingTool, runTool, withFolder } from '../testing/run-tool.ts'

const skip = missingTool('ffmpeg')
const { both, tone } = ffmpegInputs
const seconds = ['-t', '2.4']

/** FFmpeg's stream through our demuxer and our muxer. */
function remux(ts: Uint8Array, options: TsMuxerOptions): Uint8Array {
  const { tracks, frames } = demuxAll(ts)
  const muxer = new TsMuxer(options)
  for (const track of tracks) assert.ok(muxer.addTrack(track))
  const parts = frames.map((frame) => muxer.write(frame))
  return concatBytes([...parts, muxer.flush()])
}

/** What must be the same of a packet: H.264 and H.265 by their NAL units, since start codes may be of 3 or 4 bytes. */
function comparable(packet: FfmpegPacket, isVideo: boolean): object {
  const bytes = isVideo ? readAnnexB(packet.bytes).map(toHex) : toHex(packet.bytes)
  return { pts: packet.pts, dts: packet.dts, isKey: packet.isKey, bytes }
}

const cases = [
  { name: 'H.264 and AAC', args: [...both, ...seconds, ...h264Args, ...aacArgs], streams: ['v:0', 'a:0'] },
  {
    name: 'H.264 and grouped AAC',
    args: [...both, ...seconds, ...h264Args, ...aacArgs],
    streams: ['v:0', 'a:0'],
    options: { audioGroupMs: 80 },
  },
  { name: 'H.265 and AC-3', args: [...both, ...seconds, ...h265Args, '-c:a', 'ac3'], streams: ['v:0', 'a:0'] },
  { name: 'H.264 and Opus', args: [...both, ...seconds, ...h264Args, '-c:a', 'libopus'], streams: ['v:0', 'a:0'] },
  { name: 'AAC alone', args: [...tone, ...seconds, ...aacArgs], streams: ['a:0'] },
  { name: 'MP3 alone', args: [...tone, ...seconds, '-c:a', 'libmp3lame'], streams: ['a:0'] },
  { name: 'MP3 of 24 kHz', args: [...tone, ...seconds, '-ar', '24000', '-c:a', 'libmp3lame'], streams: ['a:0'] },
  { name: 'E-AC-3 alone', args: [...tone, ...seconds, '-c:a', 'eac3'], streams: ['a:0'] },
  {
    name: 'H.264 with two AAC tracks',
    args: [...both, ...seconds, '-map', '0:v', '-map', '1:a', '-map', '1:a', ...h264Args, ...aacArgs, '-b:a:1', '32k'],
    streams: ['v:0', 'a:0', 'a:1'],
  },
  {
    name: 'H.264 and AAC over the 33-bit wrap',
    args: [...both, ...seconds, ...h264Args, ...aacArgs, '-output_ts_offset', '95442.2'],
    streams: ['v:0', 'a:0'],
  },
]
for (const { name, args, streams, options } of cases) {
  test(`FFmpeg reads our ${name} as it reads its own, and has nothing to complain of`, { skip }, () => {
    const own = makeWithFfmpeg(args)
    const ours = remux(own, options ?? {})
    for (const stream of streams) {
      const packets = (ts: Uint8Array): object[] =>
        readFfmpegPackets(ts, stream).map((packet) => comparable(packet, stream.startsWith('v')))
      assert.deepEqual(packets(ours), packets(own), stream)
    }
    assert.equal(ffmpegComplaints(ours), '')
  })
}

test('a decoder sees the same pictures in our stream as in the source', { skip }, () => {
  const own = makeWithFfmpeg([...both, ...seconds, ...h264Args, ...aacArgs])
  const pictures = (ts: Uint8Array): string =>
    withFolder((folder) => {
      writeFileSync(join(folder, 'in.ts'), ts)
      const args = ['-v', 'error', '-i', join(folder, 'in.ts'), '-map', '0', '-f', 'framemd5', '-']
      return new TextDecoder().decode(runTool('ffmpeg', args).stdout)
    })
  assert.equal(pictures(remux(own, {})), pictures(own))
})

test("GStreamer's demultiplexer takes our stream", { skip: missingTool('gst-launch-1.0', '--version') }, () => {
  const ours = remux(makeWithFfmpeg([...both, ...seconds, ...h264Args, ...aacArgs]), {})
  withFolder((folder) => {
    const path = join(folder, 'in.ts')
    writeFileSync(path, ours)
    const video = ['demux.', '!', 'queue', '!', 'h264parse', '!', 'avdec_h264', '!', 'fakesink', 'sync=false']
    const audio = ['demux.', '!', 'queue', '!', 'aacparse', '!', 'avdec_aac', '!', 'fakesink', 'sync=false']
    const { stderr } = runTool('gst-launch-1.0', ['-q', 'filesrc', `location=${path}`, '!', 'tsdemux', 'name=demux', ...video, ...audio])
    assert.equal(stderr, '')
  })
})
