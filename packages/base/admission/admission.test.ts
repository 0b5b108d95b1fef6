import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { FakeClock } from '@sluice/testkit/clock'
import { randomFrom } from '@sluice/testkit/random'
import { ConnectionBudget, parseDescriptorLimit, planConnections, type Seat, SocketAdmission, Throttle } from './index.ts'

const limits = { connections: 10, perAddress: 8, strangers: 6, strangersPerAddress: 4 }

function makeBudget(overrides: Partial<typeof limits> = {}, isShared?: (address: string) => boolean) {
  const budget = new ConnectionBudget({ ...limits, ...overrides }, isShared)
  const ended: string[] = []
  const enter = (address: string, nowMs = 0, name = address): Seat | null => budget.enter(address, nowMs, () => ended.push(name))
  return { budget, ended, enter }
}

test('strangers of one address are refused beyond their bound, those of others are not', () => {
  const { budget, enter } = makeBudget()
  const seats = Array.from({ length: 6 }, () => enter('192.0.2.1'))
  assert.deepEqual(
    seats.map((seat) => seat !== null),
    [true, true, true, true, false, false],
  )
  assert.ok(enter('192.0.2.2'))
  assert.deepEqual(budget.counters, { admitted: 5, refused: 2, evicted: 0 })
})

test('an IPv6 /64 counts as one address, and IPv4 in IPv6 as IPv4', () => {
  const { enter } = makeBudget()
  for (let i = 1; i <= 4; i++) assert.ok(enter(`2001:db8::${i}`))
  assert.equal(enter('2001:db8::5'), null)
  assert.ok(enter('2001:db8:0:1::5'))
  const { enter: other } = makeBudget()
  for (let i = 1; i <= 4; i++) assert.ok(other(i % 2 === 0 ? '192.0.2.1' : '::ffff:192.0.2.1'))
  assert.equal(other('192.0.2.1'), null)
})

test('the address with the most strangers gives up its newest for a newcomer', () => {
  const { ended, enter } = makeBudget()
  for (let i = 0; i < 4; i++) enter('192.0.2.1', 0, `a${i}`)
  for (let i = 0; i < 2; i++) enter('192.0.2.2', 0, `b${i}`)
  assert.ok(enter('192.0.2.3', 0, 'c0'))
  assert.deepEqual(ended, ['a3'])
})

test('who is known stays, whoever comes', () => {
  const { budget, ended, enter } = makeBudget()
  for (let i = 0; i < 8; i++) enter('192.0.2.1', 0, `known ${i}`)!.known()
  assert.equal(enter('192.0.2.1'), null)
  for (let i = 0; i < 50; i++) enter(`198.51.100.${i}`, i * 100)
  assert.ok(ended.every((name) => !name.startsWith('known')))
  assert.ok(budget.connections <= limits.connections)
  assert.ok(ended.length > 0, 'strangers that dawdle give way')
})

test('a trusted proxy is bounded by the listener alone', () => {
  const { enter } = makeBudget({}, (address) => address === '127.0.0.1')
  for (let i = 0; i < 10; i++) enter('127.0.0.1')!.known()
  assert.equal(enter('127.0.0.1'), null)
})

test('whatever comes and goes, no bound is crossed and nothing is kept of those who left (seed 11)', () => {
  const random = randomFrom(11)
  const budget = new ConnectionBudget(limits)
  const open = new Map<Seat, string>()
  for (let i = 0; i < 20_000; i++) {
    const seats = [...open.keys()]
    const act = random.int(0, 3)
    if (act <= 1) {
      const holder: { seat: Seat | null } = { seat: null }
      const address = random.int(0, 1) === 0 ? `192.0.2.${random.int(1, 9)}` : `2001:db8:0:${random.int(1, 3)}::${random.int(1, 9)}`
      holder.seat = budget.enter(address, i * random.int(0, 50), () => {
        assert.ok(!holder.seat!.isKnown)
        open.delete(holder.seat!)
      })
      if (holder.seat !== null) open.set(holder.seat, address)
    } else if (seats.length > 0) {
      const seat = seats[random.int(0, seats.length - 1)]!
      if (act === 2) seat.known()
      else {
        seat.leave()
        open.delete(seat)
      }
    }
    assert.equal(budget.connections, open.size)
    assert.ok(budget.connections <= limits.connections && budget.strangers <= limits.strangers)
  }
  for (const seat of open.keys()) seat.leave()
  assert.deepEqual([budget.connections, budget.strangers], [0, 0])
})

test('half of few descriptors is kept for outputs and the link, and 8,192 of many', () => {
  for (const descriptors of [64, 256, 400, 1024, 65_536, 1_048_576]) {
    const plan = Object.values(planConnections(descriptors, { rtmp: 0.5, rtmps: 0.2, mediaHttp: 0.3 }))
    const inbound = plan.reduce((sum, { connections }) => sum + connections, 0)
    assert.ok(descriptors - inbound >= Math.min(Math.floor(descriptors / 2), 8192) - 3, `${descriptors}: ${inbound}`)
    for (const one of plan) assert.ok(one.strangers < one.connections && one.strangersPerAddress <= one.strangers)
  }
  assert.ok(planConnections(null, { one: 1 }).one.connections > 50_000)
})

test('the soft limit is read from the kernel’s table', () => {
  const table =
    'Limit                     Soft Limit           Hard Limit           Units\nMax open files            256                  4096                 files\n'
  assert.equal(parseDescriptorLimit(table), 256)
  assert.equal(parseDescriptorLimit(table.replace('256 ', 'unlimited')), null)
  assert.equal(parseDescriptorLimit(''), null)
})

test('a socket without a seat is destroyed, one that closes gives its seat back', () => {
  const clock = new FakeClock()
  const full: string[] = []
  const admission = new SocketAdmission({
    budget: new ConnectionBudget({ ...limits, strangersPerAddress: 1 }),
    clock,
    strangerMs: 10_000,
    onFull: (address) => full.push(address),
  })
  const makeSocket = () => Object.assign(new EventEmitter(), { remoteAddress: '::ffff:192.0.2.7', isDestroyed: false, destroy: () => {} })
  const first = makeSocket()
  const second = makeSocket()
  second.destroy = () => Object.assign(second, { isDestroyed: true })
  assert.ok(admission.admit(first))
  assert.equal(admission.admit(second), null)
  assert.deepEqual([second.isDestroyed, full], [true, ['192.0.2.7']])
  first.emit('close')
  assert.ok(admission.admit(makeSocket()))
  first.emit('error', new Error('late'))
  assert.equal(clock.pendingTimers, 1)
})

test('a stranger is closed at its deadline, one that is known stays', () => {
  const clock = new FakeClock()
  const admission = new SocketAdmission({ budget: new ConnectionBudget(limits), clock, strangerMs: 10_000 })
  const destroyed: string[] = []
  const makeSocket = (name: string) =>
    Object.assign(new EventEmitter(), { remoteAddress: '192.0.2.7', destroy: () => destroyed.push(name) })
  const guest = makeSocket('guest')
  admission.admit(guest)
  admission.admit(makeSocket('stranger'))
  admission.seatOf(guest)?.known()
  clock.advance(9_999)
  assert.deepEqual(destroyed, [])
  clock.advance(60_000)
  assert.deepEqual(destroyed, ['stranger'])
})

test('an HTTP server with an admission answers those within its budget and closes the rest', async (t) => {
  const server: Server = createServer((_request, response) => response.end('ok'))
  const admission = new SocketAdmission({
    budget: new ConnectionBudget({ ...limits, strangersPerAddress: 2 }),
    clock: new FakeClock(),
    strangerMs: 10_000,
  })
  admission.guard(server)
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  await once(sockets[2]!, 'close')
  sockets[0]!.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  const [answer] = (await once(sockets[0]!, 'data')) as [Buffer]
  assert.match(answer.toString(), /^HTTP\/1.1 200/)
})

test('a throttle bounds each address and its own memory', () => {
  const throttle = new Throttle({ perSecond: 2, burst: 3 })
  const taken = Array.from({ length: 5 }, () => throttle.spend('192.0.2.1', 0))
  assert.deepEqual(taken, [true, true, true, false, false])
  assert.deepEqual([throttle.isSpent('192.0.2.1', 0), throttle.isSpent('192.0.2.2', 0)], [true, false])
  assert.equal(throttle.spend('192.0.2.1', 500), true)
  for (let i = 0; i < 20_000; i++) throttle.spend(`2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::1`, 0)
  assert.ok(throttle.size <= 4096)
})
