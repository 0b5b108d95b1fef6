import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { ChannelStats, LineSide } from '@sluice/contract/api'
import type { LineStats } from '@sluice/contract/link'
import type { Insertable } from 'kysely'
import { type Database, type SrtMinuteTable, troubleOf } from '../db/index.ts'
import { MinuteFold, type MinuteRow } from './minute-fold.ts'

/** Minutes that may wait for the database: an hour of 80 connections. Beyond it the oldest are lost, and the log says how many. */
const maxWaiting = 5000
const maxRowsPerInsert = 100

type Parts = { db: Database; log: Logger; workspaceOf(channelId: string): string | undefined }
type Watched = { channelId: string; fold: MinuteFold }
type Reading = { id: string; side: LineSide; line: LineStats }

/** Keeps what each SRT connection went through, a row a minute, out of the figures that engines tell each second. */
export class SrtHistory {
  readonly #parts: Parts
  /** By input or output. */
  // bound: one an SRT session that reports, taken away when it no longer does
  readonly #watched = new Map<string, Watched>()
  // bound: `maxWaiting` rows, the oldest go and are counted as lost
  #waiting: Insertable<SrtMinuteTable>[] = []
  #lost = 0
  /** Rows are written one batch after the other. */
  #writing: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Takes the last second of a channel. */
  note(stats: ChannelStats): void {
    if (stats.at === null) return
    const atMs = Date.parse(stats.at)
    const readings = readingsOf(stats)
    const rows: Insertable<SrtMinuteTable>[] = []
    for (const [id, watched] of this.#watched) {
      const reading = readings.find((one) => one.id === id)
      if (watched.channelId !== stats.channelId || (reading !== undefined && watched.fold.isSame(reading.line))) continue
      this.#watched.delete(id)
      this.#place(rows, id, stats.channelId, watched.fold.finish())
    }
    for (const { id, side, line } of readings) {
      const watched = this.#watched.get(id)
      if (watched === undefined) this.#watched.set(id, { channelId: stats.channelId, fold: new MinuteFold(side, line, atMs) })
      else this.#place(rows, id, stats.channelId, watched.fold.add(line, atMs))
    }
    this.#write(rows)
  }

  /** Writes what is begun, and waits for all of it. */
  async close(): Promise<void> {
    const rows: Insertable<SrtMinuteTable>[] = []
    for (const [id, { channelId, fold }] of this.#watched) this.#place(rows, id, channelId, fold.finish())
    this.#watched.clear()
    this.#write(rows)
    await this.#writing
    if (this.#waiting.length > 0) await this.#flush()
  }

  /** Adds a row, unless the channel is gone for good. */
  #place(rows: Insertable<SrtMinuteTable>[], subjectId: string, channelId: string, row: MinuteRow | null): void {
    const workspaceId = this.#parts.workspaceOf(channelId)
    if (row !== null && workspaceId !== undefined) {
      rows.push({ workspace_id: workspaceId, channel_id: channelId, subject_id: subjectId, ...row })
    }
  }

  #write(rows: readonly Insertable<SrtMinuteTable>[]): void {
    if (rows.length === 0) return
    this.#waiting.push(...rows)
    const over = this.#waiting.length - maxWaiting
    if (over > 0) this.#lost += this.#waiting.splice(0, over).length
    this.#writing ??= this.#flush().finally(() => {
      this.#writing = null
    })
  }

  /** What can't be written waits for the rows of the next minute. */
  async #flush(): Promise<void> {
    const { db, log } = this.#parts
    while (this.#waiting.length > 0) {
      const rows = this.#waiting.slice(0, maxRowsPerInsert)
      try {
        await db.insertInto('srt_minute').values(rows).execute()
      } catch (error) {
        const isAway = troubleOf(error) !== null
        const text = messageOf(error)
        log.error({ error: text, waiting: this.#waiting.length }, 'SRT figures of a minute could not be stored')
        if (isAway) return
      }
      const written = new Set(rows)
      this.#waiting = this.#waiting.filter((row) => !written.has(row))
    }
    if (this.#lost > 0) log.error({ rows: this.#lost }, 'SRT figures were lost: the database was unavailable for too long')
    this.#lost = 0
  }
}

function readingsOf({ inputs, outputs }: ChannelStats): Reading[] {
  return [
    ...inputs.flatMap(({ inputId, line }): Reading[] => (line === null ? [] : [{ id: inputId, side: 'input', line }])),
    ...outputs.flatMap(({ outputId, line }): Reading[] => (line === null ? [] : [{ id: outputId, side: 'output', line }])),
  ]
}
