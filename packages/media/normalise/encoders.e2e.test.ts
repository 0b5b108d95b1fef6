// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { toHex } from '@sluice/base/bytes'
import { h264Syntax, h265Syntax } from '@sluice/codecs/access-unit'
import type { Frame } from '@sluice/codecs/frame'
import { readAnnexB, readNalUnits, writeAnnexB, writeNalUnits } from '@sluice/codecs/nal'
import { nalLengthBytes } from '@sluice/codecs/track'
import { FlvDemuxer, FlvFileReader } from '@sluice/containers/flv'
import { TsDemuxer, TsMuxer } from '@sluice/containers/mpegts'
import { collect } from './testing/collect.ts'

const skip = spawnSync('ffmpeg', ['-version']).status === 0 ? false : 'ffmpeg is not installed; npm test installs it on Debian'
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Encoders whose pictures come in slices, fields and any order. */
const encoders: { name: string; args: string }[] = [
  { name: 'x264, four slices, B-pyramid', args: '-c:v libx264 -preset fast -bf 3 -g 25 -x264-params slices=4' },
  { name: 'x264, low delay', args: '-c:v libx264 -tune zerolatency -preset ultrafast -g 25 -x264-params slices=3' },
  { name: 'x264, slices by size', args: '-c:v libx264 -preset veryfast -g 25 -x264-params slice-max-size=400' },
  { name: 'x264, interlaced frames', args: '-c:v libx264 -preset fast -flags +ildct+ilme -g 25 -bf 2 -x264-params tff=1:slices=2' },
  { name: 'x264, intra refresh', args: '-c:v libx264 -preset veryfast -x264-params intra-refresh=1:keyint=25:slices=2' },
  { name: 'x264, open GOP', args: '-c:v libx264 -preset fast -bf 3 -x264-params open-gop=1:keyint=20' },
  { name: 'x265, three slices', args: '-c:v libx265 -preset ultrafast -x265-params log-level=none:slices=3:keyint=25:bframes=3' },
  { name: 'x265, open GOP', args: '-c:v libx265 -preset ultrafast -x265-params log-level=none:open-gop=1:keyint=25:bframes=4:b-pyramid=1' },
]

/** The coded frames of `seconds` of a moving picture, as MPEG-TS and the demuxer have them. */
function encode(name: string, args: string): Frame[] {
  const file = path.join(folder, `${name.replace(/\W+/g, '-')}.ts`)
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-t', '4', '-pix_fmt', 'yuv420p']
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...source, ...args.split(' '), '-f', 'mpegts', file], {
    stdio: 'pipe',
  })
  const frames: Frame[] = []
  const demuxer = new TsDemuxer()
  const sink = { onTrack() {}, onFrame: (frame: Frame) => frames.push(frame) }
  demuxer.push(readFileSync(file), sink)
  demuxer.flush(sink)
  return frames
}

const unitsOf = (frame: Frame): Uint8Array[] => readNalUnits(frame.bytes, nalLengthBytes(frame.track))
const lookOf = ({ dts, pts, isKey, bytes }: Frame): string => `${dts} ${pts} ${isKey} ${toHex(bytes)}`

for (const { name, args } of encoders) {
  test(`real pictures come out as they went in, whole or in pieces: ${name}`, { skip }, () => {
    const frames = encode(name, args)
    assert.equal(frames.length, 100)
    const ways: { way: string; put: (put: (frame: Frame) => void) => void; codes: string[] }[] = [
      { way: 'whole', put: (put) => frames.forEach(put), codes: [] },
      {
        way: 'a unit a message',
        put: (put) => {
          for (const frame of frames) for (const unit of unitsOf(frame)) put({ ...frame, bytes: writeNalUnits([unit]) })
        },
        codes: ['pictures-joined'],
      },
    ]
    for (const { way, put, codes } of ways) {
      const seen = collect()
      put((frame) => seen.normaliser.putFrame(frame))
      seen.normaliser.flush()
      assert.deepEqual(seen.frames.map(lookOf), frames.map(lookOf), way)
      const isSingle = frames.every((frame) => unitsOf(frame).length === 1)
      assert.deepEqual(seen.codes(), isSingle ? [] : codes, way)
    }
  })

  test(`presentation times that are missing are found again: ${name}`, { skip }, () => {
    const frames = encode(name, args)
    const { normaliser, frames: out } = collect()
    for (const frame of frames) normaliser.putFrame({ ...frame, pts: frame.dts })
    normaliser.flush()
    // As they were, but for what the encoder shows later as a whole.
    const late = new Set(out.map(({ pts }, i) => pts - frames[i]!.pts))
    assert.equal(late.size, 1, `late by ${[...late]}`)
    assert.ok(Math.abs([...late][0]!) <= 2 * 3600)
  })

  test(`decoding times that are missing are made anew: ${name}`, { skip }, () => {
    const frames = encode(name, args)
    const { normaliser, frames: out } = collect()
    for (const frame of frames) normaliser.putFrame({ ...frame, dts: frame.pts })
    normaliser.flush()
    assert.deepEqual(
      out.map(({ pts }) => pts),
      frames.map(({ pts }) => pts),
    )
    assert.ok(out.every(({ dts, pts }, i) => dts <= pts && (i === 0 || dts > out[i - 1]!.dts)))
  })

  test(`start codes and no configuration are no hindrance: ${name}`, { skip }, () => {
    const frames = encode(name, args)
    const file = path.join(folder, `${name.replace(/\W+/g, '-')}.ts`)
    const { codec } = frames[0]!.track
    const bare = execFileSync(
      'ffmpeg',
      ['-loglevel', 'error', '-i', file, '-c', 'copy', '-bsf:v', 'null', '-f', codec === 'h264' ? 'h264' : 'hevc', '-'],
      {
        maxBuffer: 1e8,
      },
    )
    const { normaliser, frames: out, tracks } = collect()
    const syntax = codec === 'h264' ? h264Syntax : h265Syntax
    const sets = readAnnexB(bare.subarray(0, 8192)).filter((unit) => syntax.parameterSet(unit) !== null)
    for (const [i, frame] of frames.entries()) {
      const bytes = writeAnnexB(i === 0 ? [...sets, ...unitsOf(frame)] : unitsOf(frame))
      normaliser.putPacket({ kind: 'video', id: 0, codec, dts: frame.dts, pts: frame.pts, bytes })
    }
    normaliser.flush()
    assert.equal(tracks.length, 1)
    assert.equal(out.length, frames.length)
    for (const [i, frame] of out.entries()) if (i > 0) assert.equal(lookOf(frame), lookOf(frames[i]!))
  })
}

test('5.1(side) by RTMP leaves over MPEG-TS with its channels told in each frame, and comes in again the same', { skip }, () => {
  const flv = path.join(folder, 'side.flv')
  const sound = 'aevalsrc=sin(440*2*PI*t)|sin(550*2*PI*t)|sin(660*2*PI*t)|0|sin(330*2*PI*t)|sin(220*2*PI*t):c=5.1(side):s=48000'
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', sound, '-t', '2', '-c:a', 'aac', '-f', 'flv', flv])
  const frames: Frame[] = []
  const demuxer = new FlvDemuxer()
  new FlvFileReader().push(readFileSync(flv), (kind, timestampMs, body) =>
    demuxer.push(kind, timestampMs, body, { onTrack() {}, onFrame: (frame) => frames.push(frame), onData() {} }),
  )
  const muxer = new TsMuxer()
  const ts = Buffer.concat(frames.map((frame) => muxer.write(frame)))
  // From the middle on too: whoever joins knows the channels at once.
  for (const from of [0, 188 * Math.floor(ts.length / 376)]) {
    const text = execFileSync(
      'ffprobe',
      ['-v', 'error', '-f', 'mpegts', '-show_entries', 'stream=channels,channel_layout', '-of', 'csv=p=0', '-'],
      {
        input: ts.subarray(from),
        encoding: 'utf8',
      },
    )
    assert.match(text, /^6,/)
  }
  const back: Frame[] = []
  const reader = new TsDemuxer()
  const sink = { onTrack() {}, onFrame: (frame: Frame) => back.push(frame) }
  reader.push(ts, sink)
  reader.flush(sink)
  const payload = ({ bytes }: Frame): string => toHex(bytes)
  // The first frame of ffmpeg's brings the element itself, which does not stay in the frames.
  assert.deepEqual(back.slice(1).map(payload), frames.slice(1).map(payload))
  assert.equal(back[0]!.track.kind === 'audio' && back[0]!.track.channels, 6)
})
