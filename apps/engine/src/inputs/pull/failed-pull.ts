import type { Clock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { OpenPull } from '../input-pull.ts'

/** What all pulls need of their engine. */
export type PullParts = { readonly clock: Clock; readonly log: Logger; readonly allowPrivateTargets: () => boolean }

/** A call that can not be made: its end is told later, as all callers of it expect. */
export function failedPull(clock: Clock, failure: Failure, events: Parameters<OpenPull>[2]): { close(): void } {
  const timer = clock.after(0, () => events.onClose(failure))
  return { close: () => timer.cancel() }
}
