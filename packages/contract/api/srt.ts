import { z } from 'zod'

/** Which way the media goes: an input receives it, an output sends it. */
export const srtSides = ['input', 'output'] as const
export type SrtSide = (typeof srtSides)[number]

/**
 * What one SRT connection went through in one minute, or in the part of it that the connection lasted. `pkt...` are counts of this
 * minute, `ms...` milliseconds, `mbps...` megabits a second. Spec: Haivision/srt docs/API/statistics.md
 */
export const SrtMinute = z.object({
  /** The beginning of the minute, in UTC. */
  at: z.iso.datetime(),
  side: z.enum(srtSides),
  /** The input or output. */
  subjectId: z.string(),
  /** When the connection began: rows of one session have the same. */
  sessionAt: z.iso.datetime(),
  /** How much of the minute is in the figures. */
  spanMs: z.number().int(),
  /** Of the readings taken each second. */
  msRTTMin: z.number(),
  msRTTAvg: z.number(),
  msRTTP95: z.number(),
  /** Latency that both ends agreed on. */
  msTsbPdDelay: z.number(),
  pktUnique: z.number().int(),
  /** Lost on the way, before recovery. */
  pktLoss: z.number().int(),
  pktRetrans: z.number().int(),
  /** Lost for good: not recovered within the latency. */
  pktDrop: z.number().int(),
  /** Came after they were given up; inputs alone. */
  pktBelated: z.number().int(),
  /** Media that waits in the buffer. */
  msBufAvg: z.number(),
  msBufMax: z.number(),
  mbpsRate: z.number(),
  /** Estimated capacity of the link; 0 while unknown. */
  mbpsBandwidth: z.number(),
  /** Most packets on their way at once; outputs alone. */
  pktFlightSizeMax: z.number().int(),
})
export type SrtMinute = z.infer<typeof SrtMinute>

/** `GET /channels/{id}/srt`: minute by minute, oldest first. `subject`: one input or output alone. */
export const SrtHistory = z.object({ items: z.array(SrtMinute) })
export type SrtHistory = z.infer<typeof SrtHistory>
export const SrtHistoryQuery = z.object({
  minutes: z.coerce.number().int().min(1).max(1440).default(60),
  subject: z.string().optional(),
})

/** The figures of one direction that tell how a connection does; counts since it began. */
export type SrtFigures = {
  /** Time since the connection began. */
  readonly ageMs: number
  /** 0 until it was measured. */
  readonly rttMs: number
  readonly latencyMs: number
  readonly bufferMs: number
  readonly bandwidthMbps: number
  readonly flightPackets: number
  readonly uniqueTotal: number
  readonly lossTotal: number
  readonly retransTotal: number
  readonly dropTotal: number
  readonly belatedTotal: number
  readonly bytesTotal: number
}

/** Picks the direction that matters out of libsrt's field names; a figure that is not told counts as 0. */
export function srtFigures(srt: Readonly<Record<string, number>>, side: SrtSide): SrtFigures {
  const of = (name: string): number => srt[name] ?? 0
  // libsrt begins with a guess of 100 ms.
  const rttMs = srt.msRTTMin === undefined ? 0 : of('msRTT')
  const both = { ageMs: of('msTimeStamp'), rttMs, bandwidthMbps: of('mbpsBandwidth') }
  if (side === 'output') {
    return {
      ...both,
      latencyMs: of('msSndTsbPdDelay'),
      bufferMs: of('msSndBuf'),
      flightPackets: of('pktFlightSize'),
      uniqueTotal: of('pktSentUniqueTotal'),
      lossTotal: of('pktSndLossTotal'),
      retransTotal: of('pktRetransTotal'),
      dropTotal: of('pktSndDropTotal'),
      belatedTotal: 0,
      bytesTotal: of('byteSentTotal'),
    }
  }
  return {
    ...both,
    latencyMs: of('msRcvTsbPdDelay'),
    bufferMs: of('msRcvBuf'),
    flightPackets: 0,
    uniqueTotal: of('pktRecvUniqueTotal'),
    lossTotal: of('pktRcvLossTotal'),
    retransTotal: of('pktRcvRetransTotal'),
    dropTotal: of('pktRcvDropTotal'),
    belatedTotal: of('pktRcvBelatedTotal'),
    bytesTotal: of('byteRecvTotal'),
  }
}
