import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { textFormat } from '@sluice/testkit/output'
import { ProgrammeBus } from '../bus/index.ts'
import { FanOut } from './fan-out.ts'
import type { WireSink } from './fan-out-member.ts'

const video = makeVideoTrack()

function makeStage(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-direct-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const bus = new ProgrammeBus()
  const fanOut = new FanOut(bus, textFormat(), new FakeClock())
  const put = (ms: number, isKey = false): void => bus.putFrame(makeFrame(video, ms, { isKey }))
  const send = (ms: number, isKey = false): void => {
    put(ms, isKey)
    bus.flush()
  }
  /** A sink whose descriptor is a file; `isFree` is what its stream would say. */
  const openSink = (name: string) => {
    const path = join(dir, name)
    const fd = openSync(path, 'a')
    t.after(() => closeSync(fd))
    const sink = {
      isFree: true,
      written: [] as string[],
      taken: [] as number[],
      queuedBytes: 0,
      get directFd(): number {
        return this.isFree ? fd : -1
      },
      write: (bytes: Uint8Array) => void sink.written.push(Buffer.from(bytes).toString()),
      afterDirect: (_bytes: Uint8Array, takenBytes: number) => void sink.taken.push(takenBytes),
    } satisfies WireSink & Record<string, unknown>
    return { sink, onDisk: () => readFileSync(path, 'utf8') }
  }
  return { fanOut, put, send, openSink }
}

test('a batch goes to the descriptor of who has one free, and to the sink of who does not', (t) => {
  const { fanOut, send, openSink } = makeStage(t)
  send(0, true)
  const [a, b] = [openSink('a'), openSink('b')]
  for (const { sink } of [a, b]) fanOut.join(sink, 1e6)
  b.sink.isFree = false
  send(33)
  b.sink.isFree = true
  send(66)
  assert.equal(a.onDisk(), 'video 33\nvideo 66\n')
  assert.deepEqual(a.sink.taken, [9, 9])
  assert.equal(a.sink.written.length, 1, 'the head and the GOP went by its sink')
  assert.deepEqual(b.sink.written.slice(1), ['video 33\n'])
  assert.equal(b.onDisk(), 'video 66\n')
})

test('a member that waits for a key frame gets nothing by its descriptor before it', (t) => {
  const { fanOut, send, openSink } = makeStage(t)
  send(0, true)
  const { sink, onDisk } = openSink('a')
  const member = fanOut.join(sink, 1e6)
  sink.isFree = false
  sink.queuedBytes = 2e6
  send(33)
  sink.isFree = true
  sink.queuedBytes = 0
  send(66)
  assert.equal(onDisk(), '')
  send(99, true)
  assert.match(sink.written.join(''), /video 99 key/)
  send(133)
  assert.equal(onDisk(), 'video 133\n')
  assert.deepEqual([member.framesDropped, member.framesSent], [2, 3])
})

test('a sink that throws after the kernel took its bytes is left alone, and the others get everything', (t) => {
  const { fanOut, send, openSink } = makeStage(t)
  send(0, true)
  const [a, b] = [openSink('a'), openSink('b')]
  const [broken] = [a, b].map(({ sink }) => fanOut.join(sink, 1e6))
  a.sink.afterDirect = () => {
    throw new Error('a fault')
  }
  send(33)
  send(66)
  assert.equal(broken!.isBroken, true)
  assert.equal(a.onDisk(), 'video 33\n')
  assert.equal(b.onDisk(), 'video 33\nvideo 66\n')
})

test('what a sink keeps of a batch, since the kernel or its stream took less, stays as it is with the batches behind it', (t) => {
  const { fanOut, put, send, openSink } = makeStage(t)
  send(0, true)
  const [full, late] = [openSink('full'), openSink('late')]
  const kept: Uint8Array[] = []
  full.sink.afterDirect = (bytes) => void kept.push(bytes)
  late.sink.write = (bytes) => void kept.push(bytes)
  const member = fanOut.join(full.sink, 1e6)
  fanOut.join(late.sink, 1e6)
  kept.length = 0
  late.sink.isFree = false
  for (const ms of [33, 66]) {
    // Two frames in one batch: one piece alone is never joined.
    put(ms)
    send(ms + 10)
  }
  assert.equal(member.isBroken, false)
  const text = kept.map((bytes) => Buffer.from(bytes).toString())
  assert.deepEqual(text, ['video 33\nvideo 43\n', 'video 33\nvideo 43\n', 'video 66\nvideo 76\n', 'video 66\nvideo 76\n'])
})
