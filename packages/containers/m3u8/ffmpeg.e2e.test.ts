// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { formatMediaPlaylist, formatMultivariantPlaylist, parseMediaPlaylist, parseMultivariantPlaylist } from './index.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-m3u8-'))
after(() => rmSync(dir, { recursive: true }))
const skip = spawnSync('ffmpeg', ['-version']).status === 0 ? false : 'ffmpeg and ffprobe are not installed'
const inFile = (name: string): string => readFileSync(path.join(dir, name), 'utf8')

/** 6 s in segments of 2 s, fMP4, as ffmpeg packs it. */
function packWithFfmpeg(): void {
  const inputs = '-f lavfi -i testsrc2=s=320x180:r=30:d=6 -f lavfi -i sine=r=48000:d=6'
  const codecs = '-c:v libx264 -g 60 -pix_fmt yuv420p -c:a aac'
  const hls = '-f hls -hls_time 2 -hls_segment_type fmp4 -hls_flags program_date_time+independent_segments -hls_playlist_type vod'
  const names = `-hls_fmp4_init_filename init.mp4 -hls_segment_filename ${dir}/s%d.m4s -master_pl_name master.m3u8 ${dir}/media.m3u8`
  const made = spawnSync('ffmpeg', `-v error -y ${inputs} ${codecs} ${hls} ${names}`.split(' '), { encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
}

test('playlists by ffmpeg are read, and ffmpeg reads them as written anew', { skip }, () => {
  packWithFfmpeg()
  const media = parseMediaPlaylist(inFile('media.m3u8'))
  assert.deepEqual([media.version, media.targetDurationS, media.isEnded, media.playlistType], [7, 2, true, 'VOD'])
  assert.deepEqual(
    media.segments.map((s) => [s.uri, s.durationS, s.map?.uri]),
    [0, 1, 2].map((i) => [`s${i}.m4s`, 2, 'init.mp4']),
  )
  assert.ok(media.segments.every((s) => s.programDateTimeMs !== undefined))
  const master = parseMultivariantPlaylist(inFile('master.m3u8'))
  assert.deepEqual(
    master.variants.map((v) => [v.uri, v.resolution, v.codecs.length]),
    [['media.m3u8', { width: 320, height: 180 }, 2]],
  )

  writeFileSync(path.join(dir, 'ours.m3u8'), formatMediaPlaylist(media))
  const variants = master.variants.map((variant) => ({ ...variant, uri: 'ours.m3u8' }))
  writeFileSync(path.join(dir, 'ours-master.m3u8'), formatMultivariantPlaylist({ ...master, variants }))
  const count = (name: string): string => {
    const args = [
      '-v',
      'warning',
      '-count_packets',
      '-show_entries',
      'stream=codec_name,nb_read_packets',
      '-of',
      'csv=p=0',
      path.join(dir, name),
    ]
    const probe = spawnSync('ffprobe', args, { encoding: 'utf8' })
    assert.equal(probe.stderr, '')
    return probe.stdout
  }
  assert.equal(count('ours-master.m3u8'), count('master.m3u8'))
  assert.match(count('ours-master.m3u8'), /h264,180/)
})
