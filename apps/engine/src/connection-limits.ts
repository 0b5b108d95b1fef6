import { readFileSync } from 'node:fs'
import { isPrivateAddress } from '@sluice/base/address'
import { ConnectionBudget, parseDescriptorLimit, planConnections, SocketAdmission, Throttle } from '@sluice/base/admission'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'

/** Parts of the connections that an engine takes. SRT needs none: all its callers share one socket. */
const shares = { rtmp: 0.35, rtmps: 0.2, mediaHttp: 0.35, relay: 0.1 } as const
/**
 * From the accepted connection to a key that opens something, or to a whole request. RTMP has 10 s of its own and says why it closes;
 * TLS comes on top of that.
 */
const strangerMs = { rtmp: 12_000, rtmps: 12_000, mediaHttp: 15_000, relay: 15_000 } as const
/** A refused publisher may knock so often: as SRT's handshakes, 50 a second for a site with many encoders and a wrong key in each. */
const refusals = { perSecond: 50, burst: 300 } as const
/** A TLS handshake costs a millisecond or two of the event loop that carries media: one address has 50 a second, 300 at once. */
const handshakes = { perSecond: 50, burst: 300 } as const
/** Fewer than these and a full house of viewers is turned away: told at the start, not during the show. */
const fewDescriptors = 4_096

/** Who may connect to an engine: the descriptors of the process shared out, and the throttles of those whose keys are wrong, and of TLS. */
export type Admissions = { readonly [listener in keyof typeof shares]: SocketAdmission } & {
  readonly refusals: Throttle
  readonly handshakes: Throttle
}

export function openAdmissions(clock: Clock, log: Logger, descriptors = descriptorLimit()): Admissions {
  const plan = planConnections(descriptors, shares)
  if (descriptors !== null && descriptors < fewDescriptors) {
    log.warn(
      { descriptors, rtmp: plan.rtmp.connections, rtmps: plan.rtmps.connections, mediaHttp: plan.mediaHttp.connections },
      'this process may open few files, so it accepts few connections: raise LimitNOFILE (ulimit -n) before a large show',
    )
  }
  const open = (listener: keyof typeof shares, isShared?: (address: string) => boolean): SocketAdmission =>
    new SocketAdmission({
      budget: new ConnectionBudget(plan[listener], isShared),
      clock,
      strangerMs: strangerMs[listener],
      onFull: (remoteAddress) => log.warn({ listener, remoteAddress }, 'a connection was closed: too many from this address or in total'),
    })
  return {
    rtmp: open('rtmp'),
    rtmps: open('rtmps'),
    // A proxy in front of the media port stands for all its viewers.
    mediaHttp: open('mediaHttp', isPrivateAddress),
    relay: open('relay', () => true),
    refusals: new Throttle(refusals),
    handshakes: new Throttle(handshakes),
  }
}

/** Connections that the media port takes in all. */
export const mediaHttpSeats = (descriptors: number | null): number => planConnections(descriptors, shares).mediaHttp.connections

/** How many files this process may open; null where the system names no limit, or does not tell. */
export function descriptorLimit(): number | null {
  try {
    return parseDescriptorLimit(readFileSync('/proc/self/limits', 'latin1'))
  } catch {
    return null
  }
}
