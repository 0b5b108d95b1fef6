import type { SrtStats } from './session/stats.ts'
import { intervalBetween } from './session/stats-interval.ts'

/** What one direction of a connection went through in a window of some seconds or minutes. Ratios 0..1 of the packets that were sent. */
export type LatencyWindow = {
  latencyMs: number
  /** 95th percentile of the round trip; null: not measured yet. */
  rttMs: number | null
  /** Lost on the way, before recovery. */
  lossRatio: number
  /** Lost for good: too late to play. */
  dropRatio: number
  /** For how long nothing was lost for good, and no more on the way than this window shows. */
  quietMs: number
}

/** One sentence for the operator, and the latency to set when another than the present one is better. */
export type LatencyAdvice = { sentence: string; suggestedLatencyMs: number | null }

/**
 * Round trips that recover a loss this high, after the SRT deployment guide's table, with its steps joined. The guide has 3 for a line that loses
 * less than a hundredth: that leaves two tries for a packet, and nothing for the evening on which the line is worse. [LAT-11]
 */
const ROUND_TRIPS: readonly { upToLoss: number; roundTrips: number }[] = [
  { upToLoss: 0.05, roundTrips: 4 },
  { upToLoss: 0.1, roundTrips: 6 },
  { upToLoss: 1, roundTrips: 8 },
]
/** What is advised has a tenth more than what is needed: a round trip that sways a little must not bring the next advice. */
const MARGIN = 1.1
/** Below this no line is judged: timers and scheduling take their part. */
const MIN_LATENCY_MS = 120
/** Above this loss the line is overloaded or broken, and waiting longer is no cure. */
const HOPELESS_LOSS = 0.12
/** A latency this many times the needed one is called generous. */
const GENEROUS = 4
/** A lower latency is named only after so long without trouble: a line that is good now may be bad at the hour of the show. */
const QUIET_MS = 10 * 60_000
/** What four round trips recover with ease. */
const QUIET_LOSS = 0.01
/** Smaller ratios round to nothing in the sentence and count as none. */
const NOTHING = 0.0005

/** Whether a window counts as quiet: nothing came too late, and at most so much had to come again. */
export const isQuiet = ({ lossRatio, dropRatio }: Pick<LatencyWindow, 'lossRatio' | 'dropRatio'>): boolean =>
  dropRatio < NOTHING && lossRatio <= QUIET_LOSS

/** The advice for one direction of a connection. Pure: the console, the API and the timeline say the same. */
export function adviseLatency(window: LatencyWindow): LatencyAdvice {
  const { latencyMs, rttMs, lossRatio, dropRatio } = window
  if (rttMs === null) return { sentence: 'the round trip is not measured yet', suggestedLatencyMs: null }
  const neededMs = neededLatencyMs(lossRatio, rttMs)
  const advisedMs = neededMs === MIN_LATENCY_MS ? neededMs : Math.round((MARGIN * neededMs) / 10) * 10
  const line =
    lossRatio < NOTHING ? `no loss with RTT ${Math.round(rttMs)} ms` : `loss ${percent(lossRatio)} with RTT ${Math.round(rttMs)} ms`
  if (lossRatio > HOPELESS_LOSS) {
    const suggestedLatencyMs = latencyMs < neededMs ? advisedMs : null
    const set = suggestedLatencyMs === null ? '' : ` and set latency ${suggestedLatencyMs}`
    return { sentence: `${line}: more than any latency recovers; lower the bitrate or fix the line${set}`, suggestedLatencyMs }
  }
  if (latencyMs < neededMs && (lossRatio >= NOTHING || dropRatio >= NOTHING)) {
    return { sentence: `${line}: latency ${latencyMs} ms can't recover it, set ${advisedMs}`, suggestedLatencyMs: advisedMs }
  }
  if (latencyMs < neededMs) {
    return {
      sentence: `${line}: latency ${latencyMs} ms leaves no headroom to resend lost packets, set ${advisedMs}`,
      suggestedLatencyMs: advisedMs,
    }
  }
  if (dropRatio >= NOTHING) {
    return {
      sentence: `${line}: ${percent(dropRatio)} came too late though latency ${latencyMs} ms should do; the line is full at times, lower the bitrate`,
      suggestedLatencyMs: null,
    }
  }
  if (latencyMs > GENEROUS * neededMs && window.quietMs >= QUIET_MS) {
    return {
      sentence: `${line}: all recovered for 10 min; latency ${latencyMs} ms could be ${advisedMs}`,
      suggestedLatencyMs: advisedMs,
    }
  }
  return { sentence: `${line}: all recovered, latency ${latencyMs} ms is right`, suggestedLatencyMs: null }
}

/** The window between two snapshots of one connection. Take `receive` for an input, `send` for an output. */
export function latencyWindow(before: SrtStats, after: SrtStats, direction: 'receive' | 'send'): Omit<LatencyWindow, 'quietMs'> {
  const interval = intervalBetween(before, after)
  const rttMs = after.msRTTP95
  if (direction === 'send') {
    const sent = interval.pktSentUnique
    return {
      latencyMs: after.msSndTsbPdDelay,
      rttMs,
      lossRatio: ratio(interval.pktSndLoss, sent),
      dropRatio: ratio(interval.pktSndDrop, sent),
    }
  }
  const wanted = interval.pktRecvUnique + interval.pktRcvDrop
  return {
    latencyMs: after.msRcvTsbPdDelay,
    rttMs,
    lossRatio: ratio(interval.pktRcvLoss, wanted),
    dropRatio: ratio(interval.pktRcvDrop, wanted),
  }
}

function neededLatencyMs(lossRatio: number, rttMs: number): number {
  const { roundTrips } = ROUND_TRIPS.find((step) => lossRatio <= step.upToLoss)!
  return Math.max(MIN_LATENCY_MS, roundTrips * rttMs)
}

const ratio = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.min(1, part / whole))
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`
