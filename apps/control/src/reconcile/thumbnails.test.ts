import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { ToEngine } from '@sluice/contract/link'
import { FakeClock } from '@sluice/testkit/clock'
import type { EngineLink } from './engine-link.ts'
import { Thumbnails } from './thumbnails.ts'

const base64 = Buffer.from([0xff, 0xd8]).toString('base64')

function makeStage({ draws = true }: { draws?: boolean } = {}) {
  const clock = new FakeClock()
  const asked: (ToEngine & { type: 'thumbnail' })[] = []
  const send = (message: ToEngine) => asked.push(message as (typeof asked)[0])
  // cast: of a link it takes the hello and `send` alone
  const link = { hello: draws ? { draws } : {}, send } as unknown as EngineLink
  const thumbnails = new Thumbnails(clock, () => link)
  const answer = (at: number, jpeg: string | null = base64, takenAtMs: number | null = clock.wallMs()): void =>
    thumbnails.receive({
      type: 'thumbnail.result',
      requestId: asked[at]!.requestId,
      jpeg,
      takenAt: takenAtMs === null ? null : new Date(takenAtMs).toISOString(),
    })
  return { clock, asked, thumbnails, answer }
}

test('who looks first waits for the picture, and all who look meanwhile share it', async () => {
  const { asked, thumbnails, answer } = makeStage()
  const looks = [thumbnails.look('a'), thumbnails.look('a')]
  assert.equal(asked.length, 1)
  answer(0)
  const [one, other] = await Promise.all(looks)
  assert.equal(one?.jpeg.length, 2)
  assert.equal(one, other)
  await thumbnails.look('a')
  assert.equal(asked.length, 1, 'two walls cost no more than one')
})

test('a picture of a few seconds is shown while the next one is drawn; an older one is waited for', async () => {
  const { clock, asked, thumbnails, answer } = makeStage()
  const first = thumbnails.look('a')
  answer(0)
  await first
  clock.advance(5000)
  const shown = await thumbnails.look('a')
  assert.equal(clock.wallMs() - shown!.takenAtMs, 5000)
  answer(1)
  await setImmediate()
  clock.advance(60_000)
  const later = thumbnails.look('a')
  answer(2)
  assert.equal(clock.wallMs() - (await later)!.takenAtMs, 0)
  assert.equal(asked.length, 3)
})

test('an engine that does not answer costs 3 s; its last picture is shown with its age, for five minutes', async () => {
  const { clock, thumbnails, answer } = makeStage()
  const first = thumbnails.look('a')
  answer(0)
  const takenAtMs = (await first)!.takenAtMs
  clock.advance(60_000)
  const late = thumbnails.look('a')
  clock.advance(3000)
  assert.equal((await late)?.takenAtMs, takenAtMs)
  clock.advance(300_000)
  const gone = thumbnails.look('a')
  clock.advance(3000)
  assert.equal(await gone, null)
})

test('a key frame that could not be drawn leaves the picture; a channel that is off the air has none', async () => {
  const { clock, thumbnails, answer } = makeStage()
  const first = thumbnails.look('a')
  answer(0)
  await first
  clock.advance(20_000)
  const undrawn = thumbnails.look('a')
  answer(1, null)
  assert.equal(clock.wallMs() - (await undrawn)!.takenAtMs, 20_000)
  clock.advance(20_000)
  const off = thumbnails.look('a')
  answer(2, null, null)
  assert.equal(await off, null)
})

test('ten pictures a second are drawn for all channels together, and an older engine is asked for none', async () => {
  const { clock, asked, thumbnails } = makeStage()
  for (let i = 0; i < 50; i++) void thumbnails.look(`channel ${i}`)
  assert.equal(asked.length, 10)
  clock.advance(500)
  for (let i = 0; i < 50; i++) void thumbnails.look(`channel ${i}`)
  assert.equal(asked.length, 15)
  const old = makeStage({ draws: false })
  assert.equal(await old.thumbnails.look('a'), null)
  assert.deepEqual(old.asked, [])
})
