import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Subscriber } from './subscriber.ts'

const place = {
  host: 'h',
  origin: 'http://h',
  mediaOrigin: 'http://h:1',
  ports: { http: 1, mediaHttp: 1, rtmp: 1, rtmps: null, srt: null },
}

function slow() {
  const written: string[] = []
  const cuts: string[] = []
  let bufferedBytes = 0
  const subscriber = new Subscriber({
    actorId: 'a',
    workspaceId: 'w',
    channelId: null,
    sees: { events: true, channels: true, outputs: true },
    audience: { place, canReadKeys: false },
    write: (text) => written.push(text),
    bufferedBytes: () => bufferedBytes,
    cut: (reason) => cuts.push(reason),
  })
  const stall = (bytes: number): void => {
    bufferedBytes = bytes
  }
  return { subscriber, written, cuts, stall }
}
const textOf = (kind: string, id: string): string => `${kind} ${id};`
const figuresOf = (id: string): string => `figures ${id};`

test('nothing is written before the missed events were sent, and none of those twice', () => {
  const { subscriber, written } = slow()
  subscriber.queue('seven;', 7)
  subscriber.queue('eight;', 8)
  assert.equal(subscriber.flush(0, textOf), 'behind')
  subscriber.resume(7)
  assert.equal(subscriber.flush(0, textOf), 'written')
  assert.deepEqual(written, ['eight;'])
})

test('a client that does not read is told the last state once when it reads again, however often it changed', () => {
  const { subscriber, written, stall } = slow()
  subscriber.resume(0)
  stall(1_000_000)
  for (let i = 0; i < 100; i++) {
    subscriber.figuresChanged('c')
    subscriber.channelChanged('c')
    assert.equal(subscriber.flush(i, textOf), 'behind')
    assert.equal(subscriber.writeFigures(i, ['c'], figuresOf), false)
  }
  stall(0)
  assert.equal(subscriber.flush(200, textOf), 'written')
  assert.deepEqual([...subscriber.figures], ['c'])
  assert.equal(subscriber.writeFigures(200, ['c'], figuresOf), true)
  assert.deepEqual(written, ['channel c;', 'figures c;'])
  assert.equal(subscriber.owesFigures, false)
})

test('a client that does not read is cut after 20 s, or when too many events wait for it', () => {
  const idle = slow()
  idle.subscriber.resume(0)
  idle.stall(1_000_000)
  assert.equal(idle.subscriber.flush(0, textOf), 'behind')
  assert.equal(idle.subscriber.flush(20_001, textOf), 'cut')
  assert.deepEqual(idle.cuts, ['the client does not read'])
  const busy = slow()
  busy.subscriber.resume(0)
  busy.stall(1_000_000)
  for (let i = 0; i < 5001; i++) busy.subscriber.queue('x')
  assert.equal(busy.subscriber.flush(1, textOf), 'cut')
})

test('that figures hold is said after those that changed, and once an engine', () => {
  const { subscriber, written } = slow()
  subscriber.resume(0)
  for (const id of ['a', 'b']) subscriber.figuresChanged(id)
  subscriber.figuresHold('engine-1', '2026-01-01T00:00:01.000Z')
  subscriber.figuresHold('engine-1', '2026-01-01T00:00:02.000Z')
  subscriber.writeFigures(0, ['a'], figuresOf)
  assert.deepEqual(written, ['figures a;'])
  subscriber.writeFigures(0, ['b'], figuresOf)
  assert.equal(
    written[1],
    'figures b;event: unchanged\ndata: {"type":"unchanged","engineId":"engine-1","at":"2026-01-01T00:00:02.000Z"}\n\n',
  )
})

test('a present state of hundreds of channels is written in parts, and an event goes before what is left of it', () => {
  const { subscriber, written } = slow()
  subscriber.resume(0)
  for (let i = 0; i < 150; i++) {
    subscriber.channelChanged(`c${i}`)
    subscriber.outputChanged(`o${i}`, `c${i}`)
  }
  subscriber.flush(0, textOf)
  assert.equal(written[0]?.match(/;/g)?.length, 100)
  subscriber.queue('event;')
  subscriber.flush(0, textOf)
  assert.match(written[1] ?? '', /^event;channel c100;/)
  while (subscriber.hasMore) subscriber.flush(0, textOf)
  assert.equal(written.join('').match(/output o\d+;/g)?.length, 150)
})
