// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { demuxFlv, samplesOf, segmentsOf } from './fixtures/segments.ts'
import { Fmp4Demuxer } from './index.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-fmp4-'))
after(() => rmSync(dir, { recursive: true }))
const skip = spawnSync('ffprobe', ['-version']).status === 0 ? false : 'ffprobe and ffmpeg are not installed'
const names = ['h264-aac', 'h264-mp3', 'enhanced-hevc-opus', 'enhanced-av1-aac51', 'enhanced-av1-eac3', 'enhanced-vp9-flac', 'multitrack']

type Packet = { stream_index: number; pts: number; dts: number; duration?: number; size: string; flags: string }

for (const name of names) {
  test(`${name}: ffmpeg reads every packet as it was put in, decodes them all, and has nothing to say`, { skip }, () => {
    const media = demuxFlv(new Uint8Array(readFileSync(path.join(import.meta.dirname, '../flv/fixtures', `${name}.flv`))))
    const { init, fragments } = segmentsOf(media, media.tracks, 18_000)
    const file = path.join(dir, `${name}.mp4`)
    writeFileSync(file, Buffer.concat([init, ...fragments]))

    const probe = spawnSync('ffprobe', ['-v', 'warning', '-show_packets', '-of', 'json', file], { encoding: 'utf8' })
    assert.equal(probe.stderr, '')
    const { packets }: { packets: Packet[] } = JSON.parse(probe.stdout)
    for (const [i, track] of media.tracks.entries()) {
      assert.deepEqual(
        packets.filter((p) => p.stream_index === i).map((p) => [p.dts, p.pts, Number(p.size), p.flags.startsWith('K')]),
        samplesOf(media, track).map(({ frame: f }) => [f.dts, f.pts, f.bytes.length, f.isKey]),
      )
    }

    const decode = spawnSync('ffmpeg', ['-v', 'warning', '-i', file, '-map', '0', '-f', 'null', '-'], { encoding: 'utf8' })
    assert.equal(decode.stderr, '')
    assert.equal(decode.status, 0)
  })
}

test('fragments of ffmpeg with B-frames and edit lists come out with the times that ffprobe sees', { skip }, () => {
  const file = path.join(dir, 'made.mp4')
  const inputs = '-f lavfi -i testsrc2=s=320x180:r=25:d=2 -f lavfi -i sine=r=48000:d=2 -c:v libx264 -bf 2 -g 25 -c:a aac'
  const made = spawnSync('ffmpeg', `-v error -y ${inputs} -movflags frag_keyframe+delay_moov+default_base_moof ${file}`.split(' '), {
    encoding: 'utf8',
  })
  assert.equal(made.status, 0, made.stderr)
  const frames: Frame[] = []
  new Fmp4Demuxer().push(new Uint8Array(readFileSync(file)), { onTrack() {}, onFrame: (frame) => frames.push(frame) })
  const entries = ['-show_entries', 'packet=stream_index,pts_time,dts_time,size']
  const probe = spawnSync('ffprobe', ['-v', 'error', ...entries, '-of', 'json', file], { encoding: 'utf8' })
  const { packets }: { packets: { stream_index: number; pts_time: string; dts_time: string; size: string }[] } = JSON.parse(probe.stdout)
  for (const [i, kind] of ['video', 'audio'].entries()) {
    const seen = packets.filter((packet) => packet.stream_index === i).map((p) => [p.pts_time, p.dts_time, Number(p.size)])
    const read = frames.filter(({ track }) => track.kind === kind)
    assert.ok(read.length > 40)
    assert.deepEqual(
      read.map((f) => [(f.pts / 90_000).toFixed(6), (f.dts / 90_000).toFixed(6), f.bytes.length]),
      seen,
    )
  }
})
