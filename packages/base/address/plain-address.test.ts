import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressGroup, plainAddress } from './index.ts'

const plain: [address: string, shown: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['0:0:0:0:0:ffff:c000:201', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['relay', 'relay'],
  ['', ''],
]
for (const [address, shown] of plain)
  test(`${address || 'nothing'} is shown as ${shown || 'nothing'}`, () => assert.equal(plainAddress(address), shown))

const groups: [address: string, group: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['relay', 'relay'],
]
for (const [address, group] of groups) test(`${address} counts as ${group}`, () => assert.equal(addressGroup(address), group))
