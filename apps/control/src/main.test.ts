import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type Channel, type ChannelStats, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { systemHost } from './reconcile/index.ts'
import { ControlProcess } from './testing/control-process.ts'
import { adminToken, type Caller } from './testing/control-under-test.ts'
import { EventStream } from './testing/event-stream.ts'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
/** An engine whose parent was killed may wait unburied for a while: that one does not count as running. */
const { isRunning } = systemHost
const needsFfmpeg = { skip: hasFfmpeg ? false : 'ffmpeg is not installed' }

let folder: string
const children: ChildProcess[] = []
const controls: ControlProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-main-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const control of controls.splice(0)) await control.signal('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

function start(...flags: string[]): ControlProcess {
  const control = ControlProcess.inFolder(folder, ...flags)
  controls.push(control)
  return control
}

/** A small endless source, as an encoder would send it. */
function publish(url: string): ChildProcess {
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=15', '-f', 'lavfi', '-i', 'sine']
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-f', 'flv', url]
  const child = spawn('ffmpeg', ['-v', 'error', ...source, ...codecs], { stdio: 'ignore' })
  children.push(child)
  return child
}

/** Waits until the channel is live, and its figures too. */
async function liveStats(operator: Caller, channelId: string): Promise<ChannelStats['inputs'][number]> {
  const stream = await EventStream.open(operator, { channel: channelId })
  const message = await stream.until((candidate) => candidate.type === 'stats' && (candidate.stats.inputs[0]?.framesTotal ?? 0) > 0)
  await stream.close()
  assert.ok(message.type === 'stats')
  return message.stats.inputs[0]!
}

async function enginePid(operator: Caller): Promise<number> {
  const stream = await EventStream.open(operator, { lastEventId: '0' })
  const message = await stream.until((candidate) => candidate.type === 'event' && candidate.event.name === 'engine.started')
  await stream.close()
  assert.ok(message.type === 'event')
  return Number(message.event.data['pid'])
}

test(
  'control killed with -9 and started again finds its engine, the same session on it, and what happened meanwhile',
  needsFfmpeg,
  async () => {
    const first = await start().ready()
    const channel = await first.operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
    const encoder = publish(`${first.rtmp}/${channel.inputs[0]!.streamKey}`)
    const before = await liveStats(first.operator, channel.id)
    const pid = await enginePid(first.operator)
    assert.equal(await controls.pop()!.signal('SIGKILL'), 'SIGKILL')
    assert.ok(isRunning(pid))

    const second = await start().ready()
    const after = await liveStats(second.operator, channel.id)
    assert.ok(after.framesTotal > before.framesTotal && after.sessionMs > before.sessionMs, JSON.stringify({ before, after }))
    assert.equal(await controls.pop()!.signal('SIGKILL'), 'SIGKILL')
    encoder.kill('SIGKILL')
    await once(encoder, 'exit')

    const third = await start().ready()
    const stream = await EventStream.open(third.operator, { channel: channel.id, lastEventId: '0' })
    await stream.until((message) => message.type === 'event' && message.event.name === 'input.lost')
    await stream.close()
    assert.ok(isRunning(pid))
    assert.equal(await controls.pop()!.signal('SIGTERM'), 0)
    assert.ok(!isRunning(pid), 'the engine outlived a stop')
  },
)

test('an engine killed with -9 is back with its channels, and takes the encoder again', needsFfmpeg, async () => {
  const { operator, rtmp } = await start('--rtmp-port', String(await freePort())).ready()
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const stream = await EventStream.open(operator)
  const pid = await enginePid(operator)
  process.kill(pid, 'SIGKILL')
  await stream.until((message) => message.type === 'event' && message.event.name === 'engine.lost')
  const lostAt = stream.received.length
  await stream.until((message) => message.type === 'channel' && message.channel.engine !== null && stream.received.length > lostAt)
  await stream.close()
  publish(`${rtmp}/${channel.inputs[0]!.streamKey}`)
  await liveStats(operator, channel.id)
  const { items } = await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))
  assert.ok(items.some((event) => event.name === 'channel.live'))
})

test('SIGUSR2 leaves the engine on the air', async () => {
  const { operator } = await start().ready()
  const pid = await enginePid(operator)
  assert.equal(await controls.pop()!.signal('SIGUSR2'), 0)
  assert.ok(isRunning(pid))
  await start().ready()
})

test('a second control on the same data folder is refused, and the first goes on', async () => {
  const { operator } = await start().ready()
  const second = ControlProcess.inFolder(folder)
  assert.equal(await second.ended, 1)
  assert.match(second.stderr, /^sluice: another Sluice is using the data directory .*; stop it, or set SLUICE_DATA_DIR\n$/)
  assert.equal((await operator.get('/readyz')).status, 200)
})

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('whatever keeps it from starting is one sentence, and the exit code 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = String(typeof address === 'object' && address !== null ? address.port : 0)
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  const cases: [flags: string[], says: RegExp][] = [
    [['--http-port', port], /^sluice: port [0-9]+ is used by another program; set SLUICE_HTTP_PORT to a free port\n$/],
    [['--rtmp-port', port], /sluice: .*port [0-9]+ is used by another program; set SLUICE_RTMP_PORT to a free port\n$/],
    [['--data-dir', join(file, 'below')], /^sluice: the data directory .* cannot be written \(ENOTDIR\); set SLUICE_DATA_DIR\n$/],
    [['--no-such-flag'], /^sluice: unknown flag --no-such-flag; see docs\/settings\.md\n$/],
    [
      ['--database-url', 'postgres://u:hidden@127.0.0.1:1/x'],
      /^sluice: the PostgreSQL database 'x' at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED.*\n$/,
    ],
  ]
  for (const [flags, says] of cases) {
    const control = ControlProcess.inFolder(join(folder, 'data'), ...flags)
    assert.equal(await control.ended, 1, flags.join(' '))
    const plain = control.stderr.replace(/^\{.*\n/gm, '')
    assert.match(plain, says)
    assert.doesNotMatch(control.stderr, /hidden/)
    assert.equal(control.stdout, '')
  }
  taken.close()
})

test('the operator token is not in what it says or logs', async () => {
  const control = start('--log-level', 'debug')
  await (await control.ready()).operator.get(paths.channels)
  controls.pop()
  await control.signal('SIGTERM')
  assert.doesNotMatch(control.stdout + control.stderr, new RegExp(adminToken))
})
