// lane: shared, it compares bytes
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { demuxAll, framesOf } from '../testing/collect.ts'
import { readFfmpegPackets } from '../testing/ffmpeg.ts'
import { missingTool, runTool, withFolder } from '../testing/run-tool.ts'

const skip = missingTool('gst-launch-1.0', '--version')
const pictures = ['videotestsrc', 'num-buffers=100', '!', 'video/x-raw,width=320,height=180,framerate=25/1']
const tone = ['audiotestsrc', 'num-buffers=190', 'samplesperbuffer=1024', '!', 'audio/x-raw,rate=48000,channels=2']
const h264 = ['x264enc', 'key-int-max=25', 'threads=1', 'bframes=2', '!', 'h264parse']
const h265 = ['x265enc', 'key-int-max=25', 'speed-preset=ultrafast', '!', 'h265parse']

/** What GStreamer's own multiplexer makes of a picture and a tone. */
function makeWithGstreamer(video: readonly string[], audio: readonly string[], mux: readonly string[] = []): Uint8Array {
  return withFolder((folder) => {
    const path = join(folder, 'out.ts')
    const chains = [
      ['mpegtsmux', 'name=mux', ...mux, '!', 'filesink', `location=${path}`],
      [...pictures, '!', 'videoconvert', '!', ...video, '!', 'queue', '!', 'mux.'],
      [...tone, '!', 'audioconvert', '!', ...audio, '!', 'queue', '!', 'mux.'],
    ]
    runTool('gst-launch-1.0', ['-q', ...chains.flat()])
    return new Uint8Array(readFileSync(path))
  })
}

const cases = [
  { name: 'H.264 and AAC', video: h264, audio: ['avenc_aac', '!', 'aacparse'], codecs: ['aac', 'h264'] },
  {
    name: 'H.264 and AAC, seven packets at a time',
    video: h264,
    audio: ['voaacenc', '!', 'aacparse'],
    codecs: ['aac', 'h264'],
    mux: ['alignment=7'],
  },
  { name: 'H.265 and AC-3', video: h265, audio: ['avenc_ac3', '!', 'ac3parse'], codecs: ['ac3', 'h265'] },
  { name: 'H.264 and Opus', video: h264, audio: ['opusenc', '!', 'opusparse'], codecs: ['h264', 'opus'] },
  { name: 'H.264 and MP3', video: h264, audio: ['lamemp3enc', '!', 'mpegaudioparse'], codecs: ['h264', 'mp3'] },
]
for (const { name, video, audio, codecs, mux } of cases) {
  test(`GStreamer's ${name}: each frame has the times and key flag that FFmpeg reads`, { skip }, () => {
    const ts = makeWithGstreamer(video, audio, mux)
    const { frames, tracks, stats } = demuxAll(ts)
    assert.deepEqual(tracks.map((track) => track.codec).sort(), codecs)
    for (const kind of ['video', 'audio'] as const) {
      const got = framesOf(frames, kind).map(({ pts, dts, isKey }) => ({ pts, dts, isKey }))
      const want = readFfmpegPackets(ts, `${kind[0]}:0`).map(({ pts, dts, isKey }) => ({ pts, dts, isKey }))
      assert.deepEqual(got, want, kind)
    }
    const { continuityErrors, crcErrors, badPackets, badPesPackets, damagedFrames, droppedFrames } = stats
    assert.equal(continuityErrors + crcErrors + badPackets + badPesPackets + damagedFrames + droppedFrames, 0)
  })
}
