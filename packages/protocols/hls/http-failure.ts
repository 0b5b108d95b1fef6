import { type Failure, SluiceError } from '@sluice/base/errors'
import { certificateWords, isLookupError, socketErrorCode, socketWords } from '@sluice/protocols/socket'

/** Classes what a request's socket reported. `what`: playlist, segment. */
export function classifyHttpError(err: unknown, what: string): Failure {
  if (err instanceof AggregateError && err.errors.length > 0) return classifyHttpError(err.errors[0], what)
  // Thrown by a caller's own `lookup` or `refuseHost`: an address that may not be reached.
  if (err instanceof SluiceError) return { kind: 'dns', code: err.code, message: err.message }
  const code = socketErrorCode(err)
  if (isLookupError(err)) return { kind: 'dns', code: 'HLS_DNS', message: `${what}: the host name does not resolve: ${code}` }
  const certificate = certificateWords[code]
  if (certificate !== undefined) return { kind: 'tls', code: 'HLS_TLS_CERTIFICATE', message: `${what}: TLS failed: ${certificate}` }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') {
    return { kind: 'tls', code: 'HLS_TLS', message: `${what}: TLS failed: the far end does not support our TLS versions (${code})` }
  }
  if (code.startsWith('HPE_')) return { kind: 'handshake', code: 'HLS_HTTP', message: `${what}: the answer is not HTTP (${code})` }
  return { kind: 'tcp', code: 'HLS_TCP', message: `${what}: ${socketWords[code] ?? `the connection failed (${code})`}` }
}

/** What a status other than 200 and 206 means. */
export function statusFailure(status: number, what: string): Failure {
  const message = `${what}: the server answered ${status}, 200 expected`
  if (status === 401 || status === 403) return { kind: 'auth', code: 'HLS_FORBIDDEN', message }
  if (status === 404 || status === 410) return { kind: 'remote-close', code: 'HLS_NOT_FOUND', message }
  return { kind: status >= 500 ? 'tcp' : 'handshake', code: 'HLS_HTTP', message }
}
