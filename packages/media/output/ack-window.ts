import { publisherAckWindowBytes } from '@sluice/protocols/rtmp'

/** About a second of 32 Mbit/s. */
const maxAckWindowBytes = 4 * 1024 * 1024
/** A rate that moves less than this changes nothing. */
const likeness = 1.5

/**
 * The window to ask acknowledgements by: about a second of the programme, so that one says once a second that it reads, whatever
 * the bitrate. `presentBytes` stays while it is about right.
 */
export function nextAckWindow(presentBytes: number, bytesPerSecond: number): number {
  if (bytesPerSecond <= 0) return presentBytes
  const wantedBytes = Math.round(Math.min(maxAckWindowBytes, Math.max(publisherAckWindowBytes, bytesPerSecond)))
  const isAlike = wantedBytes < presentBytes * likeness && wantedBytes > presentBytes / likeness
  return isAlike ? presentBytes : wantedBytes
}
