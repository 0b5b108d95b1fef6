import { type Clock, isoTime, type Timer } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { Beacon, PlaybackFigures, PlaybackStats } from '@sluice/contract/api'
import type { NewEvent } from '@sluice/contract/link'
import { type Database, RowQueue } from '../db/index.ts'
import { type Cell, figuresOf, reportOf } from './figures.ts'
import { type MinuteRow, toCell, toRow } from './rows.ts'
import { type Moment, minuteMs, ViewBook } from './view-book.ts'

/** Views of one channel that are followed, and of all of them: some 400 bytes each. */
const maxViewsPerChannel = 10_000
const maxViews = 30_000
/** Formats of one channel in one minute. */
const maxCells = 40
const lookEveryMs = 5000
/** So much of the last minutes is shown as now. */
const statsSpanMs = 15 * minuteMs
/** What counts as trouble of many, and not of one viewer's line: so many stalls, and one for so many viewers, in a minute. */
const troubling = { stalls: 3, viewersPerStall: 5 } as const

type Parts = {
  db: Database
  clock: Clock
  log: Logger
  workspaceOf(channelId: string): string | undefined
  /** Start of the broadcast that runs; null for none. */
  broadcastOf(channelId: string): number | null
  onEvent(event: NewEvent & { channelId: string }): void
}

type Followed = { readonly book: ViewBook /** Of the minute before. */; last: readonly Cell[] }

/** What is known of the viewers of a channel right now, out of memory. */
export type PlaybackNow = { readonly reporting: number; readonly figures: PlaybackFigures }

/** Keeps what viewers' players say: views in memory, a row for each minute and format. Nothing of it names a viewer. [EMB-04] [PLB-12] */
export class PlaybackMonitor {
  readonly #parts: Parts
  // bound: one a channel with a view in the last two minutes
  readonly #channels = new Map<string, Followed>()
  readonly #minutes: RowQueue<MinuteRow>
  #views = 0
  #dropped = 0
  #timer: Timer | null = null
  #isClosed = false

  constructor(parts: Parts) {
    this.#parts = parts
    const { db, log } = parts
    this.#minutes = new RowQueue({
      log,
      what: 'figures of playback',
      insert: (rows) => db.insertInto('playback_minute').values(rows).execute(),
    })
  }

  /** Takes what a player said, or drops it. */
  receive(channelId: string, beacon: Beacon): void {
    if (!this.#isClosed && !this.#admit(channelId, beacon)) this.drop()
  }

  #admit(channelId: string, beacon: Beacon): boolean {
    const now = this.#now()
    const followed = this.#channels.get(channelId) ?? {
      book: new ViewBook({ maxViews: maxViewsPerChannel, maxCells }),
      last: [],
    }
    const before = followed.book.size
    if (this.#views >= maxViews && !followed.book.has(beacon.sid)) return false
    if (!followed.book.note(beacon, this.#parts.broadcastOf(channelId), now)) return false
    this.#views += followed.book.size - before
    this.#channels.set(channelId, followed)
    this.#timer ??= this.#parts.clock.after(lookEveryMs, () => this.#look())
    return true
  }

  /** A beacon that could not be read, or was one too many. */
  drop(): void {
    this.#dropped++
  }

  get dropped(): number {
    return this.#dropped
  }

  get channelIds(): string[] {
    return [...this.#channels.keys()]
  }

  /** Null while no player reports. The figures are of this minute and the last. */
  now(channelId: string): PlaybackNow | null {
    const followed = this.#channels.get(channelId)
    if (followed === undefined) return null
    return {
      reporting: followed.book.watching(this.#parts.clock.nowMs()),
      figures: figuresOf([...followed.last, ...followed.book.cells]),
    }
  }

  /** The last minutes of a channel. */
  async recent(channelId: string): Promise<Pick<PlaybackStats, 'total' | 'formats' | 'minutes' | 'retention'>> {
    const sinceMs = this.#parts.clock.wallMs() - statsSpanMs
    const rows = await this.#rows(channelId)
      .where('at_ms', '>=', sinceMs - minuteMs)
      .execute()
    return reportOf([...rows.map(toCell), ...this.#unwritten(channelId).filter(({ atMs }) => atMs >= sinceMs - minuteMs)])
  }

  /** All minutes of a broadcast. */
  async broadcast(channelId: string, startedAtMs: number): Promise<Pick<PlaybackStats, 'total' | 'formats' | 'minutes' | 'retention'>> {
    const rows = await this.#rows(channelId).where('broadcast_at_ms', '=', startedAtMs).execute()
    return reportOf([...rows.map(toCell), ...this.#unwritten(channelId).filter(({ broadcastAtMs }) => broadcastAtMs === startedAtMs)])
  }

  /** Writes what is begun, and waits for it. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    for (const [channelId, { book }] of this.#channels) this.#place(channelId, book.takeOver(0, true))
    this.#channels.clear()
    await this.#minutes.close()
  }

  #rows = (channelId: string) => this.#parts.db.selectFrom('playback_minute').selectAll().where('channel_id', '=', channelId)

  #unwritten(channelId: string): Cell[] {
    const waiting = this.#minutes.waiting.filter((row) => row.channel_id === channelId).map(toCell)
    return [...waiting, ...(this.#channels.get(channelId)?.book.cells ?? [])]
  }

  #now = (): Moment => ({ ms: this.#parts.clock.nowMs(), wallMs: this.#parts.clock.wallMs() })

  #look(): void {
    this.#timer = null
    const now = this.#now()
    for (const [channelId, followed] of this.#channels) {
      const { book } = followed
      const before = book.size
      book.sweep(this.#parts.broadcastOf(channelId), now)
      this.#views += book.size - before
      const over = book.takeOver(now.wallMs)
      if (over.length > 0) {
        followed.last = over
        this.#place(channelId, over)
        this.#tellTrouble(channelId, over)
      } else if (followed.last.every(({ atMs }) => atMs + 2 * minuteMs <= now.wallMs)) followed.last = []
      if (book.isEmpty && followed.last.length === 0) this.#channels.delete(channelId)
    }
    this.#minutes.write()
    if (this.#channels.size > 0 || this.#minutes.waiting.length > 0) this.#timer = this.#parts.clock.after(lookEveryMs, () => this.#look())
  }

  #place(channelId: string, cells: readonly Cell[]): void {
    const workspaceId = this.#parts.workspaceOf(channelId)
    if (workspaceId === undefined) return
    this.#minutes.add(cells.map((cell) => toRow(workspaceId, channelId, cell)))
  }

  #tellTrouble(channelId: string, cells: readonly Cell[]): void {
    const viewers = cells.reduce((sum, cell) => sum + cell.viewers, 0)
    const { stalls, stalledMs } = figuresOf(cells)
    if (stalls < troubling.stalls || stalls * troubling.viewersPerStall < viewers) return
    const at = isoTime(cells[0]!.atMs)
    this.#parts.onEvent({
      name: 'playback.stalled',
      severity: 'warning',
      channelId,
      subjectId: channelId,
      message: `Playback stalled ${stalls} times for ${viewers} ${viewers === 1 ? 'viewer' : 'viewers'} in the minute from ${at.slice(11, 16)} UTC, ${(stalledMs / 1000).toFixed(1)} s in total. Check the source and this machine's uplink.`,
      data: { at, viewers, stalls, stalledMs },
    })
  }
}
