import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Failure } from '@sluice/base/errors'
import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import type { InputSpec } from '@sluice/contract/link'
import { Programme } from '@sluice/media/programme'
import { FakeClock } from '@sluice/testkit/clock'
import { makeLoopFile } from '@sluice/testkit/frames'
import { ChannelInput, type InputNews } from '../channel-input.ts'
import { openFilePull } from './file-pull.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-clip-'))
after(() => rmSync(folder, { recursive: true }))
const opened: { close(): void }[] = []
afterEach(() => {
  for (const pull of opened.splice(0)) pull.close()
})
const spec: InputSpec = { inputId: 'i', role: 'backup', enabled: true, keyHash: '', srt: { passphrase: null, latencyMs: 500 } }

/** A clip on an input whose programme shows it; `run` lets the fake time go by while the disk is read. */
async function play(bytes: Uint8Array | null) {
  const file = join(folder, `${Math.random()}.flv`)
  if (bytes !== null) writeFileSync(file, bytes)
  const clock = new FakeClock()
  const programme = new Programme({ clock, policy: { lock: 'auto', triggerMs: 2500, holdMs: 30_000 }, onSwitch() {} })
  const frames: { frame: Frame; atMs: number }[] = []
  programme.bus.join({ onTracks() {}, onSplice() {}, onFlush() {}, onFrame: (frame) => frames.push({ frame, atMs: clock.nowMs() }) })
  const news: InputNews[] = []
  const input = new ChannelInput(spec, { programme, clock, onNews: (_, one) => news.push(one) })
  const state: { isReady: boolean; closed: Failure | null | undefined } = { isReady: false, closed: undefined }
  let reads = 0
  const pull = openFilePull({ clock, openFile })(input, pathToFileURL(file).href, {
    onReady: () => {
      state.isReady = true
    },
    onClose: (failure) => {
      state.closed = failure
    },
  })
  opened.push(pull)
  while (!state.isReady && state.closed === undefined) await setImmediate()
  async function openFile(path: string) {
    const handle = await open(path, 'r')
    const read = ((...given: Parameters<typeof handle.read>) => {
      reads++
      return handle.read(...given).finally(() => reads--)
    }) as typeof handle.read
    return { read, close: () => handle.close() }
  }
  async function run(ms: number): Promise<void> {
    for (let i = 0; i < ms / 20; i++) {
      clock.advance(20)
      // Reads of the disk take real time, and no fake one.
      do await setImmediate()
      while (reads > 0)
    }
  }
  return { input, pull, state, frames, news, run, clock, file }
}

test('a clip plays in real time, round and round, with times that go on over the joint', async () => {
  const { input, pull, frames, run, news } = await play(makeLoopFile())
  await run(3000)
  assert.equal(input.actual().protocol, 'file')
  assert.equal(input.actual().state, 'receiving')
  const pictures = frames.filter(({ frame }) => frame.track.kind === 'video')
  assert.ok(pictures.length >= 85, `${pictures.length} pictures in 3 s`)
  const steps = pictures.slice(1).map(({ frame }, i) => frame.dts - pictures[i]!.frame.dts)
  assert.ok(Math.min(...steps) > 2700 && Math.max(...steps) < 3300, `${Math.min(...steps)}..${Math.max(...steps)}`)
  const sound = frames.filter(({ frame }) => frame.track.kind === 'audio')
  assert.ok(sound.slice(1).every(({ frame }, i) => frame.dts - sound[i]!.frame.dts === 1920))
  const last = pictures.at(-1)!
  assert.ok(Math.abs(last.frame.dts - pictures[0]!.frame.dts - (last.atMs - pictures[0]!.atMs) * ticksPerMs) < 9000)
  pull.close()
  assert.equal(input.isTaken, false)
  assert.deepEqual(
    news.map(({ type }) => type),
    ['connected', 'lost'],
  )
})

test('a session that its input ends is told to the pull, which calls again', async () => {
  const { input, state } = await play(makeLoopFile())
  input.end('the input was disabled')
  assert.equal(state.closed?.message, 'the input was disabled')
  assert.equal(input.isTaken, false)
})

test('after a stall a clip goes on where it was, without a burst', async () => {
  const { frames, run, clock } = await play(makeLoopFile())
  await run(2000)
  // The disk gives nothing meanwhile: only what was read ahead leaves.
  clock.advance(60_000)
  const before = frames.length
  await run(200)
  assert.ok(frames.length - before < 30, `${frames.length - before} frames at once`)
})

test('a file that is gone, broken or empty is a problem that is told, and no crash', async () => {
  assert.equal((await play(null)).state.closed?.code, 'CLIP_MISSING')
  assert.equal((await play(new Uint8Array(4096).fill(9))).state.closed?.code, 'FLV_HEADER')
  assert.equal((await play(new Uint8Array(0))).state.closed?.code, 'CLIP_EMPTY')
  assert.equal((await play(makeLoopFile().subarray(0, 40))).state.closed?.code, 'CLIP_EMPTY')
})

test('a file that is emptied while it plays ends the session with its reason', async () => {
  const { run, state, file, input } = await play(makeLoopFile())
  truncateSync(file)
  await run(3000)
  assert.equal(state.closed?.code, 'CLIP_EMPTY')
  assert.equal(input.isTaken, false)
  assert.match(input.actual().lastProblem ?? '', /holds no media/)
})
