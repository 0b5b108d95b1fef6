import type { ErrorCode, Failure, FailureKind } from '@sluice/base/errors'

/**
 * Why a connection is refused, as libsrt's API and its callers print it; on the wire 1000 is added. 1..17 come from the
 * protocol, 1000..1999 from access control (HTTP's codes plus 1000), 2000..2999 are free.
 * Spec: Haivision/srt docs/API/rejection-codes.md
 */
export const SrtRejectCode = {
  unknown: 0,
  system: 1,
  peer: 2,
  resource: 3,
  rogue: 4,
  backlog: 5,
  internal: 6,
  closing: 7,
  version: 8,
  rendezvousCookie: 9,
  badSecret: 10,
  unsecure: 11,
  messageApi: 12,
  congestion: 13,
  filter: 14,
  group: 15,
  timeout: 16,
  crypto: 17,
  badRequest: 1400,
  unauthorized: 1401,
  overload: 1402,
  forbidden: 1403,
  notFound: 1404,
  badMode: 1405,
  unacceptable: 1406,
  conflict: 1409,
  unsupportedMedia: 1415,
  locked: 1423,
  serverError: 1500,
  unimplemented: 1501,
  down: 1503,
  versionNotSupported: 1505,
} as const
export type SrtRejectCode = (typeof SrtRejectCode)[keyof typeof SrtRejectCode]

type Refusal = { kind: FailureKind; code: ErrorCode; reason: string }

const refusals: Record<number, Refusal> = {
  [SrtRejectCode.backlog]: { kind: 'publish-rejected', code: 'SRT_BACKLOG', reason: 'its queue of callers is full' },
  [SrtRejectCode.version]: { kind: 'handshake', code: 'SRT_VERSION', reason: 'it requires a newer SRT version' },
  [SrtRejectCode.badSecret]: { kind: 'auth', code: 'SRT_PASSPHRASE_WRONG', reason: 'the passphrase is not the one it expects' },
  [SrtRejectCode.unsecure]: {
    kind: 'auth',
    code: 'SRT_PASSPHRASE_ONE_SIDED',
    reason: 'one side has a passphrase and the other has none',
  },
  [SrtRejectCode.messageApi]: { kind: 'handshake', code: 'SRT_MODE', reason: 'it is set to file mode, and live mode is needed' },
  [SrtRejectCode.congestion]: { kind: 'handshake', code: 'SRT_MODE', reason: 'it is set to file mode, and live mode is needed' },
  [SrtRejectCode.filter]: {
    kind: 'handshake',
    code: 'SRT_FILTER',
    reason: 'it requires a packet filter (FEC), which Sluice does not support',
  },
  [SrtRejectCode.group]: { kind: 'handshake', code: 'SRT_GROUP', reason: 'it requires bonding, which Sluice does not support' },
  [SrtRejectCode.crypto]: { kind: 'auth', code: 'SRT_CRYPTO_MODE', reason: 'it requires another cipher mode' },
  [SrtRejectCode.badRequest]: { kind: 'publish-rejected', code: 'SRT_BAD_REQUEST', reason: 'it does not understand the stream id' },
  [SrtRejectCode.unauthorized]: { kind: 'auth', code: 'SRT_UNAUTHORIZED', reason: 'the stream id is not authorised' },
  [SrtRejectCode.overload]: { kind: 'publish-rejected', code: 'SRT_OVERLOAD', reason: 'it is overloaded' },
  [SrtRejectCode.forbidden]: { kind: 'auth', code: 'SRT_FORBIDDEN', reason: 'access to this stream id is forbidden' },
  [SrtRejectCode.notFound]: { kind: 'publish-rejected', code: 'SRT_NOT_FOUND', reason: 'it does not know the stream id' },
  [SrtRejectCode.badMode]: { kind: 'publish-rejected', code: 'SRT_BAD_MODE', reason: 'it does not accept this mode for the stream id' },
  [SrtRejectCode.conflict]: {
    kind: 'duplicate-publisher',
    code: 'SRT_CONFLICT',
    reason: 'another publisher is already using this stream id',
  },
  [SrtRejectCode.locked]: { kind: 'duplicate-publisher', code: 'SRT_LOCKED', reason: 'the stream id is locked' },
}

/** The classed failure for a rejection that a far end sent; `code` without the 1000 of the wire, as libsrt prints it. */
export function failureOfRejection(code: number): Failure {
  const known = refusals[code]
  const peerCode = String(code)
  if (known !== undefined) {
    return { kind: known.kind, code: known.code, message: `the far end refused (${code}): ${known.reason}`, peerCode }
  }
  const kind = code >= 1000 ? 'publish-rejected' : 'handshake'
  return { kind, code: 'SRT_REJECTED', message: `the far end refused with code ${code}`, peerCode }
}

/** Why a connection ended. `peer-shutdown`: the peer said so; `idle-timeout`: nothing came from it; `closed`: we asked; `socket`: the UDP socket failed; `fault`: one of ours. */
export type SrtCloseReason = 'peer-shutdown' | 'idle-timeout' | 'closed' | 'socket' | 'fault'
