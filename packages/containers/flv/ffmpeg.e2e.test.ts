// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { demux, tagsOf } from './fixtures/read-fixture.ts'
import { flvConfigBody, flvFrameHeader, flvTimestampMs, writeFlvHeader, writeFlvTag } from './index.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-flv-'))
after(() => rmSync(dir, { recursive: true }))
const skip = spawnSync('ffmpeg', ['-version']).status === 0 ? false : 'ffmpeg and ffprobe are not installed'

type Packet = { codec_type: string; pts: number; dts: number; size: string; flags: string }

/** Packets as ffprobe reads them, in milliseconds, by kind. */
function probe(file: string): string[] {
  const out = spawnSync('ffprobe', ['-v', 'warning', '-show_packets', '-of', 'json', file], { encoding: 'utf8' })
  assert.equal(out.stderr, '')
  const { packets }: { packets: Packet[] } = JSON.parse(out.stdout)
  return packets.map((p) => `${p.codec_type} ${p.dts} ${p.pts} ${p.size}${p.flags.startsWith('K') ? ' key' : ''}`).sort()
}

const encodings = [
  { name: 'High with B-frames and AAC at 44.1 kHz', args: '-c:v libx264 -bf 3 -g 30 -pix_fmt yuv420p -c:a aac -ar 44100' },
  { name: 'open GOP', args: '-c:v libx264 -bf 3 -g 30 -x264-params open-gop=1 -pix_fmt yuv420p -c:a aac' },
  { name: 'intra refresh', args: '-c:v libx264 -intra-refresh 1 -g 30 -pix_fmt yuv420p -c:a aac' },
  { name: 'Baseline and MP3 mono', args: '-c:v libx264 -profile:v baseline -g 15 -pix_fmt yuv420p -c:a libmp3lame -ac 1 -ar 22050' },
  { name: 'audio alone', args: '-vn -c:a aac -ac 1 -ar 48000' },
  { name: 'video alone that starts late', args: '-an -c:v libx264 -g 15 -pix_fmt yuv420p -output_ts_offset 3600' },
]
for (const { name, args } of encodings) {
  test(`ffmpeg and we read the same packets: ${name}`, { skip }, () => {
    const file = path.join(dir, 'a.flv')
    const inputs = '-f lavfi -i testsrc2=s=320x180:r=30000/1001:d=3 -f lavfi -i sine=r=48000:d=3'
    const made = spawnSync('ffmpeg', `-v error -y ${inputs} ${args} -f flv ${file}`.split(' '), { encoding: 'utf8' })
    assert.equal(made.status, 0, made.stderr)
    const out = demux(tagsOf(new Uint8Array(readFileSync(file))))
    const ours = out.frames.map((f) => `${f.track.kind} ${f.dts / 90} ${f.pts / 90} ${f.bytes.length}${f.isKey ? ' key' : ''}`)
    assert.deepEqual(ours.sort(), probe(file))
    assert.equal(out.stats.keyFlagMismatches, 0)

    const again = path.join(dir, 'b.flv')
    const parts = [writeFlvHeader({ audio: true, video: true })]
    for (const track of out.tracks) {
      const config = flvConfigBody(track, { enhanced: false })
      if (config !== null) parts.push(writeFlvTag(track.kind, 0, [config]))
    }
    for (const frame of out.frames) {
      parts.push(writeFlvTag(frame.track.kind, flvTimestampMs(frame.dts), [flvFrameHeader(frame, { enhanced: false })!, frame.bytes]))
    }
    writeFileSync(again, Buffer.concat(parts))
    assert.deepEqual(probe(again), probe(file))
  })
}
