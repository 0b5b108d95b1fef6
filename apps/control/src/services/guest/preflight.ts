import { type GuestPreflight, GuestPreflightBody, type PreflightCheckName } from '@sluice/contract/api'
import { waitsOrMeets } from '../../destinations/index.ts'
import { worstOf } from '../../preflight/index.ts'
import { ProblemError, parseInput } from '../index.ts'
import { judgeTarget, type Sight } from '../preflight/index.ts'
import type { GuestVisit } from './visit.ts'

/** What is of the destination alone; the rest tells of the channel's source. */
const own: readonly PreflightCheckName[] = ['url', 'platform', 'key', 'keyAge', 'dns', 'tcp', 'tls', 'handshake', 'publish']

/** Tries a guest's destination before it is kept. Nothing is written, and nothing is told of the channel. */
export async function preflightAsGuest({ ctx, link }: GuestVisit, sight: Sight, input: unknown): Promise<GuestPreflight> {
  const body = parseInput(GuestPreflightBody, input)
  if (waitsOrMeets(body.url)) throw new ProblemError('DESTINATION_URL', 'The address cannot work: Sluice must be able to call it.')
  const { checks } = await judgeTarget(ctx, sight, { ...body, tlsVerify: true }, link.channel_id, null)
  const shown = checks.filter((check) => own.includes(check.check))
  return { verdict: worstOf(shown.map((check) => check.verdict)), checks: shown }
}
