import type { ErrorCode } from './sluice-error.ts'

/** Why a connection to a far end failed: each kind has its own retry policy and its own advice to the operator. */
export const failureKinds = [
  'dns',
  'tcp',
  'tls',
  'handshake',
  'auth',
  'publish-rejected',
  'duplicate-publisher',
  'codec',
  'stall',
  'remote-close',
] as const
export type FailureKind = (typeof failureKinds)[number]

/** A classed failure of one connection. `message` is one sentence for the operator, with found and expected, without keys. */
export type Failure = {
  readonly kind: FailureKind
  readonly code: ErrorCode
  readonly message: string
  /** The far end's own status code where it sent one (`NetStream.Publish.BadName`). */
  readonly peerCode?: string
  /** What the operator tries first, where the advice for its kind would lead astray. */
  readonly hint?: string
}
