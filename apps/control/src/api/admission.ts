import { readFileSync } from 'node:fs'
import { isPrivateAddress } from '@sluice/base/address'
import { ConnectionBudget, parseDescriptorLimit, planConnections, SocketAdmission } from '@sluice/base/admission'
import type { Clock } from '@sluice/base/clock'
import { acceptedSocket } from '@sluice/base/http'
import type { Logger } from '@sluice/base/log'
import type { FastifyInstance } from 'fastify'

/** From the accepted connection to the headers of its first request, however they trickle in. */
const strangerMs = 30_000
/** The rest is for the database, engines' links, files and children. */
const share = 0.75

type Parts = { readonly clock: Clock; readonly log: Logger }

/** Gives each connection to the HTTP port its seat: a crowd of idle ones keeps neither the operator out nor the database from its files. */
export function admitConnections({ server }: FastifyInstance, { clock, log }: Parts): void {
  const { http } = planConnections(descriptorLimit(), { http: share })
  const admission = new SocketAdmission({
    // A proxy in front of Sluice stands for everybody.
    budget: new ConnectionBudget(http, isPrivateAddress),
    clock,
    strangerMs,
    onFull: (remoteAddress) => log.warn({ remoteAddress }, 'an HTTP connection was closed: too many from this address or in total'),
  })
  admission.guard(server)
  server.on('request', ({ socket }) => admission.seatOf(acceptedSocket(socket))?.known())
}

/** Null where the system names no limit, or does not tell. */
function descriptorLimit(): number | null {
  try {
    return parseDescriptorLimit(readFileSync('/proc/self/limits', 'latin1'))
  } catch {
    return null
  }
}
