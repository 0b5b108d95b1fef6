import { createHash, timingSafeEqual } from 'node:crypto'
import { isLoopbackHost, parseHostPort } from '@sluice/base/address'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../services/index.ts'
import type { App } from './app.ts'
import { credentialsOf } from './caller.ts'

/** What a proxy adds: the caller is not who the socket says. */
const forwardingHeaders = /^(x-forwarded-.*|x-real-ip|forwarded|via|x-client-ip|cf-connecting-ip|true-client-ip)$/

/**
 * Lets a scraper in: by its token or the operator's, or without one from this machine where the settings allow it. Series name channels
 * and outputs, which is nobody else's business.
 */
export function requireScraper(app: App, request: FastifyRequest): void {
  if (app.settings.metricsOnLoopback && isOnThisMachine(request)) return
  const { bearer } = credentialsOf(request)
  if (bearer === undefined) {
    throw new ProblemError(
      'AUTH_REQUIRED',
      'Metrics need `Authorization: Bearer` with the metrics token: SLUICE_METRICS_TOKEN, or metrics.token in the data directory.',
    )
  }
  const tokens = [app.metricsToken, ...(app.settings.adminToken === null ? [] : [app.settings.adminToken])]
  if (!tokens.some((token) => timingSafeEqual(digest(token), digest(bearer)))) {
    throw new ProblemError('AUTH_INVALID', 'This is not the metrics token.')
  }
}

/** By the socket alone: what headers claim is no proof, and their presence means that somebody passed the request on. */
function isOnThisMachine({ raw }: FastifyRequest): boolean {
  const isPassedOn = Object.keys(raw.headers).some((name) => forwardingHeaders.test(name))
  // A page whose name was pointed at this machine still sends its own name.
  const host = parseHostPort(raw.headers.host ?? '')?.host ?? ''
  return isLoopbackHost(raw.socket.remoteAddress ?? '') && isLoopbackHost(host) && !isPassedOn && raw.headers.origin === undefined
}

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
