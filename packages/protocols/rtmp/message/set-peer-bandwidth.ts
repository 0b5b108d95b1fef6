import { readU32, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** How strictly a peer means its Set Peer Bandwidth. Spec: RTMP 1.0 §5.4.5 */
export const PeerBandwidthLimit = { hard: 0, soft: 1, dynamic: 2 } as const

/** Set Peer Bandwidth: how many unacknowledged bytes the receiver may have under way. `limit` is not checked: it changes nothing for us. Spec: RTMP 1.0 §5.4.5 */
export type SetPeerBandwidth = { type: 'setPeerBandwidth'; windowBytes: number; limit: number }

export function readSetPeerBandwidth(body: Uint8Array): SetPeerBandwidth {
  // Some encoders leave the limit type out; nginx-rtmp takes that as well.
  if (body.length !== 5 && body.length !== 4) {
    throw new WireError('RTMP_BODY_LENGTH', 0, `Set Peer Bandwidth body is ${body.length} bytes, not 5`)
  }
  return { type: 'setPeerBandwidth', windowBytes: readU32(body, 0), limit: body[4] ?? PeerBandwidthLimit.dynamic }
}

export function writeSetPeerBandwidth(message: SetPeerBandwidth): Uint8Array {
  const body = new Uint8Array(5)
  writeU32(body, 0, message.windowBytes)
  body[4] = message.limit
  return body
}
