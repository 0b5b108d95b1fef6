import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { planConnections } from '@sluice/base/admission'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { MediaConnections, mediaLimits } from './media-connections.ts'

/** A connection without a socket: what the limits look at. */
class StandIn extends PassThrough {
  remoteAddress: string
  takenBytes = 0
  reset(): void {
    this.destroy()
  }
  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }
}

/** Connections that the port takes in all. */
const seatsOf = (descriptors: number | null): number => planConnections(descriptors, { mediaHttp: 1 }).mediaHttp.connections

function makeStage(limits = { total: 6, perAddress: 4, staleBytes: 1000 }) {
  const clock = new FakeClock()
  const connections = new MediaConnections(clock, silentLogger, limits)
  const admit = (address = '203.0.113.1', isCounted = true) => {
    const connection = new StandIn(address)
    return { connection, isIn: connections.admit(connection, isCounted) }
  }
  const run = async (ms: number): Promise<void> => {
    for (let i = 0; i < ms; i += 500) {
      clock.advance(500)
      await Promise.resolve()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, connections, admit, run }
}
const nothing = { bytes: [], isStale: () => false }

test('a connection that asks nothing is ended 10 s after it was accepted, one that has been answered 30 s later', async () => {
  const { connections, admit, run } = makeStage()
  const silent = admit()
  const used = admit()
  connections.began(used.connection, nothing)
  connections.ended(used.connection)
  await run(9000)
  assert.equal(silent.connection.destroyed, false)
  await run(2500)
  assert.deepEqual([silent.connection.destroyed, used.connection.destroyed], [true, false])
  await run(20_500)
  assert.equal(used.connection.destroyed, true)
  assert.equal(connections.size, 0)
})

test('a reader that takes nothing is ended after 15 s, one that trickles after 60 s', async () => {
  const { connections, admit, run } = makeStage()
  const stuck = admit()
  const slow = admit()
  for (const { connection } of [stuck, slow]) connections.began(connection, nothing)
  const trickle = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      slow.connection.takenBytes++
      await run(1000)
    }
  }
  await trickle(14)
  assert.equal(stuck.connection.destroyed, false)
  await trickle(3)
  assert.deepEqual([stuck.connection.destroyed, slow.connection.destroyed], [true, false])
  await trickle(45)
  assert.equal(slow.connection.destroyed, true)
})

test('over its bound of one address, or of all, the one that is idle longest makes room; who is being answered stays', async () => {
  const { connections, admit, run } = makeStage()
  const first = admit()
  connections.began(first.connection, nothing)
  const others = [admit(), admit(), admit()]
  const fifth = admit()
  await run(0)
  assert.deepEqual(
    [fifth.isIn, first.connection.destroyed, others[0]!.connection.destroyed, others[1]!.connection.destroyed],
    [true, false, true, false],
  )
  for (const { connection } of [others[1]!, others[2]!, fifth]) connections.began(connection, nothing)
  assert.equal(admit().isIn, false, 'all four of the address are busy')
  assert.equal(admit('127.0.0.1', false).isIn, true, 'a proxy of ours is not one viewer')
  assert.equal(admit('2001:db8::1').isIn, true)
  assert.equal(admit('198.51.100.1').isIn, true, 'the idle one of them made room')
  await run(0)
  assert.ok(connections.size <= 6)
})

test('addresses of one /64 share a bound', () => {
  const { connections, admit } = makeStage({ total: 100, perAddress: 4, staleBytes: 0 })
  const mine = Array.from({ length: 4 }, (_, i) => admit(`2001:db8:1:2::${i}`))
  for (const { connection } of mine) connections.began(connection, nothing)
  assert.equal(admit('2001:db8:1:2:ffff::9').isIn, false)
  assert.equal(admit('2001:db8:1:3::9').isIn, true)
})

test('segments that only slow readers keep are given free beyond the bound, the oldest first', async () => {
  const { connections, admit, run } = makeStage()
  const send = (bytes: Uint8Array, isStale = true) => {
    const one = admit('127.0.0.1', false)
    connections.began(one.connection, { bytes: [bytes], isStale: () => isStale })
    return one
  }
  const shared = new Uint8Array(600)
  const old = [send(shared), send(shared)]
  await run(500)
  const young = [send(new Uint8Array(600)), send(new Uint8Array(600), false)]
  await run(1000)
  assert.deepEqual(
    [...old, ...young].map(({ connection }) => connection.destroyed),
    [true, true, false, false],
  )
})

test('viewers have fewer connections than the port has seats, and no address more than an eighth of them or sixteen', () => {
  assert.deepEqual(mediaLimits(seatsOf(256)), { total: 115, perAddress: 16, staleBytes: 64 * 1024 * 1024 })
  assert.deepEqual([mediaLimits(seatsOf(65_536)).total, mediaLimits(seatsOf(65_536)).perAddress], [20_000, 1000])
  for (const descriptors of [64, 256, 1024, 4096, 16_384, 65_536, 1_048_576, null]) {
    const { total, perAddress } = mediaLimits(seatsOf(descriptors))
    assert.ok(total < seatsOf(descriptors), `${descriptors}: idle viewers give way before newcomers are refused`)
    assert.ok(total >= 3 && perAddress <= total)
  }
})

test('closing ends all connections and leaves no timer', () => {
  const { clock, connections, admit } = makeStage()
  const one = admit()
  connections.close()
  assert.deepEqual([one.connection.destroyed, clock.pendingTimers], [true, 0])
})
