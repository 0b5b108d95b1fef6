import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { textFormat } from '@sluice/testkit/output'
import fc from 'fast-check'
import { ProgrammeBus } from '../bus/index.ts'
import { FanOut } from './fan-out.ts'
import type { FanOutMember, WireSink } from './fan-out-member.ts'
import { FanOutSet } from './fan-out-set.ts'
import { tsFormat } from './wire/ts-format.ts'

const video = makeVideoTrack()
const frameMs = 33

type TestSink = WireSink & { readonly texts: string[]; readonly atMs: number[] }

function makeStage({ minMembers = 3, format = textFormat(), gatherMs = 50 } = {}) {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const fanOut = new FanOut(bus, format, clock, null, { ms: gatherMs, minMembers })
  let number = 0
  const step = (): Frame => {
    clock.advance(frameMs)
    const frame = makeFrame(video, number * frameMs, { isKey: number++ % 10 === 0 })
    bus.putFrame(frame)
    bus.flush()
    return frame
  }
  const run = (count: number): void => {
    for (let i = 0; i < count; i++) step()
  }
  const makeSink = (): TestSink => ({
    queuedBytes: 0,
    texts: [],
    atMs: [],
    write(bytes) {
      this.texts.push(Buffer.from(bytes).toString())
      this.atMs.push(clock.nowMs())
    },
  })
  return { clock, bus, fanOut, step, run, makeSink }
}
const framesOf = (sink: TestSink): number[] =>
  sink.texts
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('video'))
    .map((line) => Number(line.split(' ')[1]) / frameMs)
const isRow = (frames: readonly number[]): boolean => frames.every((frame, i) => i === 0 || frame === frames[i - 1]! + 1)

test('where there are many, those that may wait take two frames of 30 a second in one write; the others get each at once', () => {
  const { fanOut, run, makeSink } = makeStage()
  run(11)
  const [a, b, c, prompt] = [makeSink(), makeSink(), makeSink(), makeSink()]
  for (const sink of [a, b, c]) fanOut.join(sink, 1e6, true)
  fanOut.join(prompt, 1e6, false)
  run(40)
  assert.equal(prompt.texts.length, 41)
  assert.ok(a.texts.length <= 22, `${a.texts.length} writes`)
  for (const sink of [a, b, c]) {
    const frames = framesOf(sink)
    assert.ok(isRow(frames) && frames.length >= framesOf(prompt).length - 1)
  }
})

test('70 ms let three frames of 30 a second go in one write, the first of them 66 ms late', () => {
  const { fanOut, run, makeSink } = makeStage({ minMembers: 1, gatherMs: 70 })
  run(11)
  const sink = makeSink()
  fanOut.join(sink, 1e6, true)
  run(30)
  const [, ...writes] = sink.texts.map((text) => text.match(/^video/gm)?.length ?? 0)
  assert.deepEqual(writes.slice(0, -1), new Array(writes.length - 1).fill(3))
  assert.ok(isRow(framesOf(sink)))
  const waits = sink.atMs.slice(1).map((atMs, i) => atMs - (sink.atMs[i] ?? 0))
  assert.ok(
    waits.slice(1).every((ms) => ms === 3 * frameMs),
    String(waits),
  )
})

test('where there are few, nobody waits', () => {
  const { fanOut, run, makeSink } = makeStage({ minMembers: 2 })
  run(11)
  const sink = makeSink()
  fanOut.join(sink, 1e6, true)
  run(20)
  assert.equal(sink.texts.length, 21)
})

test('a frame waits 50 ms at the most, when the source has nothing more', () => {
  const { clock, fanOut, run, makeSink } = makeStage({ minMembers: 1 })
  run(11)
  const sink = makeSink()
  fanOut.join(sink, 1e6, true)
  run(7)
  clock.advance(50)
  const frames = framesOf(sink)
  assert.equal(frames.at(-1), 17)
})

test('over SRT nobody waits, however many there are', () => {
  const { fanOut, run, makeSink } = makeStage({ minMembers: 1, format: tsFormat() })
  run(11)
  const sink = makeSink()
  fanOut.join(sink, 1e6, true)
  run(20)
  assert.equal(sink.texts.length, 21)
})

test('a set gathers from 100 members on', () => {
  const { bus, clock, run, makeSink } = makeStage()
  const set = new FanOutSet(bus, clock, 50)
  const fanOut = set.get('text', textFormat)
  run(11)
  const sinks = Array.from({ length: 99 }, makeSink)
  for (const sink of sinks) fanOut.join(sink, 1e6, true)
  run(10)
  assert.equal(sinks[0]!.texts.length, 11)
  const last = makeSink()
  fanOut.join(last, 1e6, true)
  run(10)
  assert.ok(last.texts.length <= 7, `${last.texts.length} writes`)
})

test('a cut from one who waits to one who does not gives every frame once and none late, whatever is pending', () => {
  for (let offset = 0; offset < 4; offset++) {
    const { clock, fanOut, run, makeSink, bus } = makeStage({ minMembers: 1 })
    const other = new FanOut(bus, textFormat(), clock)
    run(11)
    const [old, fresh] = [makeSink(), makeSink()]
    const member = fanOut.join(old, 1e6, true)
    run(offset)
    fanOut.leaveAtKey(member)
    let wasWhole = false
    other.joinAtKey(fresh, 1e6, () => {
      wasWhole = framesOf(old).at(-1) === 19
    })
    run(12)
    assert.ok(wasWhole, 'the old one has had all before the cut when the new one begins')
    assert.deepEqual(framesOf(fresh)[0], 20)
    assert.ok(isRow([...framesOf(old), ...framesOf(fresh)]))
  }
})

test('one who comes by a key frame among those who wait has it in its own turn', () => {
  const { clock, fanOut, run, makeSink } = makeStage({ minMembers: 0 })
  run(11)
  const sink = makeSink()
  fanOut.joinAtKey(sink, 1e6, () => {}, true)
  run(10)
  assert.deepEqual([framesOf(sink), sink.atMs.at(-1)], [[20], clock.nowMs()])
})

test('whoever comes, goes and changes sides, each sees every frame once and in order, and the count is what was sent', () => {
  const deed = fc.record({ what: fc.constantFrom('join', 'joinAtKey', 'leave', 'swap', 'cut', 'step', 'pause'), pick: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(deed, { minLength: 5, maxLength: 80 }), (deeds) => {
      const { clock, fanOut, step, run, makeSink } = makeStage()
      run(15)
      const here: { sink: TestSink; member: FanOutMember; mayGather: boolean; isLeaving: boolean }[] = []
      const all: { sink: TestSink; member: FanOutMember }[] = []
      const add = (isAtKey: boolean, mayGather: boolean): void => {
        const sink = makeSink()
        const member = isAtKey ? fanOut.joinAtKey(sink, 1e6, () => {}, mayGather) : fanOut.join(sink, 1e6, mayGather)
        const one = { sink, member, mayGather, isLeaving: false }
        here.push(one)
        all.push(one)
      }
      for (const { what, pick } of deeds) {
        const one = here[pick % Math.max(1, here.length)]
        if (what === 'join' || what === 'joinAtKey') add(what === 'joinAtKey', pick % 2 === 0)
        else if (what === 'pause') clock.advance(pick)
        else if (what === 'step' || one === undefined) step()
        else if (what === 'swap') {
          one.mayGather = !one.mayGather
          fanOut.setGathered(one.member, one.mayGather)
        } else if (what === 'cut' && !one.isLeaving) {
          one.isLeaving = true
          fanOut.leaveAtKey(one.member)
        } else if (what === 'leave') {
          fanOut.leave(one.member)
          here.splice(here.indexOf(one), 1)
        }
      }
      run(25)
      clock.advance(100)
      for (const { sink, member } of all) {
        const frames = framesOf(sink)
        assert.ok(isRow(frames), frames.join())
        assert.equal(member.framesSent, frames.length)
        assert.equal(member.framesDropped, 0)
      }
    }),
  )
})
