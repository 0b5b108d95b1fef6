import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProgrammeBus } from '@sluice/media/bus'
import { FanOutSet, tsFormat } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { Players, type Viewer } from './players.ts'

const video = makeVideoTrack()

function makeViewer(): { viewer: Viewer; closes: string[]; bytes: () => number; end: () => void } {
  const closes: string[] = []
  let bytes = 0
  let end = (): void => {}
  const sink = {
    write(wire: Uint8Array) {
      bytes += wire.length
    },
    queuedBytes: 0,
  }
  const viewer: Viewer = {
    sink,
    wireKey: 'ts',
    makeFormat: tsFormat,
    onEnd: (run) => {
      end = run
    },
    close(message) {
      closes.push(message)
      end()
    },
  }
  return { viewer, closes, bytes: () => bytes, end: () => end() }
}

function makePlayers() {
  const bus = new ProgrammeBus()
  const fanOuts = new FanOutSet(bus, new FakeClock())
  const players = new Players(fanOuts)
  const setKeys = (...playTokenHashes: string[]): void => players.setSpec({ playTokenHashes, inputs: [] })
  setKeys('a', 'b')
  const send = (): void => {
    bus.putFrame(makeFrame(video, 0, { isKey: true }))
    bus.flush()
  }
  return { players, setKeys, send }
}

test('a viewer gets media until its connection ends', () => {
  const { players, send } = makePlayers()
  const one = makeViewer()
  players.feed(one.viewer, 'a')
  send()
  assert.ok(one.bytes() > 0)
  one.end()
  const before = one.bytes()
  send()
  assert.deepEqual([one.bytes(), players.count], [before, 0])
})

test('a key that is replaced ends the viewers that came by it, and no others', () => {
  const { players, setKeys } = makePlayers()
  const [one, other] = [makeViewer(), makeViewer()]
  players.feed(one.viewer, 'a')
  players.feed(other.viewer, 'b')
  setKeys('b')
  assert.deepEqual([one.closes.length, other.closes.length, players.count], [1, 0, 1])
})

test('a viewer whose connection stands only after its key was replaced, or its channel removed, is ended at once and gets nothing', () => {
  const { players, setKeys, send } = makePlayers()
  const [late, later] = [makeViewer(), makeViewer()]
  setKeys('b')
  players.feed(late.viewer, 'a')
  players.close('the channel was removed')
  players.feed(later.viewer, 'b')
  send()
  assert.deepEqual([late.closes.length, later.closes, players.count], [1, ['the channel was removed'], 0])
  assert.equal(late.bytes() + later.bytes(), 0)
})

test('a channel that closes ends all its viewers with the reason', () => {
  const { players } = makePlayers()
  const viewers = [makeViewer(), makeViewer()]
  for (const { viewer } of viewers) players.feed(viewer, 'a')
  players.close('the engine ends')
  assert.deepEqual(
    viewers.map(({ closes }) => closes),
    [['the engine ends'], ['the engine ends']],
  )
})

test('a viewer that cannot be written to is ended at the next tick, and the others go on', () => {
  const { players, send } = makePlayers()
  const [dead, healthy] = [makeViewer(), makeViewer()]
  const sink = {
    write() {
      throw new Error('broken')
    },
    queuedBytes: 0,
  }
  players.feed({ ...dead.viewer, sink }, 'a')
  players.feed(healthy.viewer, 'b')
  send()
  players.tick()
  assert.deepEqual([dead.closes.length, healthy.closes.length], [1, 0])
  assert.ok(healthy.bytes() > 0)
})
