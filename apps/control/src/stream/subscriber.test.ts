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
    subscriber.stats.add('c')
    subscriber.channels.add('c')
    assert.equal(subscriber.flush(i, textOf), 'behind')
  }
  stall(0)
  assert.equal(subscriber.flush(200, textOf), 'written')
  assert.deepEqual(written, ['channel c;stats c;'])
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
