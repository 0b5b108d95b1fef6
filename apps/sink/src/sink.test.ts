import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { FlvFileReader } from '@sluice/containers/flv'
import { rtmpFormat } from '@sluice/media/output'
import { openRtmpPublisher, type RtmpPublisher } from '@sluice/protocols/rtmp'
import { openSrtCaller } from '@sluice/protocols/srt'
import { makeVideoTrack } from '@sluice/testkit/frames'
import { until } from '@sluice/testkit/wait'
import { behaviourFlags } from './behaviour-flags.ts'
import { formatFigures } from './format.ts'
import { helpText, readSinkOptions, UsageError } from './options.ts'
import { StreamReport } from './stream-report.ts'

const track = makeVideoTrack()
const frameAt = (dtsMs: number, isKey: boolean) => ({ track, dts: dtsMs * 90, pts: dtsMs * 90, isKey, bytes: new Uint8Array(1000) })

test('a stream is told by codec, size, rate, key frames, gaps and jumps', () => {
  const report = new StreamReport(0)
  report.onTrack(track)
  for (let i = 0; i < 75; i++) report.onFrame(frameAt(i * 40, i % 25 === 0), i * 40)
  report.onFrame(frameAt(9000, true), 3500) // 6 s further, and 540 ms late
  report.onFrame(frameAt(8000, false), 3540) // and a second back
  const figures = report.read(4000)
  assert.equal(figures.video, `h264 ${track.profile} ${track.width}x${track.height}`)
  assert.deepEqual([figures.jumpsTotal, figures.longestGapMs, figures.videoFramesTotal, figures.audio], [2, 540, 77, null])
  assert.equal(figures.bitrateKbps, 154)
  assert.match(formatFigures(figures), /0\.15 Mbps, key frame every 7\.00 s, longest gap 540 ms, 2 timestamp jumps$/)
})

test('each behaviour of the list is chosen by its flag, where the protocol has it, and help shows it', () => {
  const values: Record<string, string> = { reject: 'auth', 'reset-at': 'connect', garbage: 'noise', slow: '800', late: '50' }
  for (const [name, flag] of Object.entries(behaviourFlags)) {
    assert.ok(helpText().includes(`--${name}`))
    const args = flag.value === null ? [`--${name}`] : [`--${name}`, values[name] ?? '10']
    for (const [scheme, make] of [
      ['rtmps', flag.stream],
      ['srt', flag.srt],
    ] as const) {
      const read = () => readSinkOptions([scheme, ...args])
      if (make === undefined) assert.throws(read, /is not available on an/)
      else assert.equal(typeof read()?.behaviour, name === 'no-answer' && scheme === 'rtmps' ? 'string' : 'object')
    }
  }
  assert.deepEqual(readSinkOptions(['--stall-after', '2.5'])?.behaviour, { type: 'stall', afterMs: 2500 })
  assert.deepEqual(readSinkOptions(['--slow', '800'])?.behaviour, { type: 'slow', bytesPerSecond: 100_000 })
  assert.deepEqual(readSinkOptions(['srt', '--reject', '1403'])?.behaviour, { type: 'reject', code: 1403 })
})

const wrong: [args: string[], words: RegExp][] = [
  [['http'], /'http' is not rtmp, rtmps or srt/],
  [['rtmp', 'more'], /'more' is one argument too many/],
  [['--port', '70000'], /--port is '70000', not a number 0\.\.65535/],
  [['--mute', '--drip'], /--mute and --drip: one behaviour at a time/],
  [['--stall-after', 'soon'], /--stall-after is 'soon': s is expected/],
  [['--reject', 'me'], /--reject is 'me'/],
  [['--nope'], /--nope/],
  [['rtmps', '--tls', 'none'], /--tls is 'none', not good, expired, other-name or plain/],
  [['rtmps', '--cert', 'x'], /go together/],
  [['srt', '--passphrase-file', '/no/such'], /no such file/],
]
for (const [args, words] of wrong) {
  test(`\`sluice sink ${args.join(' ')}\` is refused`, () => {
    assert.throws(
      () => readSinkOptions(args),
      (error: Error) => error instanceof UsageError && words.test(error.message),
    )
  })
}

type Line = { event: string; url?: string; video?: string; videoFramesTotal?: number; reason?: string }

/** The program with `--json`, and its lines so far. */
async function start(t: TestContext, args: string[]): Promise<{ lines: Line[]; url: URL; end(): Promise<number> }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), ...args, '--port', '0', '--json'])
  t.after(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit') as Promise<[number]>
  const lines: Line[] = []
  let text = ''
  child.stderr.pipe(process.stderr)
  await new Promise<void>((resolve, reject) => {
    void exited.then(([code]) => reject(new Error(`it ended with ${code}`)))
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      const parts = (text + more).split('\n')
      text = parts.pop()!
      for (const part of parts) lines.push(JSON.parse(part))
      resolve()
    })
  })
  const end = async (): Promise<number> => {
    child.kill('SIGINT')
    return (await exited)[0]
  }
  return { lines, url: new URL(lines[0]!.url!.replace(/^\w+:/, 'http:')), end }
}

test('`sluice sink rtmp --record` tells a publisher, writes an FLV, keeps the key to itself, and ends by SIGINT', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-sink-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'out.flv')
  const sink = await start(t, ['rtmp', '--record', file])
  const publisher = await new Promise<RtmpPublisher>((resolve, reject) => {
    const opened = openRtmpPublisher({
      url: `rtmp://127.0.0.1:${sink.url.port}/live`,
      streamKey: 'canary-key-1f2e',
      clock: systemClock,
      log: silentLogger,
      handler: { onReady: () => resolve(opened), onClose: (failure) => reject(new Error(failure.message)) },
    })
    t.after(() => opened.close())
  })
  const format = rtmpFormat({ messageStreamId: publisher.messageStreamId, fourCcs: [], isMultitrack: false, isPublishing: true })
  publisher.write(format.head([track], 0))
  for (let i = 0; i < 50; i++) publisher.write(format.frame(frameAt(i * 40, i % 25 === 0))!)
  publisher.close()
  await until(() => sink.lines.some(({ event }) => event === 'publisher.ended'))
  const last = sink.lines.find(({ event }) => event === 'publisher.ended')!
  assert.deepEqual([last.videoFramesTotal, last.video?.startsWith('h264')], [50, true])
  assert.equal(await sink.end(), 0)
  assert.ok(!JSON.stringify(sink.lines).includes('canary'))
  let video = 0
  new FlvFileReader().push(readFileSync(file), (kind) => (video += kind === 'video' ? 1 : 0))
  assert.equal(video, 51)
})

test('`sluice sink srt` takes a caller with the passphrase and writes what came as it came', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-sink-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [file, secret] = [path.join(folder, 'out.ts'), path.join(folder, 'passphrase')]
  writeFileSync(secret, 'a-long-passphrase\n')
  const sink = await start(t, ['srt', '--passphrase-file', secret, '--record', file])
  const payload = new Uint8Array(1316).fill(0x47)
  const caller = openSrtCaller({
    host: '127.0.0.1',
    port: Number(sink.url.port),
    passphrase: 'a-long-passphrase',
    mode: 'send',
    clock: systemClock,
    log: silentLogger,
    handler: {
      onReady(connection) {
        for (let i = 0; i < 10; i++) connection.send(payload)
        connection.close()
      },
      onClose() {},
    },
  })
  t.after(() => caller.abort())
  await until(() => sink.lines.some(({ event }) => event === 'publisher.ended'))
  assert.equal(await sink.end(), 0)
  assert.equal(readFileSync(file).length, 10 * 1316)
})
