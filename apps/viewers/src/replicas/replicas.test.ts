import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import { storeLinkPath, viewersPositionsPath, writeToViewers } from '@sluice/media/store-link'
import { FakeClock } from '@sluice/testkit/clock'
import { PlaylistChecker, type ReadPlaylist } from '@sluice/testkit/playlists'
import { eventually, until } from '@sluice/testkit/wait'
import { startTestViewers, TestEngine, type TestViewers } from '../testing/index.ts'
import { PositionsFile, Replicas } from './index.ts'

async function startStage(t: TestContext) {
  const viewers = await startTestViewers(t)
  const engine = await TestEngine.connect(t, viewers.runDir)
  const show = engine.carry('show')
  show.send(6000)
  await until(() => viewers.hls('show')?.isReady === true)
  return { viewers, engine, show }
}

const textOf = async ({ get }: TestViewers, name: string): Promise<string> => (await get(`/watch-show/${name}`)).text()
const lastNumber = ({ mediaSequence, segments }: ReadPlaylist): number => mediaSequence + segments.length - 1
const ends = (engine: TestEngine): Promise<void> => new Promise((resolve) => engine.socket.once('close', () => resolve()).destroy())

test('an engine that was killed is gone on from by the next one: numbers, names and splices rise, and what was listed stays', async (t) => {
  const { viewers, engine, show } = await startStage(t)
  const checkers = { v_source: new PlaylistChecker(), a_source: new PlaylistChecker() }
  const check = async (): Promise<ReadPlaylist[]> =>
    Promise.all(Object.entries(checkers).map(async ([id, checker]) => checker.check(await textOf(viewers, `${id}.m3u8`))))
  show.send(700) // in the middle of a segment
  await until(async () => (await check())[0]!.open.parts.length > 0)
  const before = await check()
  const hinted = viewers.get(`/watch-show/v_source.m3u8?_HLS_msn=${lastNumber(before[0]!) + 2}&_HLS_part=0`)
  await ends(engine)
  assert.deepEqual(await check(), before, 'what is there can be played on')

  const next = await TestEngine.connect(t, viewers.runDir)
  const again = next.carry('show')
  await until(() => again.store.position.number > lastNumber(before[0]!))
  await until(async () => (await check())[0]!.open.isSpliced)
  again.send(6000)
  assert.equal((await hinted).status, 200)
  await until(async () => lastNumber((await check())[0]!) > lastNumber(before[0]!) + 2)
  const [after] = await check()
  assert.equal(after!.mediaSequence, before[0]!.mediaSequence)
  const splices = after!.segments.filter(({ isSpliced }) => isSpliced)
  assert.equal(splices.length, 1)
  const old = before[0]!.segments[0]!.uri!
  assert.equal((await viewers.get(`/watch-show/${old}`)).status, 200)
})

test('an engine that has media before it is heard of is played from its own numbers, which are higher', async (t) => {
  const { viewers, engine } = await startStage(t)
  await ends(engine)
  const next = await TestEngine.connect(t, viewers.runDir)
  next.feed.unlink()
  const show = next.carry('show')
  show.send(4000)
  const { socket } = next
  next.feed.link({ write: (pieces) => pieces.forEach((piece) => void socket.write(piece)), queuedBytes: 0, cut() {} })
  await until(() => viewers.hls('show')?.file('v_source.m3u8') !== null && viewers.channel('show')!.onAir === 'live')
  await until(async () => (await textOf(viewers, 'v_source.m3u8')).includes(`-${show.store.firstNumber.toString(36)}-`))
})

test('a viewers process that was killed is told all anew: the same bytes under the same names', async (t) => {
  const { viewers, engine, show } = await startStage(t)
  const names = ['v_source.m3u8', 'a_source.m3u8', 'media.m3u8', 'v_source-i.m3u8']
  const before = await Promise.all(names.map((name) => textOf(viewers, name)))
  engine.feed.unlink()
  viewers.stop()
  const second = await startTestViewers(t, { runDir: viewers.runDir })
  const back = await TestEngine.connect(t, viewers.runDir)
  const { socket } = back
  engine.feed.link({ write: (pieces) => pieces.forEach((piece) => void socket.write(piece)), queuedBytes: 0, cut() {} })
  await until(() => second.hls('show')?.isReady === true)
  assert.deepEqual(await Promise.all(names.map((name) => textOf(second, name))), before)
  show.send(3000)
  await until(async () => (await textOf(second, 'v_source.m3u8')) !== before[0])
})

test('engines of one machine are served by one port, and each ends its own channels alone', async (t) => {
  const { viewers } = await startStage(t)
  const other = await TestEngine.connect(t, viewers.runDir, { engineId: 'e2' })
  other.carry('second').send(6000)
  other.carry('third')
  await until(() => viewers.hls('second')?.isReady === true && viewers.channel('third') !== undefined)
  assert.equal((await viewers.get('/watch-second/media.m3u8')).status, 200)
  other.feed.keep(['third'])
  await until(() => viewers.channel('second') === undefined)
  assert.deepEqual([viewers.channel('show') !== undefined, viewers.channel('third') !== undefined], [true, true])
  other.feed.close('third')
  await until(() => viewers.channel('third') === undefined)
})

test('a channel that another engine tells by now is not changed, hidden or ended by the first one', async (t) => {
  const { viewers, engine, show } = await startStage(t)
  const other = await TestEngine.connect(t, viewers.runDir, { engineId: 'e2' })
  const moved = other.carry('show')
  const before = viewers.hls('show')!.file('v_source.m3u8')
  await until(() => moved.store.position.number >= show.store.position.number)
  moved.send(6000)
  await until(() => viewers.hls('show')!.file('v_source.m3u8') !== before)
  const list = await textOf(viewers, 'v_source.m3u8')
  show.send(6000)
  show.tell({ playIdHash: 'nowhere' })
  engine.feed.close('show')
  engine.carry('last')
  await until(() => viewers.channel('last') !== undefined)
  assert.equal(await textOf(viewers, 'v_source.m3u8'), list)
})

test('who watches is told to the engine of the channel, each second', async (t) => {
  const { viewers, engine } = await startStage(t)
  const bytes = (await (await viewers.get('/watch-show/v_source.m3u8')).arrayBuffer()).byteLength
  await until(() => (engine.figures[0]?.viewers ?? 0) === 1)
  const [figures] = engine.figures
  assert.ok(figures!.channelId === 'show' && figures!.bytesServed > 0 && figures!.bytesServed <= bytes)
})

test('a show whose engine stays away is off after 5 s and over after a minute, and begins again when it is back', async (t) => {
  const clock = new FakeClock()
  const viewers = await startTestViewers(t, { clock })
  const engine = await TestEngine.connect(t, viewers.runDir, { clock })
  engine.carry('show').send(6000)
  await until(() => viewers.hls('show')?.isReady === true)
  // The clock of the port jumps too: each request has a connection of its own.
  const ask = (name: string): Promise<Response> => viewers.get(`/watch-show/${name}`, { headers: { connection: 'close' } })
  const now = async (): Promise<unknown> => ((await (await ask('now.json')).json()) as { now: string }).now
  await ends(engine)
  assert.equal(await now(), 'live')
  const waited = { ms: 0 }
  const wait = (): void => {
    waited.ms += 500
    clock.advance(500)
  }
  await eventually(now, (is) => is === 'off', 'it is off', wait)
  assert.ok(waited.ms >= 5000, `off after ${waited.ms} ms`)
  clock.advance(55_000)
  assert.match(await (await ask('v_source.m3u8')).text(), /#EXT-X-ENDLIST/)
  clock.advance(60_000)
  assert.equal((await ask('v_source.m3u8')).status, 404)
  const back = await TestEngine.connect(t, viewers.runDir, { clock })
  back.carry('show').send(6000)
  await until(async () => (await now()) === 'live')
})

test('splices that an engine can not ask for are noted, and written only when a count is another', async (t) => {
  const { viewers, show } = await startStage(t)
  const noted = (): string => {
    try {
      return readFileSync(viewersPositionsPath(viewers.runDir), 'utf8')
    } catch {
      return ''
    }
  }
  await until(() => noted().includes('"show"'))
  assert.deepEqual(Object.keys(JSON.parse(noted()) as object), ['show'])
  const file = new PositionsFile('/nowhere/at/all', new Guard('a test', silentLogger))
  file.note([{ channelId: 'a', number: 1, splices: 2 }]) // a folder that can't be written is no reason to fail
  assert.ok(show.store.position.splices >= 0)
})

test('all channels together keep what there is memory for, the largest give up most [GRD-05]', () => {
  const clock = new FakeClock()
  const positions = new PositionsFile('/nowhere/at/all', new Guard('a test', silentLogger))
  const replicas = new Replicas({ clock, log: silentLogger, maxBytes: 200_000, positions })
  const facts = { previewIdHash: null, onAir: 'live', rungs: ['source'], sounds: [], segmentMs: 1000, partMs: 500 } as const
  const fill = (channelId: string, partBytes: number): (() => number) => {
    const epoch = 100
    const known = {
      ...facts,
      channelId,
      playIdHash: channelId,
      windowSegments: 20,
      storeId: channelId,
      epoch,
      nextNumber: epoch,
      isUnused: true,
    }
    const { replica } = replicas.follow('e', known)
    replica.apply({ type: 'stand', nextNumber: epoch, splices: 0, isSpliced: false, isOn: true })
    replica.apply({ type: 'open', id: 'v', kind: 'video', rung: 'source', nextPart: 1, nextVersion: 0, firstNumber: null })
    for (let i = 0; i < 20; i++) {
      const boundary = {
        number: epoch + i,
        startDts: i * 90_000,
        startPts: i * 90_000,
        isSpliced: false,
        splices: 0,
        startWallMs: i * 1000,
      }
      const bytes = new Uint8Array(partBytes)
      const part = {
        number: i + 1,
        startDts: i * 90_000,
        duration90k: 90_000,
        isIndependent: true,
        isGap: false,
        frames: 1,
        firstSampleEnd: 1,
      }
      replica.apply({ type: 'boundary', boundary })
      replica.apply({ type: 'begin', rendition: 'v', boundary })
      replica.apply({ type: 'part', rendition: 'v', segment: boundary.number, part: { ...part, bytes } })
      replica.apply({ type: 'end', rendition: 'v', segment: boundary.number })
      replica.apply({ type: 'publish' })
    }
    return () => replica.bytes
  }
  const [small, large] = [fill('small', 1000), fill('large', 20_000)]
  assert.deepEqual([small(), large()], [20_000, 400_000])
  clock.advance(1000)
  assert.ok(small() === 20_000 && large() <= 180_000 && large() >= 60_000, `${small()} and ${large()} bytes`)
  replicas.close()
  assert.equal(clock.pendingTimers, 0)
})

test('what is no engine of ours is cut, and others go on', async (t) => {
  const { viewers, show } = await startStage(t)
  const wires = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.concat(writeToViewers({ type: 'hello', version: 99, engineId: 'x' })),
    Buffer.concat(writeToViewers({ type: 'gone', slot: 1 })),
  ]
  for (const wire of wires) {
    const socket = connect(storeLinkPath(viewers.runDir))
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(wire)
    await closed
  }
  const before = await textOf(viewers, 'v_source.m3u8')
  show.send(3000)
  await until(async () => (await textOf(viewers, 'v_source.m3u8')) !== before)
})
