import { type ErrorCode, SluiceError } from './sluice-error.ts'

/** A peer broke a wire format: end that one session, never the channel. `offset`: bytes from the start of the parsed buffer. */
export class WireError extends SluiceError {
  readonly offset: number

  constructor(code: ErrorCode, offset: number, message: string) {
    super(code, 'peer', `${message} (at byte ${offset})`)
    this.offset = offset
  }
}
