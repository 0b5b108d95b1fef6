import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { endianness } from 'node:os'
import { test } from 'node:test'
import { readTcpTable, tcpName } from './proc-net.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const rows = [
  '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0',
  '   1: 0100007F:9C40 0200007F:078F 01 0000A3F0:00000000 04:00000014 00000000  1000        0 2 1 0 20 4 30 10 -1',
]
const ends = { localAddress: '127.0.0.1', localPort: 40_000, remoteAddress: '127.0.0.2', remotePort: 1935 }

test('the table gives what is held of the connections that are asked for', () => {
  const name = tcpName(ends)!
  assert.deepEqual(
    [...readTcpTable([head, ...rows, ''].join('\n'), new Set([name, 'another']))],
    [[name, { heldBytes: 0xa3f0, isShut: true }]],
  )
  assert.deepEqual([...readTcpTable([head, ...rows].join('\n'), new Set())], [])
  assert.deepEqual([...readTcpTable('no table at all', new Set([name]))], [])
})

const names: [address: string, hex: string | null][] = [
  ['127.0.0.1', '0100007F'],
  ['::1', '00000000000000000000000001000000'],
  ['::ffff:127.0.0.1', '0000000000000000FFFF00000100007F'],
  ['2001:db8::8:800:200c:417a', 'B80D012000000000000808007A410C20'],
  ['fe80::1%lo', '000080FE000000000000000001000000'],
  ['nowhere', null],
]
for (const [address, hex] of names) {
  test(`${address} is ${hex} in the table`, () => {
    const name = tcpName({ ...ends, localAddress: address })
    assert.equal(name === null ? null : name.split(':')[0], hex)
  })
}

test('the kernel of this machine names a connection as we do', {
  skip: process.platform !== 'linux' || endianness() !== 'LE' ? 'needs Linux on a little-endian machine' : false,
}, async (t) => {
  for (const [host, table] of [
    ['127.0.0.1', '/proc/net/tcp'],
    ['::1', '/proc/net/tcp6'],
  ] as const) {
    const server = createServer((socket) => socket.pause())
    t.after(() => server.close())
    server.listen(0, host)
    await once(server, 'listening').catch(() => t.skip(`no ${host} here`))
    const socket = connect((server.address() as AddressInfo).port, host)
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    socket.write(new Uint8Array(2_000_000))
    const name = tcpName(socket as Parameters<typeof tcpName>[0])!
    assert.ok(
      (readTcpTable(readFileSync(table, 'latin1'), new Set([name])).get(name)?.heldBytes ?? 0) > 0,
      `${name} holds bytes in ${table}`,
    )
    socket.destroy()
  }
})
