/**
 * Records what a real client sends to our server: `node record-trace.ts <client>` writes fixtures/<client>.jsonl.
 * Clients are those of `clients` below; what they need is installed by Debian 12's ffmpeg, gstreamer and rtmpdump.
 */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { formatDumpRecord, type RtmpPlayer, serveRtmp, writeMediaMessage } from '../index.ts'
import { readFlvTags } from './flv.ts'
import { makeFolder, runTool, startTool } from './tools.ts'

const folder = makeFolder()
const source = `${folder.path}/tiny.flv`
const lavfi = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=10', '-f', 'lavfi', '-i', 'sine=sample_rate=22050']
const codecs = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-g',
  '10',
  '-x264-params',
  'no-info=1',
  '-pix_fmt',
  'yuv420p',
  '-c:a',
  'aac',
  '-b:a',
  '24k',
]
await runTool('ffmpeg', ['-v', 'error', '-y', ...lavfi, '-t', '1', ...codecs, source])
const tags = readFlvTags(readFileSync(source))

const gstSource = ['filesrc', `location=${source}`, '!', 'flvdemux', 'name=d', 'd.video', '!', 'queue', '!', 'h264parse', '!', 'm.']
const gstAudio = ['d.audio', '!', 'queue', '!', 'aacparse', '!', 'm.']
const gst = (sink: string, url: string): string[] => [
  '-q',
  'flvmux',
  'streamable=true',
  'name=m',
  '!',
  sink,
  `location=${url}`,
  ...gstSource,
  ...gstAudio,
]

/** Program and arguments for a URL. */
const clients: { [name: string]: (url: string) => [string, string[]] } = {
  'ffmpeg-publish': (url) => ['ffmpeg', ['-v', 'error', '-i', source, '-c', 'copy', '-f', 'flv', url]],
  'ffmpeg-publish-late': (url) => ['ffmpeg', ['-v', 'error', '-i', source, '-c', 'copy', '-output_ts_offset', '16777', '-f', 'flv', url]],
  'ffmpeg-play': (url) => ['ffmpeg', ['-v', 'error', '-i', url, '-c', 'copy', '-f', 'null', '-']],
  'rtmp2sink-publish': (url) => ['gst-launch-1.0', gst('rtmp2sink', url)],
  'librtmp-publish': (url) => ['gst-launch-1.0', gst('rtmpsink', url)],
  'librtmp-play': (url) => ['rtmpdump', ['--quiet', '--live', '-r', url, '-o', '/dev/null']],
  'rtmp2src-play': (url) => ['gst-launch-1.0', ['-q', 'rtmp2src', `location=${url}`, '!', 'fakesink']],
}

const name = process.argv[2] ?? ''
const client = clients[name]
if (client === undefined) throw new Error(`name one of ${Object.keys(clients).join(', ')}`)

const lines: string[] = []
const feed = (player: RtmpPlayer): void => {
  for (const { kind, timestampMs, body } of tags) player.write(writeMediaMessage(kind, timestampMs, player.messageStreamId, [body]))
  player.close('all is sent')
}
const server = createServer((socket) => {
  const startMs = systemClock.nowMs()
  serveRtmp(socket, {
    clock: systemClock,
    log: silentLogger,
    // Only what the client says: our own answers are what the replay is to make anew.
    dump: (direction, bytes, nowMs) => direction === 'in' && lines.push(formatDumpRecord({ direction, atMs: nowMs - startMs, bytes })),
    handler: {
      onPublish: () => ({ accept: true, sink: { onMessage: () => {}, onClose: () => {} } }),
      onPlay: () => ({ accept: true, onReady: feed }),
    },
  })
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('no port')
const [program, args] = client(`rtmp://127.0.0.1:${address.port}/live/key?a=b`)
{
  await using tool = startTool(program, args)
  await tool.ended
}
server.close()
writeFileSync(new URL(`../fixtures/${name}.jsonl`, import.meta.url), `${lines.join('\n')}\n`)
folder[Symbol.dispose]()
