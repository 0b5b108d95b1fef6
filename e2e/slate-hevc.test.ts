// budget: 20 s: a slate in H.265 is decoded by two FFmpegs; lane: shared, it checks facts
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { Fmp4Demuxer } from '@sluice/containers/fmp4'
import { Slate } from '@sluice/media/slate'
import { writeMp4 } from './ladder/read-sessions.ts'
import { makeFolder } from './support/folder.ts'
import { runProgram } from './support/program.ts'
import { missing, missingCodecs } from './support/tools.ts'

const readTracks = fileURLToPath(new URL('./enhanced/read-tracks.ts', import.meta.url))
const seconds = 2

const encoders = {
  'a CRA, as x265 sends it': '',
  'a CRA in two slices': ':slices=2',
  'an IDR': ':open-gop=0',
}

for (const [name, params] of Object.entries(encoders)) {
  test(`a slate made of ${name}: FFmpeg 5.1 and FFmpeg 8 show each of its pictures [FAI-10]`, {
    skip: missing('ffmpeg', 'ffprobe') || missingCodecs(),
  }, async (t) => {
    const folder = makeFolder(t)
    const clip = path.join(folder, 'clip.mp4')
    await runProgram(t, 'ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30', '-t', '2', '-c:v', 'libx265', '-preset', 'ultrafast'],
      ...[
        '-x265-params',
        `log-level=none:keyint=30:min-keyint=30${params}`,
        '-pix_fmt',
        'yuv420p',
        '-movflags',
        'frag_keyframe+empty_moov',
        clip,
      ],
    ])
    const frames: Frame[] = []
    new Fmp4Demuxer().push(new Uint8Array(readFileSync(clip)), { onTrack() {}, onFrame: (frame) => frames.push(frame) })
    const picture = frames.findLast(({ isKey, track }) => isKey && track.kind === 'video')!
    const slate = Slate.make({ tracks: [picture.track], picture, programmeBps: 0 })!
    const still = path.join(folder, 'slate.mp4')
    const shown = slate.take(seconds * ticksPerSecond * 5)
    writeMp4(still, shown)
    const show = ['-v', 'error', '-count_frames', '-select_streams', 'v', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0']
    const old = Number(await runProgram(t, 'ffprobe', [...show, still]))
    const [found] = JSON.parse(await runProgram(t, process.execPath, [readTracks, still])) as { decoded: number }[]
    assert.deepEqual([old, found?.decoded], [shown.length, shown.length])
  })
}
