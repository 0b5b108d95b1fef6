import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BroadcastFigures, type ChannelSpec } from '@sluice/contract/link'
import { makeStage, toOutput } from './testing/channel-stage.ts'

const ended = (no: number): Pick<ChannelSpec, 'ended'> => ({ ended: { no, by: 'Ann' } })
const slate = { source: { lock: 'auto' as const, triggerMs: 2500, holdMs: 30_000, slateMs: 120_000 } }

/** The spec as it is once the end is taken away. */
function clear({ spec, channel }: ReturnType<typeof makeStage>): void {
  const { ended: _, ...rest } = spec()
  channel.setSpec(rest)
}

/** A show with two live outputs. */
function onAir(given: Partial<ChannelSpec> = {}) {
  const stage = makeStage({ outputs: [toOutput('a'), toOutput('b')], ...slate, ...given })
  const publisher = stage.publish()
  stage.run(1000)
  for (const dial of stage.dials) dial.accept()
  stage.run(10_000)
  stage.events.length = 0
  return { ...stage, publisher }
}
const severities = (stage: { events: readonly { severity: string }[] }): string[] => [
  ...new Set(stage.events.map(({ severity }) => severity)),
]

test('the end of a show closes every output in good order: no slate, no retry, nothing but information', () => {
  const stage = onAir()
  stage.setSpec(ended(1))
  assert.deepEqual([stage.dials.map(({ isClosed }) => isClosed), stage.channel.source], [[true, true], 'none'])
  stage.run(300_000)
  assert.deepEqual([stage.dials.length, stage.output('a')!.state, stage.output('a')!.reason], [2, 'idle', null])
  assert.deepEqual(severities(stage), ['info'])
  assert.deepEqual(stage.told(), ['broadcast.ended', 'source.switched', 'channel.idle'])
  const over = stage.events[0]!
  assert.match(over.message, /^Ann ended the show after under a minute: publish success 100\.00 %/)
  const figures = BroadcastFigures.parse(over.data)
  assert.deepEqual(
    [figures.endedBy, figures.by, figures.outputs.map(({ share }) => share)],
    ['operator', 'Ann', [1, 1]],
    'taken before they close',
  )
  assert.equal(stage.channel.actual().inputs[0]!.state, 'receiving', 'the encoder is not disconnected')
})

test('an encoder that stops after the end is information, and its next start is a new broadcast', () => {
  const stage = onAir()
  stage.setSpec(ended(1))
  stage.publisher.end()
  stage.run(5000)
  assert.deepEqual(severities(stage), ['info'])
  stage.publish()
  stage.run(2000)
  assert.deepEqual([stage.dials.length, stage.channel.source, stage.channel.actual().resumedNo], [4, 'primary', 1])
  assert.ok(stage.told().includes('broadcast.started'))
  // Control hears of it and takes the mark away: nothing changes by that.
  clear(stage)
  stage.run(1000)
  assert.deepEqual([stage.dials.length, stage.channel.actual().resumedNo], [4, undefined])
})

test('an encoder that is cut after the end and calls again does not put the show back on the air', () => {
  const stage = onAir()
  stage.setSpec(ended(1))
  stage.publisher.end('the connection was reset')
  stage.run(60_000)
  const again = stage.publish()
  stage.run(2000)
  assert.deepEqual([stage.dials.length, stage.channel.source], [2, 'none'])
  again.end('the connection was reset')
  stage.run(301_000)
  stage.publish()
  stage.run(2000)
  assert.deepEqual([stage.dials.length, stage.channel.source], [4, 'primary'], 'after five minutes it is somebody who starts it')
})

test('an engine that starts with an ended show keeps it ended while encoders reconnect', () => {
  const stage = makeStage({ outputs: [toOutput('a')], ...slate, ...ended(7) })
  stage.publish()
  stage.run(10_000)
  assert.deepEqual([stage.dials.length, stage.channel.source, stage.channel.actual().inputs[0]!.state], [0, 'none', 'receiving'])
  clear(stage)
  stage.run(1000)
  assert.deepEqual([stage.dials.length, stage.channel.source], [1, 'primary'], 'who reopens it is obeyed at once')
})

test('the end of a show ends a slate that is on, and a wait for an input without one', () => {
  const withSlate = onAir()
  withSlate.publisher.end('the connection was reset')
  withSlate.run(3000)
  assert.equal(withSlate.channel.source, 'slate')
  withSlate.setSpec(ended(1))
  withSlate.run(1000)
  assert.deepEqual([withSlate.channel.source, withSlate.dials.map(({ isClosed }) => isClosed)], ['none', [true, true]])
  assert.equal(withSlate.told().filter((name) => name === 'broadcast.ended').length, 1)

  const without = onAir({ source: { ...slate.source, slateMs: 0 } })
  without.publisher.end('the connection was reset')
  without.run(3000)
  assert.deepEqual([without.channel.source, without.dials.map(({ isClosed }) => isClosed)], ['none', [false, false]])
  without.setSpec(ended(1))
  assert.deepEqual(
    without.dials.map(({ isClosed }) => isClosed),
    [true, true],
  )
  assert.equal(without.told().filter((name) => name === 'broadcast.ended').length, 1)
})

test('the end of a show reaches an output that is connecting, one that waits to retry, and one on its way to another place', () => {
  const stage = onAir({ outputs: [toOutput('a'), toOutput('b'), toOutput('c')] })
  stage.dials[0]!.fail('tcp')
  stage.setSpec({
    outputs: [toOutput('a'), toOutput('b', { streamKey: 'next', url: 'rtmp://there/app2' }), toOutput('c', { generation: 9 })],
  })
  stage.run(40)
  stage.setSpec(ended(1))
  assert.ok(
    stage.dials.every(({ isClosed }, i) => i === 0 || isClosed),
    'a failed one was gone already',
  )
  const dials = stage.dials.length
  stage.run(60_000)
  assert.equal(stage.dials.length, dials)
  assert.deepEqual(
    ['a', 'b', 'c'].map((id) => stage.output(id)!.state),
    ['idle', 'idle', 'idle'],
  )
})

test('an encoder that stops by its own word leaves slate as a warning, a cut as an error', () => {
  for (const [problem, severity, cause] of [
    [null, 'warning', 'stopped'],
    ['the connection was reset', 'error', 'closed'],
  ] as const) {
    const stage = onAir()
    stage.publisher.end(problem)
    stage.run(1000)
    const change = stage.events.find(({ name }) => name === 'source.switched')!
    assert.deepEqual([change.severity, (change.data as { to: string; cause: string }).to], [severity, 'slate'])
    assert.equal((change.data as { cause: string }).cause, cause)
  }
})

test('an output that a guardrail disabled is re-armed by the next broadcast, one that a person stopped is not', () => {
  const autoDisable = { failures: 1, windowMs: 60_000 }
  const stage = onAir({ outputs: [toOutput('a', { autoDisable, name: 'Partner' }), toOutput('b')] })
  stage.dials[0]!.fail('tcp')
  stage.setSpec({ outputs: [toOutput('a', { autoDisable, name: 'Partner' }), toOutput('b', { desired: 'stopped' })] })
  stage.run(60_000)
  assert.deepEqual([stage.output('a')!.state, stage.output('b')!.state], ['disabled', 'stopped'], 'not within its broadcast')
  stage.setSpec(ended(1))
  stage.publisher.end()
  stage.run(1000)
  assert.equal(stage.output('a')!.state, 'disabled')
  stage.publish()
  stage.run(1000)
  assert.deepEqual([stage.output('a')!.state, stage.output('b')!.state], ['connecting', 'stopped'])
  const begun = stage.events.find(({ name }) => name === 'broadcast.started')!
  assert.match(begun.message, /Re-armed after a guardrail had disabled it: Partner$/)
  assert.ok(stage.told().includes('output.rearmed a'))
})

test('a slate that is held keeps the outputs that show it open for longer, and tells until when', () => {
  const stage = onAir({
    outputs: [toOutput('a', { keepSessionMs: 20_000 }), toOutput('b', { keepSessionMs: 60_000 })],
    source: { ...slate.source, slateMs: 60_000 },
  })
  assert.equal(stage.channel.actual().slateEndsAt, undefined)
  stage.publisher.end('the connection was reset')
  stage.run(25_000)
  assert.deepEqual([stage.output('a')!.state, stage.output('b')!.state], ['idle', 'live'])
  const [endsAt, closesAt] = [stage.channel.actual().slateEndsAt!, stage.output('b')!.closesAt!]
  stage.channel.command({ do: 'hold-slate', forMs: 300_000 })
  assert.equal(Date.parse(stage.channel.actual().slateEndsAt!) - Date.parse(endsAt), 300_000)
  stage.run(1000)
  assert.equal(Date.parse(stage.output('b')!.closesAt!) - Date.parse(closesAt), 300_000)
  stage.run(300_000)
  assert.deepEqual([stage.channel.source, stage.output('a')!.state, stage.output('b')!.state], ['slate', 'idle', 'live'])
  stage.run(40_000)
  assert.deepEqual([stage.channel.source, stage.output('b')!.state, stage.output('b')!.closesAt], ['none', 'idle', undefined])
  stage.channel.command({ do: 'hold-slate', forMs: 300_000 })
  assert.equal(stage.channel.source, 'none', 'there is nothing to hold any more')
})
