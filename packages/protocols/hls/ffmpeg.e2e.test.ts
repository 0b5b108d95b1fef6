// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import type { Frame } from '@sluice/codecs/frame'
import { openHlsSource } from './client.ts'
import { id3Tag } from './testing/packed-audio.ts'

const skip = spawnSync('ffmpeg', ['-version']).status === 0 ? false : 'ffmpeg and ffprobe are not installed'
const source = '-f lavfi -i testsrc2=s=160x90:r=25:d=3 -f lavfi -i sine=r=48000:d=3 -c:v libx264 -preset ultrafast -bf 2 -g 25 -c:a aac'
const form = '-f hls -hls_time 1 -hls_playlist_type vod -hls_list_size 0'

/** Sound as ffmpeg wrote it in ADTS, cut into segments of a second with the time of each before it, and the playlists for it. */
function packSound(dir: string): void {
  const b = readFileSync(path.join(dir, 'a.adts'))
  const frames: Uint8Array[] = []
  for (let at = 0; at < b.length; at += frames.at(-1)!.length) {
    frames.push(b.subarray(at, at + (((b[at + 3]! & 3) << 11) | (b[at + 4]! << 3) | (b[at + 5]! >>> 5))))
  }
  const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:1', '#EXT-X-PLAYLIST-TYPE:VOD']
  for (let i = 0; i < frames.length; i += 47) {
    // ffmpeg's MPEG-TS begins at 1.4 s, and shows its first picture two frames later.
    writeFileSync(path.join(dir, `a${i}.aac`), Buffer.concat([id3Tag(133_200 + i * 1920), ...frames.slice(i, i + 47)]))
    lines.push(`#EXTINF:${((Math.min(47, frames.length - i) * 1024) / 48_000).toFixed(5)},`, `a${i}.aac`)
  }
  writeFileSync(path.join(dir, 'a.m3u8'), [...lines, '#EXT-X-ENDLIST', ''].join('\n'))
  const media = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="en",DEFAULT=YES,URI="a.m3u8"'
  writeFileSync(path.join(dir, 'main.m3u8'), `#EXTM3U\n${media}\n#EXT-X-STREAM-INF:BANDWIDTH=900000,AUDIO="s"\nv.m3u8\n`)
}

const cases: { name: string; args: string; root: string; prepare?: (dir: string) => void; isHard?: true }[] = [
  { name: 'MPEG-TS', args: `-y ${source} ${form} DIR/index.m3u8`, root: 'index.m3u8' },
  { name: 'fragmented MP4', args: `-y ${source} ${form} -hls_segment_type fmp4 DIR/index.m3u8`, root: 'index.m3u8' },
  { name: 'byte ranges of one file', args: `-y ${source} ${form} -hls_flags single_file DIR/index.m3u8`, root: 'index.m3u8' },
  {
    name: 'sound in a playlist of its own',
    args: `-y ${source} -map 0 -map 1 ${form} -master_pl_name main.m3u8 -var_stream_map a:0,agroup:s,default:yes|v:0,agroup:s DIR/%v.m3u8`,
    root: 'main.m3u8',
  },
  {
    name: 'packed sound beside pictures, compressed, behind a cookie',
    args: `-y ${source} -map 0:v ${form} DIR/v.m3u8 -map 1:a -f adts DIR/a.adts`,
    root: 'main.m3u8',
    prepare: packSound,
    isHard: true,
  },
]
describe('ffmpeg as the packager', { skip, concurrency: true }, () => {
  for (const { name, args, root, prepare, isHard } of cases)
    test(`what ffmpeg packs as ${name} comes with all its frames, and over again`, async (t) => {
      const dir = mkdtempSync(path.join(tmpdir(), 'sluice-hls-'))
      t.after(() => rmSync(dir, { recursive: true }))
      const made = spawnSync('ffmpeg', ['-v', 'error', ...args.split(' ').map((one) => one.replace('DIR', dir).replace('|', ' '))], {
        encoding: 'utf8',
      })
      assert.equal(made.status, 0, made.stderr)
      prepare?.(dir)
      // The hard one answers the first request alone without its cookie, and compresses whatever was asked for.
      const server = createServer(({ url = '', headers }, response) => {
        const file = path.join(dir, path.basename(url))
        if (isHard && !url.endsWith(root) && headers.cookie !== 'edge=7; tok=abc') response.writeHead(403).end()
        else if (!existsSync(file)) response.writeHead(404).end()
        else if (isHard) {
          response.writeHead(200, { 'content-encoding': 'gzip', 'set-cookie': ['edge=7; Path=/', 'tok=abc; Path=/'] })
          response.end(gzipSync(readFileSync(file)))
        } else response.end(readFileSync(file))
      }).listen(0, '127.0.0.1')
      t.after(() => {
        server.closeAllConnections()
        server.close()
      })
      await once(server, 'listening')

      const frames: Frame[] = []
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const hls = openHlsSource({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${root}`,
        clock: systemClock,
        handler: {
          onReady() {},
          onFrame(frame) {
            frames.push(frame)
            if (frame.dts - frames[0]!.dts > 3.3 * 90_000) resolve()
          },
          onFlush() {},
          onClose: (failure: Failure) => reject(new Error(failure.message)),
        },
      })
      t.after(() => hls.close())
      await promise

      const of = (kind: string) => frames.filter((frame) => frame.track.kind === kind)
      const firstRound = (kind: string): number => of(kind).filter((frame, _, all) => frame.dts - all[0]!.dts < 2.9 * 90_000).length
      assert.ok(firstRound('video') >= 72 && firstRound('audio') >= 134, `${firstRound('video')} ${firstRound('audio')}`)
      for (const kind of ['video', 'audio']) {
        const times = of(kind).map((frame) => frame.dts)
        // Where it starts over, sound and picture do not end at the same moment.
        assert.ok(
          times.every((dts, i) => i === 0 || (dts > times[i - 1]! && dts - times[i - 1]! < 9000)),
          `${kind} ${times.join(' ')}`,
        )
      }
      // Sound and picture are shown together: the first picture stands at the start of the sound, but for the encoder's lead.
      const [picture, sound] = ['video', 'audio'].map((kind) =>
        Math.min(
          ...of(kind)
            .slice(0, 8)
            .map((frame) => frame.pts),
        ),
      )
      assert.ok(Math.abs(picture! - sound!) < 4500, `${(picture! - sound!) / 90} ms apart`)
    })
})
