import type { LineStats } from '@sluice/contract/link'

/** Figures of a lossy line on which nothing is lost, but for what `over` says. */
export const makeLine = (over: Partial<LineStats> = {}): LineStats => ({
  ageMs: 0,
  rttMs: 0,
  latencyMs: 0,
  bufferMs: 0,
  capacityBps: 0,
  inFlightPackets: 0,
  packetsTotal: 0,
  lostTotal: 0,
  resentTotal: 0,
  droppedTotal: 0,
  lateTotal: 0,
  bytesTotal: 0,
  detail: {},
  ...over,
})
