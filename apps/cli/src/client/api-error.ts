import { CliError } from '../cli-error.ts'

/** A request failed. `status` is the HTTP status, or null when no answer came: a follower tries again then, and after 5xx. */
export class ApiError extends CliError {
  readonly status: number | null

  constructor(status: number | null, message: string, hint: string | null) {
    super(message, hint === null ? {} : { hint })
    this.name = 'ApiError'
    this.status = status
  }

  /** Whether the same request may go well later. */
  get isPassing(): boolean {
    return this.status === null || this.status === 429 || this.status >= 500
  }
}
