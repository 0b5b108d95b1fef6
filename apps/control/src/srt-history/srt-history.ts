import type { Logger } from '@sluice/base/log'
import type { ChannelStats, LineSide } from '@sluice/contract/api'
import type { LineStats } from '@sluice/contract/link'
import type { Insertable } from 'kysely'
import { type Database, RowQueue, type SrtMinuteTable } from '../db/index.ts'
import { MinuteFold, type MinuteRow } from './minute-fold.ts'

type Parts = { db: Database; log: Logger; workspaceOf(channelId: string): string | undefined }
type Watched = { channelId: string; fold: MinuteFold }
type Reading = { id: string; side: LineSide; line: LineStats }

/** Keeps what each SRT connection went through, a row a minute, out of the figures that engines tell each second. */
export class SrtHistory {
  readonly #parts: Parts
  /** By input or output. */
  // bound: one an SRT session that reports, taken away when it no longer does
  readonly #watched = new Map<string, Watched>()
  readonly #rows: RowQueue<Insertable<SrtMinuteTable>>

  constructor(parts: Parts) {
    this.#parts = parts
    const { db, log } = parts
    this.#rows = new RowQueue({ log, what: 'SRT figures', insert: (rows) => db.insertInto('srt_minute').values(rows).execute() })
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
    this.#rows.add(rows)
    this.#rows.write()
  }

  /** Writes what is begun, and waits for all of it. */
  async close(): Promise<void> {
    const rows: Insertable<SrtMinuteTable>[] = []
    for (const [id, { channelId, fold }] of this.#watched) this.#place(rows, id, channelId, fold.finish())
    this.#watched.clear()
    this.#rows.add(rows)
    await this.#rows.close()
  }

  /** Adds a row, unless the channel is gone for good. */
  #place(rows: Insertable<SrtMinuteTable>[], subjectId: string, channelId: string, row: MinuteRow | null): void {
    const workspaceId = this.#parts.workspaceOf(channelId)
    if (row !== null && workspaceId !== undefined) {
      rows.push({ workspace_id: workspaceId, channel_id: channelId, subject_id: subjectId, ...row })
    }
  }
}

function readingsOf({ inputs, outputs }: ChannelStats): Reading[] {
  return [
    ...inputs.flatMap(({ inputId, line }): Reading[] => (line === null ? [] : [{ id: inputId, side: 'input', line }])),
    ...outputs.flatMap(({ outputId, line }): Reading[] => (line === null ? [] : [{ id: outputId, side: 'output', line }])),
  ]
}
