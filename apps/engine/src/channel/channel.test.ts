import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BroadcastFigures, type ChannelSpec } from '@sluice/contract/link'
import { tsFormat } from '@sluice/media/output'
import { makeVideoTrack } from '@sluice/testkit/frames'

import { makeStage, toOutput } from './testing/channel-stage.ts'

test('a channel goes live with its publisher and takes its outputs along', () => {
  const { channel, publish, run, dials, told, output } = makeStage({ outputs: [toOutput('a')] })
  assert.equal(output('a')!.state, 'idle')
  publish()
  run(1000)
  dials[0]!.accept()
  run(400)
  const actual = channel.actual()
  assert.deepEqual([actual.state, actual.source, output('a')!.state], ['live', 'primary', 'live'])
  assert.deepEqual(told(), [
    'input.connected show-primary',
    'broadcast.started',
    'source.switched',
    'channel.live',
    'output.connecting a',
    'output.live a',
  ])
  const input = actual.inputs[0]!
  assert.deepEqual(
    [input.state, input.onAir, input.encoder, input.video?.width, input.audio?.sampleRate],
    ['receiving', true, 'OBS 30', 64, 48_000],
  )
})

test('outputs are added, changed and removed while the others keep their connections [OUT-15]', () => {
  const { publish, run, dials, setSpec, output } = makeStage({ outputs: [toOutput('a'), toOutput('b')] })
  publish()
  run(1000)
  for (const dial of dials) dial.accept()
  setSpec({ outputs: [toOutput('a'), toOutput('b', { streamKey: 'new' }), toOutput('c')] })
  assert.deepEqual(
    dials.map(({ target, isClosed }) => `${target.streamKey} ${isClosed ? 'closed' : 'open'}`),
    ['key-of-a open', 'key-of-b closed', 'new open', 'key-of-c open'],
  )
  setSpec({ outputs: [toOutput('a')] })
  assert.deepEqual(
    dials.map(({ isClosed }) => isClosed),
    [false, true, true, true],
  )
  assert.equal(output('c'), undefined)
})

test('a spec that says the same again changes nothing', () => {
  const { publish, run, dials, setSpec } = makeStage({ outputs: [toOutput('a')] })
  const { closedBy } = publish()
  run(1000)
  dials[0]!.accept()
  setSpec({})
  assert.deepEqual([dials.length, dials[0]!.isClosed, closedBy], [1, false, []])
})

test('a raised generation starts an output afresh, once; a lower one and the same do nothing', () => {
  const { publish, run, dials, setSpec, output } = makeStage({ outputs: [toOutput('a', { generation: 3 })] })
  publish()
  run(1000)
  dials[0]!.fail('auth')
  assert.equal(output('a')!.state, 'failed')
  setSpec({ outputs: [toOutput('a', { generation: 3 })] })
  assert.equal(dials.length, 1)
  setSpec({ outputs: [toOutput('a', { generation: 4 })] })
  assert.equal(dials.length, 2)
  setSpec({ outputs: [toOutput('a', { generation: 5, url: 'rtmp://other/app' })] })
  assert.equal(dials.length, 3, 'a new place and a new generation are one start')
})

test('an output that is stopped and retargeted at once does not knock at the new place; started again it knocks once', () => {
  const { publish, run, dials, setSpec, output } = makeStage({ outputs: [toOutput('a')] })
  publish()
  run(1000)
  dials[0]!.accept()
  setSpec({ outputs: [toOutput('a', { desired: 'stopped', url: 'rtmp://other/app' })] })
  assert.deepEqual([dials.length, output('a')!.state], [1, 'stopped'])
  setSpec({ outputs: [toOutput('a', { desired: 'running', generation: 1, url: 'rtmp://other/app' })] })
  assert.deepEqual([dials.length, dials[1]!.target.url], [2, 'rtmp://other/app'])
})

test('a publisher that returns within 20 s finds the outputs connected as they were', () => {
  const { publish, run, dials, output } = makeStage({ outputs: [toOutput('a')] })
  const first = publish()
  run(1000)
  const connection = dials[0]!.accept()
  run(400)
  first.end('the connection broke')
  run(19_000)
  assert.equal(output('a')!.state, 'live')
  const before = connection.written.length
  publish()
  run(1000)
  assert.ok(connection.written.length > before)
  assert.deepEqual([dials.length, dials[0]!.isClosed], [1, false])
})

test('without a source outputs hold their session as long as their class says, and then rest', () => {
  const { publish, run, dials, output, told } = makeStage({
    outputs: [toOutput('short', { keepSessionMs: 5000 }), toOutput('long', { keepSessionMs: 60_000 })],
  })
  const publisher = publish()
  run(1000)
  for (const dial of dials) dial.accept()
  run(400)
  publisher.end()
  run(6100)
  assert.deepEqual([output('short')!.state, output('long')!.state], ['idle', 'live'])
  assert.ok(told().includes('channel.idle'))
})

test('the last moments of a show are served at once, and a minute after it is over nothing is', () => {
  const { channel, publish, run, playback } = makeStage()
  const publisher = publish()
  run(2640)
  const segments = (): number =>
    Buffer.concat(playback.hls.file('media.m3u8')?.body ?? [])
      .toString()
      .match(/#EXTINF/g)?.length ?? 0
  assert.equal(segments(), 1)
  publisher.end()
  assert.equal(segments(), 2)
  run(62_000)
  assert.match(Buffer.concat(playback.hls.file('media.m3u8')?.body ?? []).toString(), /#EXT-X-ENDLIST/)
  assert.equal(channel.actual().hlsReady, false)
  run(62_000)
  assert.equal(playback.hls.file('media.m3u8'), null)
})

test('changed playback settings take effect, and the media sequence does not go back', () => {
  const { publish, run, setSpec, playback } = makeStage()
  publish()
  run(9000)
  const playlist = (): string => Buffer.concat(playback.hls.file('media.m3u8')?.body ?? []).toString()
  const sequence = (): number => Number(/MEDIA-SEQUENCE:(\d+)/.exec(playlist())![1])
  const before = sequence()
  setSpec({ hls: { segmentMs: 1000, windowSegments: 3 } })
  run(5000)
  assert.match(playlist(), /#EXTINF:1\.000/)
  assert.ok(sequence() > before)
})

test('a changed stream key, a switched off input and a removed one end the session that came by them', () => {
  const ends: [string, (spec: ChannelSpec) => Partial<ChannelSpec>][] = [
    ['the stream key was changed', ({ inputs }) => ({ inputs: inputs.map((one) => ({ ...one, keyHash: `${one.keyHash}x` })) })],
    ['the input was disabled', ({ inputs }) => ({ inputs: inputs.map((one) => ({ ...one, enabled: false })) })],
    ['the input was removed', () => ({ inputs: [] })],
  ]
  for (const [message, change] of ends) {
    const stage = makeStage()
    const { closedBy } = stage.publish()
    stage.run(1000)
    stage.setSpec(change(stage.spec()))
    assert.deepEqual(closedBy, [message])
    assert.equal(stage.channel.actual().state, 'idle')
  }
})

test('a session gives way when it has been silent for 3 s, not sooner', () => {
  const { publish, run, clock } = makeStage()
  const { input, closedBy } = publish()
  run(1000)
  clock.advance(2900)
  assert.equal(input.giveWay(), false)
  clock.advance(200)
  assert.equal(input.giveWay(), true)
  assert.deepEqual(closedBy, ['it had gone silent, and the encoder reconnected'])
  assert.equal(input.giveWay(), true)
})

test('a session without any media gives way 3 s after it was opened', () => {
  const { publish, clock } = makeStage()
  const { input } = publish()
  clock.advance(2999)
  assert.equal(input.giveWay(), false)
  clock.advance(1)
  assert.equal(input.giveWay(), true)
})

test('an encoder that changes with every frame does not flood the timeline', () => {
  const { publish, run, tracks, told, channel } = makeStage()
  publish()
  run(1000)
  for (let i = 0; i < 100; i++) {
    tracks.video = makeVideoTrack(i % 2 === 0 ? '128x64' : '64x64')
    run(40)
  }
  const changes = told().filter((name) => name.startsWith('input.changed')).length
  assert.ok(changes >= 3 && changes <= 5, `${changes}`)
  assert.equal(channel.actual().state, 'live')
})

test('a row of like failures is told at 1, 2, 4 and 8', () => {
  const { publish, run, dials, told } = makeStage({ outputs: [toOutput('a')] })
  publish()
  run(1000)
  for (let i = 0; i < 10; i++) {
    dials.at(-1)!.fail('tcp')
    run(1200)
  }
  assert.equal(told().filter((name) => name === 'output.backoff a').length, 4)
})

test('the backup takes over while outputs and players stay [FAI-10]', () => {
  const { channel, publish, run, dials, output } = makeStage({ outputs: [toOutput('a')] })
  const primary = publish('primary')
  publish('backup')
  run(2000)
  dials[0]!.accept()
  run(400)
  primary.end('the connection broke')
  run(400)
  assert.deepEqual([channel.actual().source, output('a')!.state, dials.length], ['backup', 'live', 1])
})

test('stats have rates for open inputs and for outputs, and no playback before there is any', () => {
  const { channel, publish, run, dials, clock } = makeStage({ outputs: [toOutput('a')] })
  assert.deepEqual(channel.stats(0), {
    channelId: 'show',
    inputs: [],
    outputs: channel.stats(0).outputs,
    playback: null,
  })
  publish()
  run(1000)
  dials[0]!.accept()
  run(2000)
  const { inputs, outputs, playback } = channel.stats(clock.nowMs())
  assert.equal(inputs[0]!.fps, 25)
  assert.ok(outputs[0]!.bitrateBps > 0 && outputs[0]!.sessionMs > 0)
  assert.equal(playback!.segmentsTotal, 1)
})

test('a closed channel ends publishers, outputs and players, and leaves no timer', () => {
  const { channel, publish, run, dials, clock, players } = makeStage({ outputs: [toOutput('a'), toOutput('b')] })
  const { closedBy } = publish()
  run(1000)
  dials[0]!.accept()
  dials[1]!.fail('tcp')
  const heard: string[] = []
  const sink = { write() {}, queuedBytes: 0 }
  const viewer = { sink, wireKey: 'ts', makeFormat: tsFormat, onEnd() {}, close: (message: string) => void heard.push(message) }
  players.feed(viewer, channel.spec.inputs[0]!.keyHash)
  channel.close('the channel was removed')
  assert.deepEqual([closedBy, heard], [['the channel was removed'], ['the channel was removed']])
  assert.equal(dials[0]!.isClosed, true)
  assert.equal(clock.pendingTimers, 0)
})

test('publish success counts from the first media to the end of the show, and the end is told with the figures [OUT-09]', () => {
  const { clock, channel, publish, run, dials, events, setSpec } = makeStage({ outputs: [toOutput('a'), toOutput('b')] })
  assert.equal(channel.stats(clock.nowMs()).broadcast, undefined)
  clock.advance(60_000)
  const publisher = publish()
  run(2000)
  dials[0]!.accept()
  run(8000)
  const { broadcast, outputs } = channel.stats(clock.nowMs())
  const [a, b] = outputs.map((output) => output.publish!)
  assert.equal(a!.share, 1, 'the first connect is left out')
  assert.deepEqual([b!.liveMs, b!.share], [0, 0])
  assert.equal(broadcast!.wantedMs, a!.wantedMs + b!.wantedMs)
  setSpec({ outputs: [toOutput('a'), toOutput('b', { desired: 'stopped' })] })
  run(4000)
  assert.equal(channel.stats(clock.nowMs()).outputs[1]!.publish!.wantedMs, b!.wantedMs, 'a stopped output is not wanted')
  publisher.end()
  clock.advance(59_000)
  assert.equal(
    events.some(({ name }) => name === 'broadcast.ended'),
    false,
  )
  clock.advance(3000)
  const ended = events.filter((event) => event.name === 'broadcast.ended')
  assert.equal(ended.length, 1)
  assert.deepEqual([ended[0]!.severity, ended[0]!.data.isAimMet], ['warning', false])
  const told = BroadcastFigures.parse(ended[0]!.data)
  assert.deepEqual(
    told.outputs.map(({ outputId, isAimMet }) => [outputId, isAimMet]),
    [
      ['a', true],
      ['b', false],
    ],
    'each output is told with its own figures',
  )
  assert.doesNotMatch(ended[0]!.message, /met by every output/)
  const after = channel.stats(clock.nowMs())
  assert.ok(after.broadcast!.endedAt !== null)
  clock.advance(600_000)
  assert.deepEqual(channel.stats(clock.nowMs()).broadcast, after.broadcast)
  publish()
  run(1000)
  assert.equal(channel.stats(clock.nowMs()).broadcast!.endedAt, null)
  assert.ok(channel.stats(clock.nowMs()).broadcast!.wantedMs <= 1000)
})

test('a channel that is removed in mid-broadcast ends the broadcast by the figures of before its outputs are torn down', () => {
  const { channel, publish, run, dials, events } = makeStage({ outputs: [toOutput('a')] })
  publish()
  run(400)
  dials[0]!.accept()
  run(8000)
  channel.close('the channel was removed')
  const ended = events.filter((event) => event.name === 'broadcast.ended')
  assert.equal(ended.length, 1)
  const figures = BroadcastFigures.parse(ended[0]!.data)
  assert.equal(figures.outputs.length, 1)
  assert.ok(figures.outputs[0]!.wantedMs > 7000)
})

test('nothing is claimed of outputs where none ran', () => {
  const { channel, publish, run, events } = makeStage({ outputs: [] })
  publish()
  run(4000)
  channel.close('the channel was removed')
  const ended = events.find(({ name }) => name === 'broadcast.ended')
  assert.match(ended!.message, /^The broadcast is over after under a minute. No output ran$/)
})
