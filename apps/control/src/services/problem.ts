import { SluiceError } from '@sluice/base/errors'
import type { ProblemCode } from '@sluice/contract/errors'
import type { PolicyViolation } from '@sluice/contract/policy'

export type FieldProblem = { path: string; message: string }

/** A request that is answered with a problem of the API. `message` becomes its detail: found and expected, no secrets. */
export class ProblemError extends SluiceError {
  override readonly code: ProblemCode
  readonly fields: readonly FieldProblem[]
  /** For the `Retry-After` header, or null. */
  readonly retryAfterSeconds: number | null
  /** With POLICY_OUTSIDE. */
  readonly violations: readonly PolicyViolation[]

  constructor(
    code: ProblemCode,
    message: string,
    fields: readonly FieldProblem[] = [],
    retryAfterSeconds: number | null = null,
    violations: readonly PolicyViolation[] = [],
  ) {
    super(code, 'operator', message)
    this.code = code
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds
    this.violations = violations
  }
}

/** The same answer for what does not exist and for what another workspace owns. */
export const notFound = (kind: string, id: string): ProblemError =>
  new ProblemError('NOT_FOUND', `There is no ${kind} ${shorten(id)} here.`)

const shorten = (id: string): string => (id.length > 64 ? `${id.slice(0, 64)}...` : id)
