import type { LadderDown } from './ladder-runner.ts'
import type { RungReason } from './rung-lane.ts'

/** Why a rung has no encoder, in plain words. */
export function downReason({ reason, waitMs }: LadderDown): RungReason {
  if (waitMs === null) return { code: 'ENCODER_UNAVAILABLE', message: `this machine cannot encode: ${reason}` }
  const next = waitMs === 0 ? 'it restarts now' : `next try in ${waitMs / 1000} s`
  return { code: 'ENCODER_FAILED', message: `the encoder failed, ${reason}; ${next}` }
}
