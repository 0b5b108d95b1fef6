import { isoTime } from '@sluice/base/clock'
import type { Rotation, RotationState } from '@sluice/contract/api'
import type { OutputActual } from '@sluice/contract/link'
import type { LiveSight } from '../index.ts'
import type { DestinationRecord } from './records.ts'

/** An output on a destination whose key was replaced, and the engine's last word on it. */
export type RotatedOutput = { id: string; name: string; desired: string; actual: OutputActual | null }
type Step = Rotation['outputs'][number]

/** How far each output is with the key of `placeNo`, which was put in place at `rotatedAtMs`. */
export function judgeRotation(outputs: readonly RotatedOutput[], placeNo: number, rotatedAtMs: number): Step[] {
  return outputs.map(({ id, name, desired, actual }) => {
    const step = (state: Step['state'], reason: string | null = null): Step => ({ outputId: id, name, state, reason })
    if (desired !== 'running' || actual === null || actual.state === 'idle' || actual.state === 'stopped') return step('idle')
    if (actual.state === 'failed' || actual.state === 'disabled') return step('failed', actual.reason?.message ?? null)
    if (actual.handover?.state === 'failed') return step('failed', actual.handover.reason?.message ?? null)
    if (actual.state === 'live' && usesPlace(actual, placeNo, rotatedAtMs)) return step('applied')
    return step('pending', (actual.handover ?? actual).reason?.message ?? null)
  })
}

/** An engine that does not say which place it uses reconnects for a new one: a session that is younger has it. */
function usesPlace({ placeNo: used, liveSince }: OutputActual, placeNo: number, rotatedAtMs: number): boolean {
  if (typeof used === 'number') return used >= placeNo
  return used === undefined && liveSince !== null && Date.parse(liveSince) > rotatedAtMs
}

/** All outputs in one word. Without any session nothing new is known: what was known stays. */
export function rotationState(steps: readonly Pick<Step, 'state'>[], known: RotationState): RotationState {
  const has = (state: Step['state']): boolean => steps.some((step) => step.state === state)
  if (has('pending')) return 'pending'
  if (has('failed')) return has('applied') ? 'partial' : 'failed'
  return has('applied') ? 'applied' : known
}

/** How the last rotation of a destination went; null: its key was never rotated. */
export function rotationOf(live: Pick<LiveSight, 'output'>, row: DestinationRecord): Rotation | null {
  if (row.rotated_at_ms === null) return null
  const outputs = row.outputs.map((output) => ({ ...output, actual: live.output(output.id) }))
  const steps = judgeRotation(outputs, row.place_no, row.rotated_at_ms)
  const known = row.rotation_state ?? 'pending'
  return { at: isoTime(row.rotated_at_ms), by: row.rotated_by ?? '', state: rotationState(steps, known), outputs: steps }
}
