import { type Failure, SluiceError, WireError } from '@sluice/base/errors'
import type { RtmpCloseReason } from '../types.ts'
import type { DialPhase } from './socket-failure.ts'

/** A fault of ours. */
export const internalFailure: Failure = { kind: 'remote-close', code: 'RTMP_INTERNAL', message: 'a fault in Sluice ended the connection' }

/** What we were told to do can't be done: no retry will help. */
export function settingFailure(err: unknown): Failure {
  const isKnown = err instanceof SluiceError
  const isKey = isKnown && err.code === 'RTMP_STREAM_KEY'
  return {
    kind: isKey ? 'auth' : 'dns',
    code: isKnown ? err.code : 'RTMP_DIAL',
    message: isKnown ? err.message : 'the connection could not be started',
  }
}

/** The server broke the protocol. */
export function wireFailure(err: unknown, phase: DialPhase): Failure {
  const isKnown = err instanceof WireError
  const message = isKnown ? err.message : 'an internal fault'
  return {
    kind: phase === 'live' ? 'remote-close' : 'handshake',
    code: isKnown ? err.code : 'RTMP_INTERNAL',
    message: `the server does not speak RTMP as it should: ${message}`,
  }
}

/** It can't be followed: nothing that a retry at once would change, but load balancers change their mind. */
export const redirectFailure = (where: string): Failure => ({
  kind: 'handshake',
  code: 'RTMP_REDIRECT',
  message: `the server sent the connection ${where}`,
  peerCode: 'NetConnection.Connect.Rejected',
})

/** It failed at another server than that of the given address: who looks there alone finds nothing wrong. */
export const failureWhereSent = (failure: Failure, place: string): Failure =>
  failure.code === 'RTMP_REDIRECT'
    ? failure
    : { ...failure, message: `${failure.message} (at ${place}, where the server sent the connection)` }

/** The same as a player's sink hears it; null: by our own close. */
export function reasonOf(failure: Failure | null): RtmpCloseReason {
  if (failure === null) return { kind: 'local', message: 'closed by us' }
  return { kind: failure.kind === 'remote-close' ? 'fin' : 'wire-error', code: failure.code, message: failure.message }
}
