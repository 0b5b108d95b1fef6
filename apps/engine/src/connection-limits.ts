import { ConnectionBudget, planConnections, SocketAdmission, Throttle } from '@sluice/base/admission'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { descriptorLimit } from '@sluice/base/process'

/** Parts of the connections that an engine takes. SRT needs none: all its callers share one socket. */
const shares = { rtmp: 0.55, rtmps: 0.3, relay: 0.15 } as const
/**
 * From the accepted connection to a key that opens something. RTMP has 10 s of its own and says why it closes;
 * TLS comes on top of that.
 */
const strangerMs = { rtmp: 12_000, rtmps: 12_000, relay: 15_000 } as const
/** A refused publisher may knock so often: as SRT's handshakes, 50 a second for a site with many encoders and a wrong key in each. */
const refusals = { perSecond: 50, burst: 300 } as const
/** A TLS handshake costs a millisecond or two of the event loop that carries media: one address has 50 a second, 300 at once. */
const handshakes = { perSecond: 50, burst: 300 } as const
/** Fewer than these and encoders or players are turned away at a large show: told at the start, not during it. */
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
      { descriptors, rtmp: plan.rtmp.connections, rtmps: plan.rtmps.connections },
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
    relay: open('relay', () => true),
    refusals: new Throttle(refusals),
    handshakes: new Throttle(handshakes),
  }
}
