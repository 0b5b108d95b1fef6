import { isIPv4, isIPv6 } from 'node:net'
import type { SocketEnds } from '@sluice/protocols/rtmp'

/** Columns of a line: `sl local_address rem_address st tx_queue:rx_queue tr:tm->when ...`. Spec: Linux, Documentation/networking/proc_net_tcp.rst */
const line = /^\s*\d+: ([0-9A-F]+:[0-9A-F]{4}) ([0-9A-F]+:[0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):[0-9A-F]{8} ([0-9A-F]{2}):/
/** The timer that asks whether a window is open again. */
const probeTimer = '04'

export type HeldBytes = { readonly heldBytes: number; readonly isShut: boolean }

/**
 * Reads the table of the kernel's TCP sockets: bytes that were written and that the far end's machine has not acknowledged,
 * and whether its window is shut, by `tcpName` of the connection, for those in `names` alone.
 */
export function readTcpTable(text: string, names: ReadonlySet<string>): Map<string, HeldBytes> {
  const held = new Map<string, HeldBytes>()
  for (const row of text.split('\n')) {
    const [, local, remote, txQueue, timer] = line.exec(row) ?? []
    const name = `${local} ${remote}`
    if (txQueue !== undefined && names.has(name)) held.set(name, { heldBytes: Number.parseInt(txQueue, 16), isShut: timer === probeTimer })
  }
  return held
}

/** A connection as the table names it, or null for addresses that are none. */
export function tcpName({ localAddress, localPort, remoteAddress, remotePort }: SocketEnds): string | null {
  const local = hexAddress(localAddress)
  const remote = hexAddress(remoteAddress)
  return local === null || remote === null ? null : `${local}:${hexPort(localPort)} ${remote}:${hexPort(remotePort)}`
}

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

/** Words of 32 bits, each in the machine's byte order: all that Node runs on under Linux are little-endian but s390x. */
function hexAddress(address: string): string | null {
  const bytes = isIPv4(address) ? address.split('.').map(Number) : isIPv6(address) ? bytesOfIpv6(address) : null
  if (bytes === null) return null
  const hex = bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
  return Array.from({ length: hex.length / 4 }, (_, word) =>
    hex
      .slice(word * 4, word * 4 + 4)
      .reverse()
      .join(''),
  ).join('')
}

function bytesOfIpv6(address: string): number[] {
  const [bare = ''] = address.split('%') // a zone, as in fe80::1%eth0
  const v4 = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare)
  const [a = 0, b = 0, c = 0, d = 0] = v4?.[2]?.split('.').map(Number) ?? []
  const whole = v4 === null ? bare : `${v4[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  const [head = '', tail] = whole.split('::')
  const words = (part: string): number[] => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)))
  const before = words(head)
  const after = tail === undefined ? [] : words(tail)
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
  return all.flatMap((word) => [word >> 8, word & 0xff])
}
