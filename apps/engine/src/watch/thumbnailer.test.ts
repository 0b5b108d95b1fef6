import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeWatches } from './testing/fake-watch.ts'
import { Thumbnailer } from './thumbnailer.ts'

const track = makeVideoTrack()
const key = makeFrame(track, 0, { isKey: true })
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)

function makeStage() {
  const clock = new FakeClock()
  const { open, all } = fakeWatches()
  const thumbnailer = new Thumbnailer({ clock, log: silentLogger, open })
  const drawn: (Uint8Array | null)[] = []
  const draw = (frame = key): void => thumbnailer.draw(frame, (picture) => drawn.push(picture))
  const ready = (): void => all.at(-1)!.say({ type: 'hello', problem: null })
  const answer = (slot: number): void => all.at(-1)!.say({ type: 'thumbnail', slot, atMs: 0, jpeg })
  return { clock, all, thumbnailer, drawn, draw, ready, answer }
}

test('no process runs before a picture is asked for, and it goes 30 s after the last one', () => {
  const { clock, all, drawn, draw, ready, answer } = makeStage()
  clock.advance(60_000)
  assert.equal(all.length, 0)
  draw()
  ready()
  answer(1)
  clock.advance(29_000)
  draw()
  answer(2)
  assert.deepEqual(drawn, [jpeg, jpeg])
  clock.advance(29_999)
  assert.equal(all[0]!.isKilled, false)
  clock.advance(1)
  assert.equal(all[0]!.isKilled, true)
  assert.equal(clock.pendingTimers, 0)
})

test('one key frame is at the child at a time, with its track before it and its end behind it', () => {
  const { all, drawn, draw, ready, answer } = makeStage()
  for (let i = 0; i < 3; i++) draw()
  assert.deepEqual(all[0]!.got, [], 'nothing is sent to a child that has not said a word')
  ready()
  const sent = (): string => all[0]!.got.map(({ type, slot }) => `${type} ${slot}`).join(', ')
  assert.equal(sent(), 'track 1, frame 1, end 1')
  answer(7)
  assert.deepEqual(drawn, [], 'an answer to something else is nobody’s picture')
  answer(1)
  all[0]!.say({ type: 'undecoded', slot: 2, kind: 'video', atMs: 0, reason: 'decode: Invalid data' })
  answer(3)
  assert.deepEqual(drawn, [jpeg, null, jpeg])
  assert.equal(sent(), 'track 1, frame 1, end 1, track 2, frame 2, end 2, track 3, frame 3, end 3')
})

const failures: [name: string, fail: (stage: ReturnType<typeof makeStage>) => void][] = [
  ['dies', ({ all }) => all[0]!.end('it ended by SIGSEGV')],
  ['hangs in a decoder', ({ clock }) => clock.advance(5000)],
  ['never says a word', ({ clock }) => clock.advance(20_000)],
  ['grows', ({ all }) => all[0]!.say({ type: 'beat', rssBytes: 2 ** 30 })],
]
for (const [name, fail] of failures) {
  test(`a child that ${name} costs the pictures that were waited for, and another one is started after a rest`, () => {
    const stage = makeStage()
    const { clock, all, drawn, draw, ready, answer } = stage
    draw()
    draw()
    if (name !== 'never says a word') ready()
    fail(stage)
    assert.deepEqual(drawn, [null, null])
    assert.equal(all[0]!.isKilled || name === 'dies', true)
    draw()
    assert.deepEqual([drawn.length, all.length], [3, 1], 'a picture that kills it must not start one after the other')
    clock.advance(10_000)
    draw()
    assert.equal(all.length, 2)
    ready()
    // The slot of what it is at: the first child may have had one picture.
    answer(all[1]!.got[0]!.slot)
    assert.deepEqual(drawn.at(-1), jpeg)
  })
}

test('where nothing can decode no child is started again, and what is no key picture starts none', () => {
  const { clock, all, drawn, draw } = makeStage()
  draw(makeFrame(makeAudioTrack(), 0))
  draw(makeFrame(track, 40))
  assert.deepEqual([drawn, all.length], [[null, null], 0])
  draw()
  all[0]!.say({ type: 'hello', problem: 'node-av is not installed' })
  clock.advance(3_600_000)
  draw()
  assert.deepEqual([drawn, all.length], [[null, null, null, null], 1])
})

test('what is too much to wait is answered at once, and the end of the engine answers whoever waits', () => {
  const { all, thumbnailer, drawn, draw } = makeStage()
  for (let i = 0; i < 70; i++) draw()
  assert.equal(drawn.length, 6)
  thumbnailer.close()
  assert.equal(drawn.length, 70)
  assert.ok(all[0]!.isKilled)
})
