import type { SrtStats } from './session/stats.ts'

/** A connection's figures in words that any lossy line has; `detail` has all of libsrt's. */
export type LineFigures = {
  ageMs: number
  rttMs: number
  latencyMs: number
  bufferMs: number
  capacityBps: number
  inFlightPackets: number
  packetsTotal: number
  lostTotal: number
  resentTotal: number
  droppedTotal: number
  lateTotal: number
  bytesTotal: number
  detail: Record<string, number>
}

/** The figures of the direction that matters to the owner. */
export function lineFigures(stats: SrtStats, direction: 'receive' | 'send'): LineFigures {
  // A session begins with a guess of 100 ms: without a sample nothing was measured.
  const rttMs = stats.msRTTMin === null ? 0 : stats.msRTT
  const both = { ageMs: stats.msTimeStamp, rttMs, capacityBps: stats.mbpsBandwidth * 1e6, detail: numbersOf(stats) }
  if (direction === 'send') {
    return {
      ...both,
      latencyMs: stats.msSndTsbPdDelay,
      bufferMs: stats.msSndBuf,
      inFlightPackets: stats.pktFlightSize,
      packetsTotal: stats.pktSentUniqueTotal,
      lostTotal: stats.pktSndLossTotal,
      resentTotal: stats.pktRetransTotal,
      droppedTotal: stats.pktSndDropTotal,
      lateTotal: 0,
      bytesTotal: stats.byteSentTotal,
    }
  }
  return {
    ...both,
    latencyMs: stats.msRcvTsbPdDelay,
    bufferMs: stats.msRcvBuf,
    inFlightPackets: 0,
    packetsTotal: stats.pktRecvUniqueTotal,
    lostTotal: stats.pktRcvLossTotal,
    resentTotal: stats.pktRcvRetransTotal,
    droppedTotal: stats.pktRcvDropTotal,
    lateTotal: stats.pktRcvBelatedTotal,
    bytesTotal: stats.byteRecvTotal,
  }
}

function numbersOf(stats: SrtStats): Record<string, number> {
  const numbers: Record<string, number> = {}
  for (const [name, value] of Object.entries(stats)) if (typeof value === 'number' && Number.isFinite(value)) numbers[name] = value
  return numbers
}
