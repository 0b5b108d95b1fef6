import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

/**
 * Whether process `pid` holds the far end of an IPv4 connection on loopback, by the ports of both ends. Engines share their ports, and the
 * kernel chooses which of them a publisher comes to. Spec: proc_pid_net(5)
 */
export function holdsFarEnd(pid: number, ends: { readonly localPort: number; readonly remotePort: number }): boolean {
  const far = new RegExp(`^ *\\d+: [0-9A-F]+:${hexPort(ends.remotePort)} [0-9A-F]+:${hexPort(ends.localPort)} (?:\\S+ +){6}(\\d+)`, 'm')
  const inode = far.exec(readFileSync('/proc/net/tcp', 'latin1'))?.[1]
  if (inode === undefined) return false
  return readdirSync(`/proc/${pid}/fd`).some((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`) === `socket:[${inode}]`
    } catch {
      return false
    }
  })
}
