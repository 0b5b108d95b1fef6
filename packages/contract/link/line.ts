import { z } from 'zod'

/**
 * How one connection over a lossy line does, whatever the protocol (SRT today), seen from the side that matters: an input receives, an
 * output sends. Totals count since the connection began.
 */
export const LineStats = z.object({
  /** Time since the connection began: it starts again with the next one. */
  ageMs: z.number(),
  /** Round trip, smoothed; 0 until it was measured. */
  rttMs: z.number(),
  /** What both ends agreed on: media is played so long after it was sent, and what comes later is dropped. */
  latencyMs: z.number(),
  /** Media in the buffer: a receiver's waits for its time, a sender's for its acknowledgement. */
  bufferMs: z.number(),
  /** Estimated capacity of the line; 0 while unknown, and rough. */
  capacityBps: z.number(),
  /** Packets sent and not yet acknowledged; 0 where this side receives. */
  inFlightPackets: z.number(),
  /** Packets of media, each counted once however often it was sent. */
  packetsTotal: z.number(),
  /** Lost on the way, before recovery. */
  lostTotal: z.number(),
  /** Sent again. */
  resentTotal: z.number(),
  /** Lost for good: not recovered within the latency. What viewers notice. */
  droppedTotal: z.number(),
  /** Came after they were given up: a longer latency would have saved them; 0 where this side sends. */
  lateTotal: z.number(),
  /** With all headers and what was sent again. */
  bytesTotal: z.number(),
  /** The protocol's own figures under its own names: libsrt's for SRT (`msRTT`, `pktRcvLossTotal`, ...). */
  detail: z.record(z.string(), z.number()),
})
export type LineStats = z.infer<typeof LineStats>

/** What the last 20 s of a line say of its latency, in one sentence; a number where another would be better. */
export const LineAdvice = z.object({ sentence: z.string(), suggestedLatencyMs: z.number().int().nullable() })
export type LineAdvice = z.infer<typeof LineAdvice>
