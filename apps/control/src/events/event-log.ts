import { type Clock, isoTime, type Timer } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { EventName, Severity, StoredEvent } from '@sluice/contract/events'
import type { NewEvent } from '@sluice/contract/link'
import { commit, conflictOf, type Database, troubleOf, troubleSentences } from '../db/index.ts'
import { type EventRow, toStoredEvent } from './stored-event.ts'

/** The first event is stored at once, those within this time after it together: a burst costs one fsync more than one event. */
const batchMs = 50
const retryMs = 1000
const maxRowsPerInsert = 500
/** What may wait while the database is out of reach; beyond it the oldest are lost, and an event says how many once it is back. */
const maxWaiting = 20_000
/** PostgreSQL keeps no NUL in a text, and a peer may send one. */
const nul = /\0/g

export type PendingEvent = {
  name: EventName
  severity: Severity
  channelId: string | null
  subjectId: string | null
  message: string
  data: Readonly<Record<string, unknown>>
  /** Null: about the machine, for all workspaces. */
  workspaceId: string | null
  atMs: number
  /** Which engine said it: a repeat after a reconnect is stored once. */
  engine: { runId: string; seq: number } | null
}

/** A stored event with the workspace that may see it; null for all. */
export type LoggedEvent = { workspaceId: string | null; event: StoredEvent }

/** The one log of everything that happens, in one order. Listeners hear of an event only once it is stored. */
export class EventLog {
  readonly #db: Database
  readonly #clock: Clock
  readonly #log: Logger
  readonly #onStored: (events: readonly LoggedEvent[]) => void
  // bound: `maxWaiting` events, the oldest go and are counted as lost
  #waiting: PendingEvent[] = []
  #lost: { count: number; sinceMs: number } | null = null
  #isAway = false
  #trouble: { readonly sentence: string; readonly since: string } | null = null
  #timer: Timer | null = null
  #writtenAtMs = Number.NEGATIVE_INFINITY
  #writing: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: { db: Database; clock: Clock; log: Logger; onStored: (events: readonly LoggedEvent[]) => void }) {
    this.#db = parts.db
    this.#clock = parts.clock
    this.#log = parts.log
    this.#onStored = parts.onStored
  }

  /** Why nothing can be stored now, in a sentence, and since when; null while it can. */
  get trouble(): { readonly sentence: string; readonly since: string } | null {
    return this.#trouble
  }

  append(event: PendingEvent): void {
    if (this.#isClosed) return
    this.#waiting.push(event)
    this.#dropOldest()
    const waitMs = Math.max(0, this.#writtenAtMs + batchMs - this.#clock.nowMs())
    this.#timer ??= this.#clock.after(waitMs, () => void this.flush())
  }

  /** Logs an event of control's own, as of now. `workspaceId` null: about the machine, for all workspaces. */
  note(workspaceId: string | null, { severity = 'info', data = {}, ...event }: NewEvent): void {
    this.append({ ...event, severity, data, workspaceId, atMs: this.#clock.wallMs(), engine: null })
  }

  /** Stores what waits now. */
  flush(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = null
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** Stores what waits; nothing is taken any more. */
  close(): Promise<void> {
    this.#isClosed = true
    return this.flush()
  }

  /** The last event of one run of an engine that is stored, -1 for none. */
  async lastEngineSeq(runId: string): Promise<number> {
    const row = await this.#db
      .selectFrom('event')
      .select((eb) => eb.fn.max('engine_seq').as('seq'))
      .where('engine_run_id', '=', runId)
      .executeTakeFirst()
    return row?.seq ?? -1
  }

  /** Up to `limit` events after `seq`, oldest first, that a workspace may see; of one channel when it is given. */
  async after(seq: number, workspaceId: string, channelId: string | null, limit: number): Promise<StoredEvent[]> {
    const rows = await this.#db
      .selectFrom('event')
      .selectAll()
      .where('seq', '>', seq)
      .where((eb) => eb.or([eb('workspace_id', '=', workspaceId), eb('workspace_id', 'is', null)]))
      .$if(channelId !== null, (select) => select.where('channel_id', '=', channelId))
      .orderBy('seq')
      .limit(limit)
      .execute()
    return rows.map(toStoredEvent)
  }

  async #write(): Promise<void> {
    const batch = this.#waiting.splice(0)
    if (batch.length === 0) return
    this.#writtenAtMs = this.#clock.nowMs()
    const lost = this.#lostEvent()
    try {
      const stored = await this.#insert(lost === null ? batch : [...batch, lost])
      if (lost !== null) this.#lost = null
      if (this.#isAway) this.#log.info({ stored: stored.length }, 'events are stored again')
      this.#isAway = false
      this.#trouble = null
      this.#onStored(stored)
    } catch (error) {
      await this.#failed(batch, error)
    }
  }

  /** A database that does not work gets the batch again; where a single event is at fault, the others must not wait for it. */
  async #failed(batch: readonly PendingEvent[], error: unknown): Promise<void> {
    const text = messageOf(error)
    // An event that refers to a workspace which has gone meanwhile never fits again.
    if (troubleOf(error) === null && (batch.length > 1 || conflictOf(error) === 'reference')) {
      for (const event of batch) await this.#insert([event]).then(this.#onStored, (cause: unknown) => this.#refused(event, cause))
      return
    }
    if (!this.#isAway) this.#log.error({ error: text, waiting: batch.length }, 'events cannot be stored: they wait')
    this.#isAway = true
    const kind = troubleOf(error)
    if (kind !== null) this.#trouble = { sentence: troubleSentences[kind], since: this.#trouble?.since ?? isoTime(this.#clock.wallMs()) }
    this.#waiting = [...batch, ...this.#waiting]
    this.#dropOldest()
    if (!this.#isClosed) this.#timer ??= this.#clock.after(retryMs, () => void this.flush())
  }

  #refused(event: PendingEvent, cause: unknown): void {
    if (troubleOf(cause) !== null) this.append(event)
    else this.#log.error({ event: event.name, error: messageOf(cause) }, 'an event cannot be stored')
  }

  #dropOldest(): void {
    const over = this.#waiting.length - maxWaiting
    if (over <= 0) return
    const [first] = this.#waiting.splice(0, over)
    this.#lost = { count: (this.#lost?.count ?? 0) + over, sinceMs: this.#lost?.sinceMs ?? first?.atMs ?? this.#clock.wallMs() }
  }

  /** What is missing in the log says so itself. */
  #lostEvent(): PendingEvent | null {
    if (this.#lost === null) return null
    const { count, sinceMs } = this.#lost
    const since = new Date(sinceMs).toISOString()
    const message = `${count} events from ${since} on were lost: the database was unavailable for too long. The states of channels and outputs are right; their timelines have a gap.`
    const about = { workspaceId: null, channelId: null, subjectId: null, engine: null }
    return { name: 'events.lost', severity: 'error', message, data: { count, since }, atMs: this.#clock.wallMs(), ...about }
  }

  #insert(batch: readonly PendingEvent[]): Promise<LoggedEvent[]> {
    return commit(this.#db, async (tx) => {
      const stored: EventRow[] = []
      for (let at = 0; at < batch.length; at += maxRowsPerInsert) {
        const rows = await tx
          .insertInto('event')
          .values(batch.slice(at, at + maxRowsPerInsert).map(toRow))
          .onConflict((conflict) => conflict.columns(['engine_run_id', 'engine_seq']).doNothing())
          .returningAll()
          .execute()
        stored.push(...rows.sort((a, b) => a.seq - b.seq))
      }
      return stored.map((row) => ({ workspaceId: row.workspace_id, event: toStoredEvent(row) }))
    })
  }
}

const toRow = (event: PendingEvent) => ({
  workspace_id: event.workspaceId,
  channel_id: event.channelId,
  subject_id: event.subjectId,
  at_ms: event.atMs,
  name: event.name,
  severity: event.severity,
  message: event.message.replace(nul, ''),
  data: JSON.stringify(event.data).replaceAll('\\u0000', ''),
  engine_run_id: event.engine?.runId ?? null,
  engine_seq: event.engine?.seq ?? null,
})
