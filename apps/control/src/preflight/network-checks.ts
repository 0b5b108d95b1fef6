import type { PreflightCheck } from '@sluice/contract/api'
import type { OutputActual, ProbeRequest, ProbeStep } from '@sluice/contract/link'
import { isTroubled } from '@sluice/judge'
import type { Catalogue, PlatformRules } from '../destinations/index.ts'
import { check } from './check.ts'

const expected = 'a server that accepts the stream'

/**
 * How far a trial may go. A platform's word decides, and any host of a platform counts as that platform. Beside an output that is
 * at work nothing is published: it would be its own duplicate.
 */
export function probeDepth(
  catalogue: Catalogue,
  rules: PlatformRules | undefined,
  url: string,
  actual: OutputActual | null,
): ProbeRequest['depth'] {
  const isAtWork = actual !== null && ['connecting', 'stalled', 'backoff'].includes(actual.state)
  if (isAtWork || catalogue.isPlatformHost(url)) return 'connect'
  return rules?.publishCheck ?? 'publish'
}

/** An output that is live has the best proof there is; null for all others. */
export function liveProof(actual: OutputActual | null): PreflightCheck | null {
  if (actual?.state !== 'live') return null
  return check('publish', 'pass', {
    found: `live since ${(actual.liveSince ?? actual.since).slice(11, 19)} UTC: the far end accepts media`,
    expected,
  })
}

/** What a trial found, and after it what the output itself was last told. */
export function networkChecks(answer: readonly ProbeStep[] | { notTried: string }, actual: OutputActual | null): PreflightCheck[] {
  const own = ownWord(actual)
  if ('notTried' in answer) return [check('dns', 'skip', { found: answer.notTried, expected: 'a test by an engine' }), ...own]
  const checks = answer.map(({ step, verdict, ...texts }): PreflightCheck => ({ check: step, verdict, ...texts }))
  return own.length === 0 ? checks : [...checks.filter(({ check: name }) => name !== 'publish'), ...own]
}

/** Why an output that should be live is not: the engine knows it better than any trial. */
function ownWord(actual: OutputActual | null): PreflightCheck[] {
  const reason = actual?.reason
  if (!actual || !reason || !isTroubled(actual.state)) return []
  return [check('publish', 'fail', { found: `${actual.state}: ${reason.message}`, expected, fix: reason.hint })]
}
