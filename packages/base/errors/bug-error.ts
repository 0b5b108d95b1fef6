import { SluiceError } from './sluice-error.ts'

/** Sluice itself is wrong. The only error that may end a process. */
export class BugError extends SluiceError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('SLUICE_BUG', 'sluice', message, options)
  }
}

/** Throws BugError unless `holds`: for what cannot be, never for input. */
export function invariant(holds: unknown, message: string): asserts holds {
  if (!holds) throw new BugError(message)
}
