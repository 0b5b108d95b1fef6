/** The one thing this needs of an API error, so that `ui` knows nothing of `live`. */
type WithFields = Error & { field(path: string): string | undefined }

const hasFields = (error: Error | null): error is WithFields => error !== null && 'field' in error

/** What was wrong with one field of a form. */
export function fieldError(error: Error | null, path: string): string | undefined {
  return hasFields(error) ? error.field(path) : undefined
}

/** The error itself when none of the form's fields shows it. */
export function restError(error: Error | null, paths: readonly string[]): Error | null {
  return error !== null && paths.some((path) => fieldError(error, path) !== undefined) ? null : error
}
