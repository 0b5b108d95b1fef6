import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Frame } from '@sluice/codecs/frame'
import { Programme } from '@sluice/media/programme'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeLoopFile, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { SlateFile } from './slate-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-slate-'))
after(() => rmSync(folder, { recursive: true }))
const video = makeVideoTrack()
const audio = makeAudioTrack()

/** A programme that ran for two seconds, and the file that it is to fall back to. */
function makeStage() {
  const clock = new FakeClock()
  const programme = new Programme({ clock, policy: { lock: 'auto', triggerMs: 2500, holdMs: 30_000, slateMs: 60_000 }, onSwitch() {} })
  const frames: Frame[] = []
  programme.bus.join({ onTracks() {}, onSplice() {}, onFlush() {}, onFrame: (frame) => frames.push(frame) })
  programme.addInput('primary')
  programme.openInput('primary')
  for (const frame of makeMedia({ video, audio, durationMs: 2000 })) {
    clock.advance(frame.dts / 90 - clock.nowMs())
    programme.putFrame('primary', frame)
  }
  const news: (() => void)[] = []
  const slate = new SlateFile(programme, () => {
    for (const resolve of news.splice(0)) resolve()
  })
  const loaded = (): Promise<void> => new Promise((resolve) => news.push(resolve))
  const file = (bytes: Uint8Array): string => {
    const path = join(folder, `${Math.random()}.flv`)
    writeFileSync(path, bytes)
    return path
  }
  const slateFrames = (forMs: number): Frame[] => {
    const before = frames.length
    programme.closeInput('primary')
    clock.advance(forMs)
    return frames.slice(before)
  }
  return { clock, programme, slate, loaded, file, frames, slateFrames }
}

test('a prepared slate is shown when nothing is left: its first picture at once, on one clock with the programme, with silence', async () => {
  const { slate, loaded, file, frames, slateFrames, programme } = makeStage()
  const wait = loaded()
  slate.set({ key: 'k', file: file(makeLoopFile(16, 0)) })
  assert.equal(slate.actual().slate?.state, 'loading')
  await wait
  assert.deepEqual(slate.actual(), { slate: { key: 'k', state: 'ready', problem: null } })
  const last = frames.filter(({ track }) => track === video).at(-1)!
  assert.equal(slateFrames(0).filter(({ track }) => track.kind === 'video').length, 1)
  const shown = slateFrames(3000)
  assert.equal(programme.source, 'slate')
  const pictures = shown.filter(({ track }) => track.kind === 'video')
  assert.ok(pictures.length >= 85 && pictures[0]!.dts > last.dts)
  assert.notEqual(pictures[0]!.track, video)
  assert.ok(pictures.slice(1).every(({ dts }, i) => dts > pictures[i]!.dts && dts - pictures[i]!.dts < 3300))
  assert.ok(shown.some(({ track }) => track === audio))
})

test('a slate of another size is not shown, and the reason is told; the last picture is', async () => {
  const { slate, loaded, file, slateFrames } = makeStage()
  const wait = loaded()
  slate.set({ key: 'k', file: file(makeLoopFile(16, 0, makeVideoTrack('128x64'))) })
  await wait
  assert.equal(slate.actual().slate?.state, 'misfit')
  assert.match(slate.actual().slate?.problem ?? '', /the programme is h264 64x64, the slate was created for h264 128x64/)
  assert.ok(slateFrames(1000).filter(({ track }) => track === video).length > 1)
})

test('a slate that is gone or broken fails with its reason, and one that is taken off leaves the last picture', async () => {
  const { slate, loaded, file, slateFrames } = makeStage()
  for (const [path, problem] of [
    [join(folder, 'gone.flv'), /can't be read \(ENOENT\)/],
    [file(new Uint8Array(100).fill(3)), /does not start with "FLV"/],
    [file(new Uint8Array(0)), /has no video/],
  ] as const) {
    const wait = loaded()
    slate.set({ key: path, file: path })
    await wait
    assert.equal(slate.actual().slate?.state, 'failed')
    assert.match(slate.actual().slate?.problem ?? '', problem)
  }
  slate.set(undefined)
  assert.deepEqual(slate.actual(), {})
  assert.ok(slateFrames(1000).some(({ track }) => track === video))
})
