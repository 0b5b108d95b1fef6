import { rmSync } from 'node:fs'
import type { Clock } from '@sluice/base/clock'
import { messageOf, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { Severity } from '@sluice/contract/events'
import type { ClipType } from '@sluice/contract/transcoder'
import { type Database, troubleOf } from '../db/index.ts'
import type { ClipFiles } from './clip-files.ts'
import type { ConvertQueue } from './convert-queue.ts'
import type { Converted } from './converter.ts'
import type { ClipNews } from './news.ts'

const writeAgainMs = 5000

type Parts = { db: Database; files: ClipFiles; queue: ConvertQueue; events: ClipNews; clock: Clock; log: Logger }

/** Has uploads converted, one after the other, and writes down what came of it. */
export class ClipWorks {
  readonly #parts: Parts
  // bound: one a clip that is converted now, taken away when it is done
  readonly #progress = new Map<string, number>()
  #testCard: Promise<Converted> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Share of a running conversion that is done; null when it waits. */
  progress(clipId: string): number | null {
    return this.#progress.get(clipId) ?? null
  }

  /** Cleans up after an earlier run. */
  async start(): Promise<void> {
    const { db, files } = this.#parts
    const rows = await db.selectFrom('clip').select('id').execute()
    files.sweep(new Set(rows.map((row) => row.id)))
    const pictures = await db.selectFrom('picture').select('id').execute()
    files.sweepOverlays(new Set(pictures.map((row) => row.id)))
    const card = await db.selectFrom('input').select('id').where('test_card', '=', true).limit(1).executeTakeFirst()
    if (card !== undefined) this.testCardUsed()
  }

  /**
   * Converts an upload; what is wrong with it is the clip's own failure. Harmless where that was done. Never settles when Sluice is stopped
   * meanwhile.
   */
  async convert(clipId: string): Promise<void> {
    const { files, queue } = this.#parts
    const clip = await this.#converting(clipId)
    if (clip === undefined) return
    const job = { do: 'normalise', file: files.upload(clipId), type: clip.content_type as ClipType, target: files.loop(clipId) } as const
    try {
      const done = files.has(job.file)
        ? await queue.run(job, (share) => this.#progress.set(clipId, share))
        : ({ type: 'refused', code: 'CLIP_BROKEN_OFF', message: 'The uploaded file is gone.' } as const)
      await this.#settle(clip, done)
    } finally {
      this.#progress.delete(clipId)
    }
  }

  /** Sluice ended each time it converted this upload: the upload is taken for the cause. */
  async giveUp(clipId: string): Promise<void> {
    const clip = await this.#converting(clipId)
    const message = 'Sluice ended each time it converted this file. Convert it yourself, to H.264 and AAC, and upload that.'
    if (clip !== undefined) await this.#settle(clip, { type: 'crashed', code: 'CLIP_CONVERT_CRASHED', message })
  }

  /** The files of a deleted clip; a conversion that runs ends for nothing. */
  forget(clipId: string): void {
    this.#parts.files.removeClip(clipId)
  }

  /** The file of a deleted picture. Engines that show it keep it in memory until their rung has another. */
  forgetPicture(pictureId: string): void {
    rmSync(this.#parts.files.overlay(pictureId), { force: true })
  }

  /**
   * The path of the built-in test card's loop, which is made first where it is not there; that takes some seconds. Throws SluiceError with
   * the reason when it can't be made, as on a machine without codecs. Never settles when Sluice is stopped meanwhile.
   */
  async testCardFile(): Promise<string> {
    const { files, queue } = this.#parts
    if (files.has(files.testCard)) return files.testCard
    this.#testCard ??= queue.run({ do: 'test-card', target: files.testCard })
    const done = await this.#testCard
    this.#testCard = null
    if (done.type === 'done') return files.testCard
    throw new SluiceError(done.type === 'unavailable' ? 'CLIP_NO_CODECS' : (done.code as `${string}_${string}`), 'dependency', done.message)
  }

  /** An input plays the test card: its engine asks for the file again and again until it is there. */
  testCardUsed(): void {
    const { log } = this.#parts
    this.testCardFile().catch((error: unknown) => {
      log.error({ reason: messageOf(error) }, 'the test card could not be created')
    })
  }

  #converting(clipId: string) {
    return this.#parts.db.selectFrom('clip').selectAll().where('id', '=', clipId).where('state', '=', 'converting').executeTakeFirst()
  }

  async #settle(clip: { id: string; workspace_id: string; name: string }, done: Converted): Promise<void> {
    const { db, files } = this.#parts
    const columns =
      done.type === 'done'
        ? {
            state: 'ready' as const,
            bytes: done.facts.bytes,
            duration_ms: done.facts.durationMs,
            width: done.facts.width,
            height: done.facts.height,
            fps_milli: Math.round(done.facts.fps * 1000),
            has_audio: done.facts.hasAudio,
          }
        : { state: 'failed' as const, problem_code: done.type === 'unavailable' ? 'CLIP_NO_CODECS' : done.code, problem: done.message }
    const row = await this.#untilWritten(() =>
      db.updateTable('clip').set(columns).where('id', '=', clip.id).returning('id').executeTakeFirst(),
    )
    // Only now: until its outcome is kept, the next start would have to convert it again.
    rmSync(files.upload(clip.id), { force: true })
    if (row === undefined) return files.removeClip(clip.id)
    if (done.type === 'done') this.#note(clip, 'clip.ready', 'info', `The clip ${clip.name} is ready.`)
    else this.#note(clip, 'clip.failed', 'error', `The clip ${clip.name} could not be converted: ${done.message}`)
  }

  /** Minutes of work are not lost to a database that is away for a while. */
  async #untilWritten<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write()
      } catch (error) {
        if (troubleOf(error) === null) throw error
        await new Promise<void>((resolve) => this.#parts.clock.after(writeAgainMs, resolve))
      }
    }
  }

  #note(clip: { id: string; workspace_id: string }, name: 'clip.ready' | 'clip.failed', severity: Severity, message: string): void {
    this.#parts.events.note(clip.workspace_id, { name, severity, channelId: null, subjectId: clip.id, message })
  }
}
