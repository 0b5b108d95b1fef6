import { Problem } from '@sluice/contract/errors'

/** A request that Sluice refused, or that never reached it (`status` 0). `message` is the sentence to show. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly fields: ReadonlyArray<{ path: string; message: string }>

  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.fields = problem.fields ?? []
  }

  /** The message for one form field, by its JSON path (`url`, `outputs.0.url`). */
  field(path: string): string | undefined {
    return this.fields.find((field) => field.path === path)?.message
  }
}

/** The error of an answer that was not 2xx; a body that is no problem document still gives a sentence. Spec: RFC 9457 §3 */
export function apiErrorOf(status: number, body: unknown): ApiError {
  const problem = Problem.safeParse(body)
  if (problem.success) return new ApiError(problem.data)
  return new ApiError({
    type: 'about:blank',
    title: 'Unexpected answer',
    status,
    detail: `Sluice answered with status ${status} and gave no reason. Check its log, then try again.`,
    code: 'ANSWER_UNEXPECTED',
  })
}

/** A good answer whose form this page does not know: it was loaded from a Sluice of another version. */
export function notUnderstood(status: number): ApiError {
  return new ApiError({
    type: 'about:blank',
    title: 'Unknown answer',
    status,
    detail: 'This page and Sluice are different versions. Reload the page. If that does not help, restart Sluice.',
    code: 'ANSWER_UNKNOWN',
  })
}

/** No answer at all. */
export function unreachable(): ApiError {
  return new ApiError({
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    detail: 'Sluice did not answer. Check that it is running and that this computer can reach it.',
    code: 'NETWORK_UNREACHABLE',
  })
}
