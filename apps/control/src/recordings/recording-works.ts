import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BoundedMap } from '@sluice/base/bounded'
import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type NewEvent, type RecordingEnd, recordingEnds } from '@sluice/contract/link'
import type { RecordingFacts, RecordingTask } from '@sluice/contract/transcoder'
import { z } from 'zod'
import type { LoggedEvent } from '../events/index.ts'
import { type LiveSight, type Platform, ProblemError, systemContext } from '../services/index.ts'
import { pruneRecordings, type RecordingRow, recordingRow } from '../services/recording/index.ts'
import { archiveOf } from './archive.ts'
import { DiskGuard } from './disk-guard.ts'
import { openRecordingChild, type RecordingChild } from './recording-child.ts'
import type { RecordingFiles } from './recording-files.ts'
import { adopt, endRow, figuresSeen, finishRow, runningRows, unpause } from './rows.ts'

const StoppedData = z.object({ recordingId: z.string(), by: z.enum(recordingEnds), durationMs: z.number(), lostMs: z.number() })

/** An engine has heard of a recording that was started, or tells of one that it began, within this time. */
const missingMs = 10_000
/** A recording whose engine is away goes on if it comes back within this time. */
const awayMs = 120_000
/** How often the figures of a recording that runs are kept. */
const keepMs = 15_000
const maxTold = 1000
/** Each reads a disk as fast as its caller takes it. */
const maxDownloads = 4

type Parts = {
  platform: Platform
  files: RecordingFiles
  live: LiveSight
  clock: Clock
  log: Logger
  /** Undefined: there is no such channel. */
  channel(channelId: string): { readonly workspaceId: string; readonly name: string; readonly isPaused: boolean } | undefined
  onEvent(event: NewEvent): void
  /** Something is to be looked at now. */
  onDue(): void
}

/**
 * Keeps a row for each recording by what the engines say of them, finishes those that ended, and keeps the disk from filling up. Each look compares what
 * is stored with what is known, so what was missed is found again.
 */
export class RecordingWorks {
  readonly #parts: Parts
  /** Ends that engines told of, until the row has them. */
  readonly #ends = new BoundedMap<string, RecordingEnd>({ maxCount: 1000, whenFull: 'forget-oldest' })
  /** Since when an engine that reports does not write a recording. */
  // bound: one a row that runs
  #missing = new Map<string, number>()
  /** Ends that were not looked at yet: a recording may have begun and ended while control was away. */
  // bound: `maxTold`, the oldest goes; what an engine tells between two looks
  #told: { recordingId: string; channelId: string; startedAtMs: number }[] = []
  readonly #guard: DiskGuard
  #downloads = 0
  // bound: `maxDownloads` and one that is finished
  readonly #children = new Set<RecordingChild>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#guard = new DiskGuard({ ...parts, prune: () => pruneRecordings(parts.platform, true) })
  }

  /** Before the engines are told anything: what nobody has written for long does not go on. */
  async start(): Promise<void> {
    await this.look().catch((error: unknown) => this.#parts.log.error({ error: messageOf(error) }, 'recordings cannot be looked at'))
  }

  close(): void {
    for (const child of this.#children) child.end()
  }

  /** Engines tell when a recording begins and ends. */
  told(batch: readonly LoggedEvent[]): void {
    for (const { event } of batch) {
      if (!event.name.startsWith('recording.')) continue
      if (event.name === 'recording.stopped' && event.channelId !== null) {
        const { recordingId, by, durationMs, lostMs } = StoppedData.parse(event.data)
        this.#ends.set(recordingId, by)
        const startedAtMs = Date.parse(event.at) - durationMs - lostMs
        this.#told = [...this.#told, { recordingId, channelId: event.channelId, startedAtMs }].slice(-maxTold)
      }
      if (event.name === 'recording.started' || event.name === 'recording.stopped') this.#parts.onDue()
    }
  }

  async look(): Promise<void> {
    const { platform, live } = this.#parts
    await this.#adoptEnded()
    const running = await runningRows(platform.db)
    for (const channelId of live.channelIds) await this.#lookAt(channelId, running)
    const missing = this.#missing
    this.#missing = new Map()
    for (const row of running) await this.#lookAtRow(row, missing.get(row.id))
    await this.#guard.look()
  }

  async #adoptEnded(): Promise<void> {
    const { platform } = this.#parts
    for (const told of [...this.#told]) {
      const channel = this.#parts.channel(told.channelId)
      const known = await platform.db.selectFrom('recording').select('id').where('id', '=', told.recordingId).executeTakeFirst()
      if (known === undefined && channel !== undefined) {
        const about = { id: told.recordingId, channelId: told.channelId, channelName: channel.name, startedAtMs: told.startedAtMs }
        await adopt(systemContext(platform, channel.workspaceId), about)
      }
      this.#told = this.#told.filter((one) => one !== told)
    }
  }

  /** What an engine records that nobody asked for by hand, and shows that are over. */
  async #lookAt(channelId: string, running: readonly RecordingRow[]): Promise<void> {
    const { platform, live } = this.#parts
    const recording = live.channel(channelId)?.recording
    const channel = this.#parts.channel(channelId)
    if (channel === undefined) return
    const write = systemContext(platform, channel.workspaceId)
    if (
      recording !== undefined &&
      !running.some(({ id }) => id === recording.recordingId) &&
      this.#ends.get(recording.recordingId) === undefined
    )
      await adopt(write, { id: recording.recordingId, channelId, channelName: channel.name, startedAtMs: Date.parse(recording.startedAt) })
    const { broadcast } = live.stats(channelId)
    if (channel.isPaused && recording === undefined && broadcast !== undefined && broadcast.endedAt !== null)
      await unpause(write, channelId)
  }

  async #lookAtRow(row: RecordingRow, missingSinceMs: number | undefined): Promise<void> {
    const { platform, live, clock } = this.#parts
    const nowMs = clock.wallMs()
    const actual = live.channel(row.channel_id)
    const isHeard = actual !== null && live.staleSince(row.channel_id) === null
    const context = systemContext(platform, row.workspace_id)
    const by = this.#ends.get(row.id)
    if (by !== undefined) return endRow(context, row, by, nowMs)
    if (isHeard && actual.recording?.recordingId === row.id) {
      const figures = live.stats(row.channel_id).recording
      if (nowMs - row.seen_at_ms >= keepMs) await figuresSeen(platform.db, row.id, figures?.recordingId === row.id ? figures : null, nowMs)
      return
    }
    if (!isHeard) {
      if (nowMs - row.seen_at_ms >= awayMs) await endRow(context, row, 'engine', row.seen_at_ms)
      return
    }
    const sinceMs = missingSinceMs ?? clock.nowMs()
    if (clock.nowMs() - sinceMs >= missingMs) await endRow(context, row, 'engine', row.seen_at_ms)
    else this.#missing.set(row.id, sinceMs)
  }

  /** Job: reads a recording that ended, and says what it is. Throws where it is written still: then it is tried again. */
  async finish(recordingId: string, workspaceId: string): Promise<void> {
    const { platform, live } = this.#parts
    const row = await recordingRow(platform.db, workspaceId, recordingId)
    if (row.state !== 'finishing') return
    if (live.channel(row.channel_id)?.recording?.recordingId === recordingId) throw new Error('an engine still writes it')
    const facts = await this.#factsOf(recordingId)
    if (facts === null || facts.durationMs === 0) return finishRow(systemContext(platform, workspaceId), row, null, null)
    const archive = await archiveOf(platform.db, row, facts)
    await finishRow(systemContext(platform, workspaceId), row, facts, archive)
    const file = join(this.#parts.files.of(recordingId), 'metadata.json')
    await writeFile(file, `${JSON.stringify(archive, null, 2)}\n`, { mode: 0o600 })
  }

  /** Job: those that are past their time. */
  async prune(): Promise<void> {
    await pruneRecordings(this.#parts.platform, false)
  }

  forget(recordingId: string): void {
    this.#parts.files.remove(recordingId)
  }

  /** An MP4 of a recording, or a part of it. Whoever takes it must take all of it, or end it. */
  async movie(
    recordingId: string,
    window: { fromMs?: number | undefined; toMs?: number | undefined; isExact: boolean },
  ): Promise<RecordingChild> {
    if (this.#downloads >= maxDownloads) throw new ProblemError('RECORDING_BUSY', `${maxDownloads} recordings are being read already.`)
    this.#downloads++
    try {
      const child = await this.#open({ do: 'movie', folder: this.#parts.files.of(recordingId), ...window })
      child.body.once('close', () => this.#downloads--)
      if (child.news.type !== 'movie') child.end()
      return child
    } catch (error) {
      this.#downloads--
      throw new ProblemError('RECORDING_UNREADABLE', messageOf(error))
    }
  }

  /** Null: there is no folder, as nothing was ever written. */
  async #factsOf(recordingId: string): Promise<RecordingFacts | null> {
    if (!this.#parts.files.has(recordingId)) return null
    const child = await this.#open({ do: 'finish', folder: this.#parts.files.of(recordingId) })
    child.body.resume()
    return child.news.type === 'finished' ? child.news.facts : null
  }

  async #open(task: RecordingTask): Promise<RecordingChild> {
    const child = await openRecordingChild(task)
    this.#children.add(child)
    child.body.once('close', () => this.#children.delete(child))
    return child
  }
}
