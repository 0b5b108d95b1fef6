import type { Logger } from '@sluice/base/log'
import type { ChannelStats, SrtSide } from '@sluice/contract/api'
import type { Insertable } from 'kysely'
import type { Database, SrtMinuteTable } from '../db/index.ts'
import { MinuteFold, type MinuteRow } from './minute-fold.ts'

type Parts = { db: Database; log: Logger; workspaceOf(channelId: string): string | undefined }
type Watched = { channelId: string; fold: MinuteFold }
type Reading = { id: string; side: SrtSide; srt: Readonly<Record<string, number>> }

/** Keeps what each SRT connection went through, a row a minute, out of the figures that engines tell each second. */
export class SrtHistory {
  readonly #parts: Parts
  /** By input or output. */
  // bound: one an SRT session that reports, taken away when it no longer does
  readonly #watched = new Map<string, Watched>()
  /** Rows are written one batch after the other. */
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Takes the last second of a channel. */
  take(stats: ChannelStats): void {
    if (stats.at === null) return
    const atMs = Date.parse(stats.at)
    const readings = readingsOf(stats)
    const rows: Insertable<SrtMinuteTable>[] = []
    for (const [id, watched] of this.#watched) {
      const reading = readings.find((one) => one.id === id)
      if (watched.channelId !== stats.channelId || (reading !== undefined && watched.fold.isSame(reading.srt))) continue
      this.#watched.delete(id)
      this.#place(rows, id, stats.channelId, watched.fold.finish())
    }
    for (const { id, side, srt } of readings) {
      const watched = this.#watched.get(id)
      if (watched === undefined) this.#watched.set(id, { channelId: stats.channelId, fold: new MinuteFold(side, srt, atMs) })
      else this.#place(rows, id, stats.channelId, watched.fold.add(srt, atMs))
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
    const { db, log } = this.#parts
    this.#writing = this.#writing
      .then(() => db.insertInto('srt_minute').values(rows).execute())
      .then(
        () => {},
        (error: Error) => log.error({ error: error.message, rows: rows.length }, 'SRT figures of a minute could not be stored'),
      )
  }
}

function readingsOf({ inputs, outputs }: ChannelStats): Reading[] {
  return [
    ...inputs.flatMap(({ inputId, srt }): Reading[] => (srt === null ? [] : [{ id: inputId, side: 'input', srt }])),
    ...outputs.flatMap(({ outputId, srt }): Reading[] => (srt === null ? [] : [{ id: outputId, side: 'output', srt }])),
  ]
}
