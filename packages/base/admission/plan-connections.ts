import type { ConnectionLimits } from './connection-budget.ts'

/** Kept for outputs, the link, files and children, of however many descriptors. */
const maxReserve = 8_192
/** Where a system sets no limit, or none that can be read. */
const assumedDescriptors = 65_536
const strangersAtMost = 1_024
/** A venue with many encoders behind one address connects them all at once after a cut: this many may be on their way in. */
const strangersPerAddressAtMost = 128

/** The soft limit of open files in the text of Linux's `/proc/self/limits`; null where it names none. Spec: proc_pid_limits(5) */
export function parseDescriptorLimit(limits: string): number | null {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1]
  return soft === undefined || soft === 'unlimited' ? null : Number(soft)
}

/**
 * Shares the descriptors of a process out among its listeners: half of them, or all but 8,192, are for those who connect to us; the rest
 * is the reserve. `shares` are parts of 1.
 */
export function planConnections<Name extends string>(
  descriptors: number | null,
  shares: Readonly<Record<Name, number>>,
): Record<Name, ConnectionLimits> {
  const all = Math.min(descriptors ?? assumedDescriptors, 1_048_576)
  const inbound = all - Math.min(Math.ceil(all / 2), maxReserve)
  const limitsOf = (share: number): ConnectionLimits => {
    const connections = Math.max(4, Math.floor(inbound * share))
    const strangers = Math.min(strangersAtMost, Math.ceil(connections / 2))
    return {
      connections,
      perAddress: Math.ceil(connections / 2),
      strangers,
      strangersPerAddress: Math.min(strangersPerAddressAtMost, Math.ceil(strangers / 2)),
    }
  }
  const names = Object.keys(shares) as Name[]
  return Object.fromEntries(names.map((name) => [name, limitsOf(shares[name])])) as Record<Name, ConnectionLimits>
}
