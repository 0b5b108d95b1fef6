import type { LineSide } from '@sluice/contract/api'
import type { LineStats } from '@sluice/contract/link'
import type { Insertable } from 'kysely'
import type { SrtMinuteTable } from '../db/index.ts'

const minuteMs = 60_000
const usPerMs = 1000
/** A connection this young when first seen is counted from its beginning; an older one from here on. */
const newbornMs = 5000

/** A row but for the place that it belongs to. */
export type MinuteRow = Omit<Insertable<SrtMinuteTable>, 'seq' | 'workspace_id' | 'channel_id' | 'subject_id'>

/** Folds the readings of one SRT connection, about one a second, into a row a minute. Pure: the time comes with the readings. */
export class MinuteFold {
  readonly #side: LineSide
  readonly #sessionAtMs: number
  #startMs: number
  /** The reading that this minute's counts begin at. */
  #base: LineStats | null
  #last: LineStats
  #lastMs: number
  // bound: a minute of readings, one a second, emptied with each minute
  #rttsMs: number[] = []
  // bound: a minute of readings, one a second, emptied with each minute
  #buffersMs: number[] = []
  #flightMax = 0

  constructor(side: LineSide, first: LineStats, atMs: number) {
    const isNewborn = first.ageMs < newbornMs
    this.#side = side
    this.#sessionAtMs = Math.round(atMs - first.ageMs)
    this.#startMs = isNewborn ? this.#sessionAtMs : atMs
    this.#base = isNewborn ? null : first
    this.#last = first
    this.#lastMs = atMs
    this.#note(first)
  }

  /** True when the reading is of the same connection: its clock has gone on. */
  isSame(line: LineStats): boolean {
    return line.ageMs >= this.#last.ageMs
  }

  /** Takes a reading. When it is of the next minute, the row of the one before comes back. */
  add(figures: LineStats, atMs: number): MinuteRow | null {
    const row = minuteOf(atMs) === minuteOf(this.#lastMs) ? null : this.finish()
    if (row !== null) this.#turn()
    this.#last = figures
    this.#lastMs = atMs
    this.#note(figures)
    return row
  }

  /** The row of the readings since the last one. */
  finish(): MinuteRow {
    const { latencyMs, capacityBps } = this.#last
    const spanMs = Math.max(1, Math.round(this.#lastMs - this.#startMs))
    const rtts = this.#rttsMs.toSorted((a, b) => a - b)
    const since = (name: 'packetsTotal' | 'lostTotal' | 'resentTotal' | 'droppedTotal' | 'lateTotal' | 'bytesTotal'): number =>
      Math.max(0, Math.round(this.#last[name] - (this.#base?.[name] ?? 0)))
    return {
      side: this.#side,
      session_at_ms: this.#sessionAtMs,
      at_ms: minuteOf(this.#lastMs),
      span_ms: spanMs,
      rtt_min_us: us(rtts[0]),
      rtt_avg_us: us(mean(rtts)),
      rtt_p95_us: us(rtts[Math.ceil(rtts.length * 0.95) - 1]),
      latency_ms: Math.round(latencyMs),
      unique_packets: since('packetsTotal'),
      loss_packets: since('lostTotal'),
      retrans_packets: since('resentTotal'),
      drop_packets: since('droppedTotal'),
      belated_packets: since('lateTotal'),
      buffer_avg_ms: Math.round(mean(this.#buffersMs)),
      buffer_max_ms: Math.round(Math.max(0, ...this.#buffersMs)),
      rate_bps: Math.round((since('bytesTotal') * 8000) / spanMs),
      bandwidth_bps: Math.round(capacityBps),
      flight_max_packets: this.#flightMax,
    }
  }

  #turn(): void {
    this.#base = this.#last
    this.#startMs = this.#lastMs
    this.#rttsMs = []
    this.#buffersMs = []
    this.#flightMax = 0
  }

  #note(figures: LineStats): void {
    if (figures.rttMs > 0) this.#rttsMs.push(figures.rttMs)
    this.#buffersMs.push(figures.bufferMs)
    this.#flightMax = Math.max(this.#flightMax, figures.inFlightPackets)
  }
}

const minuteOf = (atMs: number): number => Math.floor(atMs / minuteMs) * minuteMs
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
const us = (ms = 0): number => Math.round(ms * usPerMs)
