import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressGroup } from '@sluice/base/address'
import { FakeClock } from '@sluice/testkit/clock'
import { TrustedProxies } from '../http/index.ts'
import { Audience, openAudienceRoom } from './audience.ts'

test('viewers are the playbacks that asked for the playlist in the last 10 s', () => {
  const clock = new FakeClock()
  const audience = new Audience(clock)
  audience.note('one', 'a')
  clock.advance(6000)
  audience.note('two', 'a')
  audience.note('two', 'b')
  assert.equal(audience.viewers, 2)
  clock.advance(6000)
  assert.equal(audience.viewers, 1)
  audience.took(10)
  assert.equal(audience.bytesTaken, 10)
})

test('a flood of names fills the table to its bound and no further, and those who were there stay counted', () => {
  const clock = new FakeClock()
  const room = openAudienceRoom(30_000)
  const [first, second] = [new Audience(clock, room), new Audience(clock, room)]
  first.note('early', 'home')
  const start = process.threadCpuUsage()
  for (let i = 0; i < 300_000; i++) first.note(`name ${i}`, `address ${i % 200}`)
  for (let i = 0; i < 300_000; i++) second.note(`name ${i}`, `address ${i}`)
  assert.ok(process.threadCpuUsage(start).user < 5_000_000, 'five seconds of work')
  assert.deepEqual([first.viewers, second.viewers], [20_000, 10_000])
  clock.advance(9000)
  first.note('early', 'home')
  clock.advance(2000)
  assert.deepEqual([first.viewers, second.viewers], [1, 0])
  first.close()
  assert.equal(room.taken, 0)
})

test('one address counts as a thousand viewers at most', () => {
  const audience = new Audience(new FakeClock())
  for (let i = 0; i < 5000; i++) audience.note(`name ${i}`, 'one')
  audience.note('another', 'two')
  assert.equal(audience.viewers, 1001)
})

test('a group is an IPv4 address however it is spelled, and a /64 of IPv6', () => {
  const groups: [string, string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:DB8::1:ffff:0:0:1', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['rubbish', 'rubbish'],
  ]
  for (const [address, group] of groups) assert.equal(addressGroup(address), group, address)
})

const clients: [proxies: string, socket: string, forwarded: string | undefined, client: string][] = [
  ['loopback', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['loopback', '::ffff:127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['loopback', '198.51.100.1', '203.0.113.7', '198.51.100.1'],
  ['loopback', '127.0.0.1', '6.6.6.6, 203.0.113.7', '203.0.113.7'],
  ['loopback, 203.0.113.0/24', '127.0.0.1', '6.6.6.6, 203.0.113.7', '6.6.6.6'],
  ['loopback', '127.0.0.1', '6.6.6.6, unknown', '127.0.0.1'],
  ['loopback', '127.0.0.1', undefined, '127.0.0.1'],
  ['2001:db8::/32', '2001:db8::5', '2001:db9::1', '2001:db9:0:0:0:0:0:1'],
  ['', '127.0.0.1', '203.0.113.7', '127.0.0.1'],
]
test('the client is as far back as trusted proxies vouch for', () => {
  for (const [proxies, socket, forwarded, client] of clients)
    assert.equal(new TrustedProxies(proxies).clientOf(socket, forwarded), client, `${proxies} ${socket} ${forwarded}`)
})

test('a list of proxies that can not be read is refused by the name of its setting', () => {
  for (const text of ['nginx', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '1.2.3'])
    assert.throws(() => new TrustedProxies(text), /SLUICE_TRUSTED_PROXIES has '/, text)
})
