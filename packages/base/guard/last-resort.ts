import { BugError } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'

/** What is needed of `process`. */
export type UncaughtSource = { on(event: 'uncaughtException', run: (error: unknown, origin: string) => void): unknown }

/**
 * What a process does with a throw that no guard caught, rejected promises included. It goes on: ending would take every channel off the
 * air for what is one callback's trouble. Only a BugError ends it, since Sluice itself says that its state can't be trusted; control
 * starts an engine again.
 */
export function goOnAfterFaults(source: UncaughtSource, log: Logger, exit: () => void): void {
  source.on('uncaughtException', (error, origin) => {
    try {
      log.error({ err: error, origin }, 'an unhandled fault in Sluice: please report it')
    } catch {
      // The log can't be written: the decision stays the same.
    }
    if (error instanceof BugError) exit()
  })
}
