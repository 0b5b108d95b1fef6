import type { ProbeFault } from '@sluice/contract/prober'
import type { Got } from './http/index.ts'

/** What an answer itself is a fault of. */
export function faultsOfAnswer(got: Got, what: 'entry' | 'playlist' | 'media'): ProbeFault[] {
  if (got.status === 200) return []
  if (got.status === null) return [{ code: 'no-answer', figures: { what, reason: got.reason } }]
  if (got.status === 404) return [{ code: 'missing-file', figures: { what } }]
  return [{ code: 'error-answer', figures: { what, status: got.status } }]
}
