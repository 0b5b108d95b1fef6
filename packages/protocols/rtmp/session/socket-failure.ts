import { type Failure, SluiceError } from '@sluice/base/errors'
import { certificateWords, isLookupError, socketErrorCode, socketWords } from '@sluice/protocols/socket'

/** How far a client's connection was when its socket failed. */
export type DialPhase = 'dns' | 'tcp' | 'tls' | 'handshake' | 'connect' | 'start' | 'live'

/** A server that says yes and closes so soon means no: nginx-rtmp 1.2.2 and SRS answer publish before they ask who may. */
const afterthoughtMs = 3000

/** Classes what a socket reported. `phase` decides where the error's own code does not; `liveMs`: how long it was live, if it was. */
export function classifySocketError(err: unknown, phase: DialPhase, liveMs = 0): Failure {
  if (err instanceof AggregateError && err.errors.length > 0) return classifySocketError(err.errors[0], phase, liveMs)
  if (err instanceof SluiceError) {
    // Thrown by a caller's own `lookup`: an address that may not be reached.
    return { kind: phase === 'dns' || phase === 'tcp' ? 'dns' : 'handshake', code: err.code, message: err.message }
  }
  const code = socketErrorCode(err)
  if (isLookupError(err)) return { kind: 'dns', code: 'RTMP_DNS', message: `the host name does not resolve: ${code}` }
  const certificate = certificateWords[code]
  if (certificate !== undefined) return { kind: 'tls', code: 'RTMP_TLS_CERTIFICATE', message: `TLS failed: ${certificate}` }
  if (phase === 'tls' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') {
    return {
      kind: 'tls',
      code: 'RTMP_TLS',
      message: `TLS failed: ${socketWords[code] ?? `the far end does not support our TLS versions (${code})`}`,
    }
  }
  const words = socketWords[code] ?? `the connection failed (${code})`
  if (phase === 'dns' || phase === 'tcp' || phase === 'handshake') return { kind: 'tcp', code: 'RTMP_TCP', message: words }
  return closedFailure(phase, words, liveMs)
}

/** The far end closed, or the connection broke, in this phase; `words` says how. */
export function closedFailure(phase: DialPhase, words: string, liveMs = 0): Failure {
  switch (phase) {
    case 'dns':
    case 'tcp':
      return { kind: 'tcp', code: 'RTMP_TCP', message: words }
    case 'tls':
      return { kind: 'tls', code: 'RTMP_TLS', message: `TLS failed: ${words}` }
    case 'handshake':
      return { kind: 'handshake', code: 'RTMP_HANDSHAKE_CLOSED', message: `no RTMP handshake: ${words}` }
    case 'connect':
      return {
        kind: 'publish-rejected',
        code: 'RTMP_CLOSED_ON_CONNECT',
        message: `${words} instead of answering connect: most often a wrong application name`,
      }
    case 'start':
      return {
        kind: 'publish-rejected',
        code: 'RTMP_CLOSED_ON_PUBLISH',
        message: `${words} instead of answering: most often a wrong stream key`,
      }
    case 'live':
      if (liveMs < afterthoughtMs) {
        const message = `${words} ${Math.round(liveMs)} ms after it accepted the stream: most often a wrong stream key`
        return { kind: 'publish-rejected', code: 'RTMP_CLOSED_AFTER_START', message }
      }
      return { kind: 'remote-close', code: 'RTMP_REMOTE_CLOSE', message: words }
  }
}

/** The time to get ready ran out in this phase. */
export function timeoutFailure(phase: DialPhase, timeoutMs: number): Failure {
  const waited = `within ${timeoutMs / 1000} s`
  switch (phase) {
    case 'dns':
      return { kind: 'dns', code: 'RTMP_DNS_TIMEOUT', message: `the host name did not resolve ${waited}` }
    case 'tcp':
      return { kind: 'tcp', code: 'RTMP_TCP_TIMEOUT', message: `no TCP connection ${waited}` }
    case 'tls':
      return { kind: 'tls', code: 'RTMP_TLS_TIMEOUT', message: `no TLS connection ${waited}` }
    case 'handshake':
      return { kind: 'handshake', code: 'RTMP_HANDSHAKE_TIMEOUT', message: `no RTMP handshake ${waited}` }
    default:
      return {
        kind: 'handshake',
        code: 'RTMP_ANSWER_TIMEOUT',
        message: `the server did not answer ${phase === 'connect' ? 'connect' : 'our publish or play'} ${waited}`,
      }
  }
}
