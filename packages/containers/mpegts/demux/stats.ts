import type { FramerCounts } from '../packet/packet-framer.ts'
import type { TsCounters } from './counters.ts'

/** One PID that the tables name. */
export type TsPidStats = {
  readonly pid: number
  /** `PAT`, `PMT`, or what the stream is. */
  readonly name: string
  readonly packets: number
  readonly continuityErrors: number
  /** Its content is read. */
  readonly isCarried: boolean
}

/** A snapshot of what a demuxer counted since it began. */
export type TsStats = Readonly<TsCounters> &
  Readonly<FramerCounts> & {
    /** Longest distance between two program clock references in stream time; the standard allows 100. */
    readonly pcrMaxIntervalMs: number
    /** Running mean of the clock's unevenness at arrival; 0 unless `push` is told arrival times. */
    readonly pcrJitterMs: number
    /** The program that is carried, null before one was found. */
    readonly programNumber: number | null
    readonly pids: readonly TsPidStats[]
  }
