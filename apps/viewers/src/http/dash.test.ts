import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import { parseMpd, type ReadMpd } from '@sluice/containers/mpd'
import { randomFrom } from '@sluice/testkit/random'
import { until } from '@sluice/testkit/wait'
import { startTestViewers, TestEngine } from '../testing/index.ts'

async function startStage(t: TestContext) {
  const viewers = await startTestViewers(t)
  const engine = await TestEngine.connect(t, viewers.runDir)
  const { send, store, end } = engine.carry('show')
  send(6600)
  await until(() => viewers.hls('show')?.isReady === true)
  const base = `http://127.0.0.1:${viewers.port}/watch-show/`
  const get = (file: string, init?: RequestInit): Promise<Response> => fetch(new URL(file, base), init)
  const manifest = async (file = 'manifest.mpd'): Promise<ReadMpd> => parseMpd(await (await get(file)).text())!
  /** The answer as it comes in: its pieces are not gathered by anybody. */
  const open = async (file: string): Promise<IncomingMessage> => {
    const [response] = (await once(httpGet(new URL(file, base)), 'response')) as [IncomingMessage]
    return response
  }
  return { get, manifest, open, send, store, end, audience: viewers.channel('show')!.audience }
}

const newestOf = ({ periods }: ReadMpd, set = 0) => periods.at(-1)!.sets[set]!.representations[0]!.segments.at(-1)!

test('a segment that is made goes out a piece a part, without a length or compression, and may be kept once it is whole', async (t) => {
  const { get, manifest, open, send } = await startStage(t)
  const { url } = newestOf(await manifest())
  const response = await open(url)
  assert.deepEqual(
    [response.statusCode, response.headers['content-length'], response.headers['content-encoding'], response.headers['cache-control']],
    [200, undefined, undefined, 'public, max-age=31536000, immutable'],
  )
  assert.equal(response.headers['access-control-allow-origin'], '*')
  const pieces: Buffer[] = []
  response.on('data', (bytes: Buffer) => pieces.push(bytes))
  await until(() => pieces.length === 1)
  send(500)
  await until(() => pieces.length === 2)
  assert.equal(response.complete, false)
  send(1500)
  await until(() => response.complete)
  assert.ok(pieces.every((piece) => piece.subarray(4, 8).toString() === 'moof'))
  const whole = Buffer.from(await (await get(url)).arrayBuffer())
  assert.ok(Buffer.concat(pieces).equals(whole), 'the file that stays has the same bytes')
  send(600)
  await until(async () => newestOf(await manifest()).url !== url)
  const head = await get(newestOf(await manifest()).url, { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), (await head.text()).length], [200, null, 0])
})

test('the entry sends each viewer to a place of its own, and only there it is counted; files have one address for all', async (t) => {
  const { get, manifest, audience } = await startStage(t)
  const [one, other] = [await manifest(), await manifest()]
  assert.notEqual(one.location, other.location)
  assert.equal(audience.viewers, 0)
  const own = await get(one.location!)
  assert.deepEqual([own.status, own.headers.get('cache-control')], [200, 'public, max-age=1'])
  assert.equal(own.headers.get('content-type'), 'application/dash+xml')
  await manifest(other.location!)
  await manifest(other.location!)
  assert.equal(audience.viewers, 2)
  const { initialization } = parseMpd(await own.text())!.periods[0]!.sets[0]!.representations[0]!
  assert.equal(initialization, `../${one.periods[0]!.sets[0]!.representations[0]!.initialization}`)
  assert.equal((await get(new URL(initialization, new URL(one.location!, 'http://x/watch-show/')).pathname)).status, 200)
  const time = await get(new URL('time.iso', new URL(one.location!, 'http://x/watch-show/')).pathname)
  assert.ok(Math.abs(Date.parse(await time.text()) - Date.now()) < 2000)
  assert.equal(time.headers.get('cache-control'), 'private, no-store')
})

test('a player that goes in mid-segment is let go, and one that waits for a segment gets it when it begins', async (t) => {
  const { manifest, open, send, get } = await startStage(t)
  const { url, number } = newestOf(await manifest())
  const gone = await open(url)
  const next = url.replace(String(number), String(number + 1))
  const waiting = open(next)
  gone.destroy()
  send(2600)
  const response = await waiting
  assert.equal(response.statusCode, 200)
  response.destroy()
  assert.equal((await get(url.replace(String(number), String(number + 9)))).status, 404)
})

test('a segment that will never be whole breaks its connection, so that no cache keeps it', async (t) => {
  const { manifest, open, store } = await startStage(t)
  const response = await open(newestOf(await manifest()).url)
  response.resume()
  const closed = new Promise((resolve) => response.once('close', resolve))
  response.on('error', () => {})
  store.remove('v_source')
  store.publish()
  await closed
  assert.equal(response.complete, false)
})

test('any name and query of a manifest is answered or refused (seed 41)', async (t) => {
  const { get } = await startStage(t)
  const random = randomFrom(41)
  const pieces = [
    'manifest.mpd',
    'time.iso',
    '?',
    '&',
    '_HLS_msn=1',
    '$Number$',
    '%00',
    '~',
    'x'.repeat(40),
    '-',
    '.m4s',
    '%2e%2e',
    '9'.repeat(20),
  ]
  for (let i = 0; i < 300; i++) {
    const name = Array.from({ length: random.int(1, 5) }, () => pieces[random.int(0, pieces.length - 1)]).join('')
    const { status } = await get(name)
    assert.ok([200, 400, 404].includes(status), `${name}: ${status}`)
  }
})
