import assert from 'node:assert/strict'
import { BlockList, isIP } from 'node:net'
import { test } from 'node:test'
import { randomFrom } from '@sluice/testkit/random'
import { isPrivateAddress, parseIpAddress } from './index.ts'

const inside = [
  ...['127.0.0.1', '10.1.2.3', '192.168.1.1', '172.31.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '255.255.255.255', '224.0.0.1'],
  ...['::1', '[::1]', '::', '[fe80::1]', 'fe80::1%eth0', 'fd00::1', 'FEC0::1', 'ff02::1', '64:ff9b:1::808:808'],
  ...['::ffff:10.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:127.0.0.1', '::10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'],
]
for (const address of inside) test(`${address} is private`, () => assert.equal(isPrivateAddress(address), true))

const outside = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:4860::8888', '::ffff:8.8.8.8', '64:ff9b::808:808', '2002:808:808::1']
for (const address of outside) test(`${address} is public`, () => assert.equal(isPrivateAddress(address), false))

test('what is no literal address is not read as one', () => {
  for (const text of [
    '',
    'a.example',
    '0x7f.1',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '::1.2.3',
    'g::',
  ])
    assert.equal(parseIpAddress(text), null, text)
})

test('random texts are addresses for us where they are for the system (seed 3)', () => {
  const random = randomFrom(3)
  const alphabet = '01f:.:2'
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: random.int(2, 16) }, () => alphabet[random.int(0, alphabet.length - 1)]).join('')
    // A leading zero may mean octal: the system takes it for no address, and we judge it as decimal.
    if (/(^|[.:])0\d/.test(text) && text.includes('.')) continue
    const bytes = parseIpAddress(text)
    assert.equal(bytes === null ? 0 : bytes.length === 4 ? 4 : 6, isIP(text), text)
  }
})

test('random IPv4 addresses are private where a block list says so (seed 4)', () => {
  const list = new BlockList()
  list.addSubnet('172.16.0.0', 12, 'ipv4')
  const random = randomFrom(4)
  for (let i = 0; i < 2000; i++) {
    const address = `172.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(0, 255)}`
    assert.equal(isPrivateAddress(address), list.check(address, 'ipv4'), address)
  }
})
