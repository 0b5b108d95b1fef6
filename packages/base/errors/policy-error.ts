import { type ErrorCode, SluiceError } from './sluice-error.ts'

/** A request is well-formed but outside what is allowed. `field` names the setting, `limit` the bound in words. */
export class PolicyError extends SluiceError {
  readonly field: string
  readonly limit: string

  constructor(code: ErrorCode, field: string, limit: string, message: string) {
    super(code, 'operator', message)
    this.field = field
    this.limit = limit
  }
}
