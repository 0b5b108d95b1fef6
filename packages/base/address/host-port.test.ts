import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressGroup, hostInUrl, hostKey, isLoopbackHost, parseHostPort } from './index.ts'

test('a host is read in every spelling, and what is none is null', () => {
  const read: [string, string, number | null][] = [
    ['localhost', 'localhost', null],
    ['LOCALHOST:8080', 'localhost', 8080],
    ['Studio.Example.', 'studio.example', null],
    ['studio.example.:80', 'studio.example', 80],
    ['192.0.2.1:0', '192.0.2.1', 0],
    ['[2001:DB8::1]:443', '2001:db8::1', 443],
    ['[::ffff:127.0.0.1]', '::ffff:127.0.0.1', null],
    ['a_b-c.example:65535', 'a_b-c.example', 65_535],
  ]
  for (const [text, host, port] of read) assert.deepEqual(parseHostPort(text), { host, port }, text)
  const none = [
    '',
    'a:99999',
    'a:',
    ':80',
    '[::1',
    '::1',
    '[::1]x',
    '[1.2.3.4]',
    'a b',
    'a/b',
    'a@b',
    'a..b',
    '.a',
    'é',
    'a,b',
    'a:8:8',
    '-a',
  ]
  for (const text of [...none, 'x'.repeat(254), '\u0000', 'a\n']) assert.equal(parseHostPort(text), null, JSON.stringify(text))
})

test('spellings of one host have one key', () => {
  for (const [a, b] of [
    ['A.example.', 'a.EXAMPLE'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['2001:db8:0:0::1', '2001:DB8::0001'],
  ] as const) {
    assert.equal(hostKey(a), hostKey(b))
  }
  assert.notEqual(hostKey('127.0.0.1'), hostKey('::1'))
})

test('loopback is told by name and address', () => {
  for (const host of ['localhost', 'a.localhost', 'LOCALHOST.', '127.0.0.1', '127.9.8.7', '::1', '0:0::1', '::ffff:127.0.0.1']) {
    assert.ok(isLoopbackHost(host), host)
  }
  for (const host of ['localhost.example', 'notlocalhost', '0.0.0.0', '::', '128.0.0.1', '::2', '2130706433']) {
    assert.ok(!isLoopbackHost(host), host)
  }
  assert.deepEqual([hostInUrl('::1'), hostInUrl('[::1]'), hostInUrl('a.example')], ['[::1]', '[::1]', 'a.example'])
})

test('callers are counted by IPv4 address and IPv6 /64', () => {
  assert.equal(addressGroup('192.0.2.7'), '192.0.2.7')
  assert.equal(addressGroup('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), addressGroup('2001:0db8:0001:0002::'))
  assert.notEqual(addressGroup('2001:db8:1:2::1'), addressGroup('2001:db8:1:3::1'))
  assert.equal(addressGroup('unknown'), 'unknown')
})
