/** Counts of one connection since it began; each part of the session adds to its own. Named as libsrt names them, without `Total`. */
export type Counters = {
  pktSent: number
  pktSentUnique: number
  pktRetrans: number
  pktSndLoss: number
  pktSndDrop: number
  pktRecv: number
  pktRecvUnique: number
  pktRcvLoss: number
  pktRcvRetrans: number
  pktRcvDrop: number
  pktRcvUndecrypt: number
  pktRcvBelated: number
  pktRcvDuplicate: number
  pktRcvOverflow: number
  pktRcvReordered: number
  pktSentAck: number
  pktRecvAck: number
  pktSentNak: number
  pktRecvNak: number
  byteSent: number
  byteSentUnique: number
  byteRetrans: number
  byteSndDrop: number
  byteRecv: number
  byteRecvUnique: number
  byteRcvLoss: number
  byteRcvDrop: number
  byteRcvUndecrypt: number
  /** Milliseconds by which belated packets came too late, summed. */
  belatedMs: number
  /** Largest distance, in packets, by which an original packet came late. */
  reorderDistance: number
}

/** All counts at zero. */
export const zeroCounters = (): Counters => ({
  pktSent: 0,
  pktSentUnique: 0,
  pktRetrans: 0,
  pktSndLoss: 0,
  pktSndDrop: 0,
  pktRecv: 0,
  pktRecvUnique: 0,
  pktRcvLoss: 0,
  pktRcvRetrans: 0,
  pktRcvDrop: 0,
  pktRcvUndecrypt: 0,
  pktRcvBelated: 0,
  pktRcvDuplicate: 0,
  pktRcvOverflow: 0,
  pktRcvReordered: 0,
  pktSentAck: 0,
  pktRecvAck: 0,
  pktSentNak: 0,
  pktRecvNak: 0,
  byteSent: 0,
  byteSentUnique: 0,
  byteRetrans: 0,
  byteSndDrop: 0,
  byteRecv: 0,
  byteRecvUnique: 0,
  byteRcvLoss: 0,
  byteRcvDrop: 0,
  byteRcvUndecrypt: 0,
  belatedMs: 0,
  reorderDistance: 0,
})
