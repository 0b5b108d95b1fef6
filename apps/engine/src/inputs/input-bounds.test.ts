import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import type { EventDraft } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import { openChannel } from '../open-channel.ts'
import type { InputPort } from './channel-input.ts'

const video = makeVideoTrack()
/** 400 kB, one buffer for all. */
const picture80 = makeFrame(video, 0, { byteCount: 400_000 })

function makeStage(inputMaxMbps = 8) {
  const clock = new FakeClock()
  const events: EventDraft[] = []
  const faults: unknown[] = []
  const log = { ...silentLogger, error: (fields: unknown) => faults.push(fields), child: () => log }
  const spec = makeChannelSpec({ channelId: 'c', key: 'p', backupKey: 'b' })
  const { channel } = openChannel(spec, {
    clock,
    log,
    random: () => 0.5,
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    openTransport: fakeTransport(clock).open,
    inputMaxMbps,
    onEvent: (draft) => events.push(draft),
    onActual() {},
  })
  const closed: string[] = []
  const open = (index: number): InputPort => {
    const port = channel.inputByKey(spec.inputs[index]!.keyHash)!.open({
      facts: { protocol: 'rtmp', remoteAddress: '127.0.0.1', encoder: null },
      close: (message) => closed.push(message),
    })
    port.putTrack(video)
    return port
  }
  /** 25 fps for so long. */
  const feed = (port: InputPort, seconds: number, make: (i: number) => Frame): void => {
    for (let i = 0; i < seconds * 25; i++) {
      clock.advance(40)
      port.putFrame(make(i))
      port.flush()
    }
  }
  const picture = (i: number, byteCount = 1000): Frame => makeFrame(video, i * 40, { isKey: i % 50 === 0, byteCount })
  const notices = () => channel.actual().inputs[0]!.notices ?? []
  return { clock, channel, closed, events, faults, open, feed, picture, notices }
}

test('an input whose timestamps stand still says so, and its package stays a window', () => {
  const { open, feed, notices, channel } = makeStage()
  feed(open(0), 60, (i) => ({ ...makeFrame(video, 0, { isKey: i % 50 === 0, byteCount: 30_000 }) }))
  assert.ok(notices().some(({ code, media }) => code === 'time-stands-still' && media === 'video'))
  channel.close('done')
})

test('an input over its bitrate limit is told of, cut to it, and ended with the reason when it goes on', () => {
  const { open, feed, picture, notices, closed, channel, events } = makeStage()
  const port = open(0)
  feed(port, 17, (i) => picture(i, 100_000))
  assert.deepEqual(
    notices().map(({ code, subject }) => [code, subject]),
    [['over-bitrate-limit', 'limit 8 Mbps']],
  )
  assert.deepEqual(closed, [])
  feed(port, 30, (i) => picture(i, 100_000))
  assert.equal(closed.length, 1)
  assert.match(closed[0]!, /more than its limit 8 Mbps for 20 s/)
  assert.match(channel.actual().inputs[0]!.lastProblem ?? '', /limit 8 Mbps/)
  assert.ok(events.some(({ name, message }) => name === 'input.lost' && message.includes('limit 8 Mbps')))
  channel.close('done')
})

test('media that throws in the programme ends its own session with a reason, and the other input goes on', () => {
  const { open, feed, picture, closed, channel, faults } = makeStage()
  const primary = open(0)
  const backup = open(1)
  feed(primary, 2, picture)
  feed(backup, 2, picture)
  const poison = picture(0)
  Object.defineProperty(poison, 'bytes', {
    get() {
      throw new RangeError('Array buffer allocation failed')
    },
  })
  primary.putFrame(poison)
  assert.equal(closed.length, 1)
  assert.match(closed[0]!, /could not process its media/)
  assert.match(channel.actual().inputs[0]!.lastProblem ?? '', /could not process its media/)
  assert.equal(faults.length, 1)
  feed(backup, 2, picture)
  assert.equal(channel.programme.source, 'backup')
  channel.close('done')
})

test('a GOP above what is kept for those who join is named once with its count, and one within it is not', () => {
  const { open, feed, notices, channel } = makeStage(100)
  const { bytes } = picture80
  // 80 Mbit/s with a key frame each 2 s, then each 4 s.
  const every =
    (seconds: number) =>
    (i: number): Frame => ({ ...makeFrame(video, i * 40, { isKey: i % (seconds * 25) === 0 }), bytes })
  const port = open(0)
  feed(port, 8, every(2))
  assert.deepEqual(notices(), [])
  feed(port, 13, (i) => every(4)(i + 200))
  assert.deepEqual(
    notices().map(({ code, subject }) => [code, subject]),
    [['gop-too-large', 'above 32 MiB or 6600 frames']],
  )
  assert.equal(channel.source, 'primary')
  channel.close('done')
})
