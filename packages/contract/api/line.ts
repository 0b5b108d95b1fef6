import { z } from 'zod'

/** Which way the media goes: an input receives it, an output sends it. */
export const lineSides = ['input', 'output'] as const
export type LineSide = (typeof lineSides)[number]

/** What one connection over a lossy line (SRT today) went through in one minute, or in the part of it that it lasted. Counts are of this minute. */
export const LineMinute = z.object({
  /** The beginning of the minute, in UTC. */
  at: z.iso.datetime(),
  side: z.enum(lineSides),
  /** The input or output. */
  subjectId: z.string(),
  /** When the connection began: rows of one session have the same. */
  sessionAt: z.iso.datetime(),
  /** How much of the minute is in the figures. */
  spanMs: z.number().int(),
  /** Of the readings taken each second. */
  rttMinMs: z.number(),
  rttAvgMs: z.number(),
  rttP95Ms: z.number(),
  /** Latency that both ends agreed on. */
  latencyMs: z.number(),
  packets: z.number().int(),
  /** Lost on the way, before recovery. */
  lost: z.number().int(),
  resent: z.number().int(),
  /** Lost for good: not recovered within the latency. */
  dropped: z.number().int(),
  /** Came after they were given up; inputs alone. */
  late: z.number().int(),
  /** Media that waits in the buffer. */
  bufferAvgMs: z.number(),
  bufferMaxMs: z.number(),
  rateBps: z.number(),
  /** Estimated capacity of the link; 0 while unknown. */
  capacityBps: z.number(),
  /** Most packets on their way at once; outputs alone. */
  inFlightMaxPackets: z.number().int(),
})
export type LineMinute = z.infer<typeof LineMinute>

/** `GET /channels/{id}/srt`: minute by minute, oldest first. `subject`: one input or output alone. */
export const LineHistory = z.object({ items: z.array(LineMinute) })
export type LineHistory = z.infer<typeof LineHistory>
export const LineHistoryQuery = z.object({
  minutes: z.coerce.number().int().min(1).max(1440).default(60),
  subject: z.string().optional(),
})
