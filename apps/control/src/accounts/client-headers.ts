import type { Client } from './sessions.ts'

/** Ours alone: no client's header reaches better-auth. */
export const addressHeader = 'sluice-client-address'
const maxUserAgentChars = 300

/** What better-auth keeps of a sign-in, and reads of a request: where it came from, and its cookie. */
export function clientHeaders({ address, userAgent }: Client, cookie?: string): Headers {
  const headers = new Headers({ [addressHeader]: address })
  if (userAgent !== null) headers.set('user-agent', userAgent.slice(0, maxUserAgentChars))
  if (cookie !== undefined) headers.set('cookie', cookie)
  return headers
}
