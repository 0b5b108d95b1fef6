import { networkInterfaces } from 'node:os'
import { hostKey, isLoopbackHost, parseHostPort } from '@sluice/base/address'
import type { Settings } from '@sluice/contract/settings'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../services/index.ts'
import type { App } from './app.ts'

/** An address that came with a cable or a lease a moment ago. */
const addressesForMs = 5000
const wildcards = ['0.0.0.0', '::', '*', '']
const shownChars = 100

type Addresses = () => readonly string[]
const addressesOfMachine: Addresses = () => Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])

/**
 * The names by which browsers reach this Sluice: loopback, the addresses of this machine, the one it listens on, and SLUICE_PUBLIC_HOST. A
 * name of another kind may belong to a page that made its own name lead here, for which `Origin` and `Host` are equal (DNS rebinding).
 */
export class OwnHosts {
  readonly #named: ReadonlySet<string>
  readonly #addresses: Addresses
  // bound: addresses of this machine, read anew
  #own: ReadonlySet<string> = new Set()
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor({ publicHosts, host }: Pick<Settings, 'publicHosts' | 'host'>, addresses: Addresses = addressesOfMachine) {
    this.#named = new Set([...publicHosts, ...(wildcards.includes(host) ? [] : [host])].map(hostKey))
    this.#addresses = addresses
  }

  /** `text`: a Host header, with or without a port, whichever it is: a forwarded port has another number here. */
  has(text: string): boolean {
    const found = parseHostPort(text)
    if (found === null) return false
    const key = hostKey(found.host)
    return isLoopbackHost(found.host) || this.#named.has(key) || this.#ofMachine().has(key)
  }

  #ofMachine(): ReadonlySet<string> {
    const nowMs = performance.now()
    if (nowMs - this.#readAtMs > addressesForMs) {
      this.#own = new Set(this.#addresses().map(hostKey))
      this.#readAtMs = nowMs
    }
    return this.#own
  }
}

/**
 * Refuses what came for another host name. A page that reaches us by rebinding can set X-Forwarded-Host, and comes from a trusted address when
 * its browser runs on this machine: so the Host header itself has to be ours as well.
 */
export function requireOwnHost({ hosts }: App, request: FastifyRequest): void {
  for (const host of new Set([request.headers.host ?? '', request.host])) {
    if (hosts.has(host)) continue
    const shown = host.replace(/[^\x21-\x7e]/g, '?').slice(0, shownChars)
    const came = shown === '' ? 'The request names no host' : `Sluice does not answer to the host name '${shown}'`
    throw new ProblemError(
      'HOST_UNKNOWN',
      `${came}. If it is yours, add it to SLUICE_PUBLIC_HOST and restart Sluice. Until then, use an IP address of this machine or localhost.`,
    )
  }
}
