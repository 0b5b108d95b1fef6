import type { PlannedOutput, PlanRequest } from './facts.ts'
import type { PlannedRung, Way } from './plan.ts'
import { wantOf } from './wants.ts'

/**
 * Where an output goes while the encoder of its rung keeps failing: to the largest smaller rung that runs, else to the source where its destination
 * takes that, else it waits where it is. The rung stays in the plan: engines go on trying it. `smallerThan`: what may go in place of a rung, best first.
 */
export function aroundFailed(
  way: Way,
  output: PlannedOutput,
  request: PlanRequest,
  smallerThan: (rungId: string) => readonly PlannedRung[],
): Way {
  const { failed } = request
  if (failed === undefined || !failed.has(way.rung)) return way
  const smaller = smallerThan(way.rung).find(({ id }) => id !== way.rung && !failed.has(id))
  if (smaller !== undefined) return { ...way, rung: smaller.id, warning: { code: 'rung-failed', by: smaller.spec.name } }
  const takesSource = wantOf({ ...output, wish: 'auto' }, { ...request, isRolledBack: false }).type === 'source'
  return takesSource
    ? { ...way, rung: 'source', warning: { code: 'rung-failed', by: 'source' } }
    : { ...way, warning: { code: 'rung-failed' } }
}
