import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

const originForm = /^https?:\/\/[A-Za-z0-9.:[\]_-]{1,260}$/

const fixed = {
  vary: 'Origin',
  'access-control-expose-headers': 'Accept-Ranges, Age, Content-Length, Content-Range, Date, ETag',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
} as const

/**
 * Every site may play, with credentials or without: playback opens by the address alone, so that a cookie or a login gives nothing here
 * and takes nothing away. A browser refuses `*` to a page that sends credentials, hence its own origin. Spec: Fetch §3.3
 */
export function corsHeaders({ origin }: IncomingHttpHeaders): OutgoingHttpHeaders {
  if (origin === undefined || !originForm.test(origin)) return { ...fixed, 'access-control-allow-origin': '*' }
  return { ...fixed, 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }
}

/** The answer to a browser that asks before it asks. */
export const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Authorization, Cache-Control, Content-Type, If-Modified-Since, If-None-Match, If-Range, Range',
  'access-control-max-age': '86400',
} as const
