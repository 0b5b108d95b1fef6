import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoTrack } from '@sluice/codecs/frame'
import type { RungSpec } from '@sluice/contract/link'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import type { ChannelInput } from '../inputs/index.ts'
import { lowRung, makeLadderStage, timesOf } from './testing/ladder-stage.ts'

const size = { width: 128, height: 64 }
const fromInput = (otherwise: 'encode' | 'source', change: Partial<RungSpec> = {}): RungSpec => ({
  ...lowRung,
  video: { ...lowRung.video!, ...size },
  audio: null,
  from: { inputTrack: 1, otherwise },
  ...change,
})

/** A channel whose primary sends a second encoding of its picture as track 1, as long as `doing.sends`. */
function makeRenditionStage(rung: RungSpec) {
  const stage = makeLadderStage({}, [rung])
  const rendition: VideoTrack = { ...makeVideoTrack('128x64'), ...size, id: 1 }
  const doing = { sends: true, stalls: false }
  let frame = 0
  const open = (input: ChannelInput) =>
    input.open({ facts: { protocol: 'rtmp', remoteAddress: null, encoder: 'OBS 32', hasRenditions: true }, close() {} })
  let port: ReturnType<typeof open> | null = null
  const publish = () => {
    port = open(stage.channel.inputByKey(stage.channel.spec.inputs[0]!.keyHash)!)
  }
  const run = (ms: number): void => {
    for (let at = 0; at < ms; at += 40) {
      if (doing.stalls) {
        stage.run(40)
        continue
      }
      const options = { isKey: frame % 25 === 0 }
      port?.putFrame(makeFrame(stage.tracks.video, frame * 40, options))
      if (doing.sends) port?.putFrame(makeFrame(rendition, frame * 40, options))
      port?.putFrame(makeFrame(stage.tracks.audio, frame * 40))
      port?.flush()
      frame++
      stage.run(40)
    }
  }
  const end = (): void => {
    port?.close(null)
    port = null
  }
  return { ...stage, doing, publish, publishBackup: () => stage.publish('backup'), run, end }
}

test('a rung from a track of the input needs no encoder: the encoder’s own pictures leave, and no child is started [TRN-01]', () => {
  const stage = makeRenditionStage(fromInput('encode'))
  stage.publish()
  stage.run(1400)
  const low = stage.dialOf('kx').accept()
  stage.run(2000)
  assert.equal(stage.all.length, 0)
  assert.deepEqual([stage.rung()?.state, stage.rung()?.inputTrack], ['running', 1])
  const bus = stage.channel.rungs.get('low')!.bus
  assert.deepEqual(
    bus.tracks.map(({ kind, id }) => [kind, id]),
    [
      ['video', 0],
      ['audio', 0],
    ],
  )
  const times = timesOf(low, 'video')
  assert.ok(times.length > 45 && times.every((time, i) => i === 0 || time > times[i - 1]!), String(times))
})

test('outputs of the source, its GOP and its health know nothing of the further encodings', () => {
  const stage = makeRenditionStage(fromInput('encode'))
  stage.publish()
  stage.run(1400)
  const passed = stage.dialOf('k').accept()
  stage.run(2000)
  const { bus } = stage.channel.programme
  assert.deepEqual(
    bus.tracks.map(({ kind, id }) => [kind, id]),
    [
      ['video', 0],
      ['audio', 0],
    ],
  )
  assert.ok(bus.gop.every(({ track }) => track.id === 0))
  const times = timesOf(passed, 'video')
  assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]!))
  const input = stage.channel.actual().inputs[0]!
  assert.deepEqual([input.video?.width, input.otherTracks.length], [stage.tracks.video.width, 1])
  const figures = stage.channel.stats(stage.clock.nowMs()).inputs[0]!.renditions
  assert.deepEqual(
    figures?.map(({ track, width, height, gopMs }) => ({ track, width, height, gopMs })),
    [{ track: 1, ...size, gopMs: 1000 }],
  )
})

test('when the track ends the child encodes the rung, and when it is back for 5 s the rung returns to it at a key frame', () => {
  const stage = makeRenditionStage(fromInput('encode'))
  stage.publish()
  stage.run(3000)
  stage.dialOf('kx').accept()
  stage.doing.sends = false
  stage.run(2400)
  assert.equal(stage.all.length, 1)
  stage.ready()
  stage.run(2000)
  assert.deepEqual([stage.rung()?.state, stage.rung()?.inputTrack], ['running', undefined])
  assert.deepEqual(
    stage.specOf(stage.all[0]!)?.rungs.map(({ rung }) => rung.video?.height),
    [size.height],
  )
  stage.doing.sends = true
  stage.run(4000)
  assert.equal(stage.rung()?.inputTrack, undefined)
  stage.run(3000)
  assert.deepEqual([stage.rung()?.state, stage.rung()?.inputTrack], ['running', 1])
})

test('at a failover to an input without the track the rung is encoded at once, or is the source with its reason', () => {
  for (const otherwise of ['encode', 'source'] as const) {
    const stage = makeRenditionStage(fromInput(otherwise))
    stage.publish()
    stage.run(3000)
    const low = stage.dialOf('kx').accept()
    stage.publishBackup()
    stage.run(2000)
    stage.end()
    stage.run(3000)
    assert.equal(stage.channel.programme.source, 'backup')
    if (otherwise === 'encode') assert.equal(stage.all.length, 1)
    else {
      assert.equal(stage.all.length, 0)
      assert.deepEqual([stage.rung()?.state, stage.rung()?.reason?.code], ['reduced', 'INPUT_TRACK_GONE'])
      const times = timesOf(low, 'video')
      assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]!))
    }
  }
})

test('an encoder that stalls as a whole keeps its track: nothing is encoded in place of it', () => {
  const stage = makeRenditionStage(fromInput('encode'))
  stage.publish()
  stage.run(3000)
  stage.doing.stalls = true
  stage.run(1600)
  stage.doing.stalls = false
  stage.run(1000)
  assert.deepEqual([stage.rung()?.inputTrack, stage.all.length], [1, 0])
})
