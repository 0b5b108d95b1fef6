import { createHash } from 'node:crypto'
import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { ChannelSlate } from '@sluice/contract/api'
import type { Severity } from '@sluice/contract/events'
import type { ConvertJob } from '@sluice/contract/transcoder'
import { sql } from 'kysely'
import type { Database } from '../db/index.ts'
import type { ConfigStore } from '../desired/index.ts'
import { type ChannelRecord, type ChannelRow, failoverOf } from '../services/channel/index.ts'
import type { ClipFiles } from './clip-files.ts'
import type { ConvertQueue } from './convert-queue.ts'
import type { ClipNews, SlateLive } from './news.ts'
import { type SlateParameters, slateParameters } from './slate-parameters.ts'
import { type SlateWork, slateView } from './slate-view.ts'

/** Encoders settle in their first seconds; a slate for each step of that would be made for nothing. */
const settleMs = 3000
/** Raised when slates come out otherwise for the same parameters: those on the disk are made anew. */
const slateVersion = 1

type Parts = {
  db: Database
  files: ClipFiles
  queue: ConvertQueue
  configs: ConfigStore
  live: SlateLive
  events: ClipNews
  clock: Clock
  log: Logger
  /** The channel has another slate, and its engine must be told. */
  onPrepared(channelId: string): void
  /** What is said of the channel's slate is new. */
  onNews(channelId: string): void
}

type Entry = { key: string; sinceMs: number; parameters: SlateParameters | null; work: SlateWork }

/** Has a slate made for each channel in the parameters of what is on its air, before it is needed, and again when those change. */
export class SlateKeeper {
  readonly #parts: Parts
  // bound: one a channel, taken away with it
  readonly #entries = new Map<string, Entry>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Once a second for channels that move, and after every change of a channel. */
  look(channelIds: readonly string[]): void {
    for (const channelId of channelIds) this.#look(channelId)
  }

  /** What is shown, and what would be on the air now. */
  view(record: ChannelRecord): ChannelSlate {
    const { channel } = record
    return slateView({
      shows: channel.slate_shows,
      clipId: channel.slate_clip_id,
      slateMs: failoverOf(record).slateMs,
      work: this.#entries.get(channel.id)?.work ?? null,
      actual: this.#parts.live.channel(channel.id)?.slate ?? null,
      unavailable: this.#parts.queue.unavailable,
    })
  }

  #look(channelId: string): void {
    const { configs, clock, files } = this.#parts
    const config = configs.get(channelId)
    const asset = config === undefined ? null : assetOf(config.record)
    if (config === undefined || asset === null) {
      this.#entries.delete(channelId)
      return
    }
    const { channel } = config.record
    const parameters = this.#parameters(channelId)
    if (parameters === null) return
    const sinceMs = clock.nowMs()
    if ('reason' in parameters) {
      this.#note(channelId, { key: '', sinceMs, parameters: null, work: { state: 'failed', reason: parameters.reason } })
      return
    }
    const key = keyOf(asset, parameters)
    const entry = this.#entries.get(channelId)
    if (key === channel.slate_key && files.has(files.slate(key))) {
      this.#note(channelId, { key, sinceMs, parameters, work: { state: 'ready', reason: null } })
    } else if (entry === undefined || entry.key !== key || entry.work.state === 'ready') {
      this.#note(channelId, { key, sinceMs, parameters, work: { state: 'settling', reason: null } })
    } else if (entry.work.state === 'settling' && sinceMs - entry.sinceMs >= settleMs) {
      this.#note(channelId, { ...entry, work: { state: 'preparing', reason: null } })
      void this.#prepare(channel, key, parameters)
    }
  }

  /** Of what is on the air; null while that is nothing, or not measured yet. */
  #parameters(channelId: string): SlateParameters | { reason: string } | null {
    const { live } = this.#parts
    const onAir = live.channel(channelId)?.inputs.find((input) => input.onAir)
    const stats = live.stats(channelId).inputs.find((input) => input.inputId === onAir?.inputId)
    if (onAir === undefined || stats === undefined || stats.fps === 0 || stats.videoBps === 0) return null
    const found = slateParameters({ video: onAir.video, audio: onAir.audio, fps: stats.fps, videoBps: stats.videoBps })
    const before = this.#entries.get(channelId)?.parameters ?? null
    if ('reason' in found || before === null) return found
    // A bitrate that goes up and down around a step is no reason for another slate, as long as the one there is stays under it.
    const kept = { ...found, video: { ...found.video, maxBps: before.video.maxBps } }
    const isAlike = JSON.stringify(kept) === JSON.stringify(before)
    return isAlike && before.video.maxBps <= stats.videoBps * 1.2 ? before : found
  }

  async #prepare(channel: ChannelRow, key: string, { video, audio }: SlateParameters): Promise<void> {
    const { files, queue, log } = this.#parts
    const isClip = channel.slate_shows === 'clip' && channel.slate_clip_id !== null
    try {
      const hasSound = isClip && (await this.#hasSound(channel.slate_clip_id!))
      const from = isClip
        ? ({ type: 'loop', file: files.loop(channel.slate_clip_id!) } as const)
        : ({ type: 'text', text: channel.name } as const)
      const job: ConvertJob = { do: 'slate', from, video, audio: hasSound ? audio : null, target: files.slate(key) }
      const done = files.has(job.target) ? null : await queue.run(job)
      if (done !== null && done.type !== 'done') return this.#fail(channel, key, done.message)
      await this.#adopt(channel, key, `${video.codec} ${video.width}x${video.height}`)
    } catch (error) {
      log.error({ channel: channel.id, error: messageOf(error) }, 'a slate could not be created')
      // From the start once more: the database was away, most likely.
      const entry = this.#entries.get(channel.id)
      if (entry?.key === key)
        this.#note(channel.id, { ...entry, sinceMs: this.#parts.clock.nowMs(), work: { state: 'settling', reason: null } })
    }
  }

  async #hasSound(clipId: string): Promise<boolean> {
    const clip = await this.#parts.db.selectFrom('clip').select('has_audio').where('id', '=', clipId).executeTakeFirst()
    return clip?.has_audio === true
  }

  async #adopt(channel: ChannelRow, key: string, form: string): Promise<void> {
    const { db, onPrepared } = this.#parts
    // Another one is wanted by now: that one's turn comes.
    if (this.#entries.get(channel.id)?.key !== key) return
    await db.updateTable('channel').set({ slate_key: key, revision: sql`revision + 1` }).where('id', '=', channel.id).execute()
    this.#event(channel, 'slate.ready', 'info', `The slate is ready (${form}).`)
    onPrepared(channel.id)
    this.sweep()
  }

  /** Removes the slates that no channel has or waits for. */
  sweep(): void {
    const { configs, files } = this.#parts
    const used = [...configs.all.map(({ record }) => record.channel.slate_key), ...[...this.#entries.values()].map((entry) => entry.key)]
    files.sweepSlates(new Set(used.filter((name) => name !== null)))
  }

  #fail(channel: ChannelRow, key: string, reason: string): void {
    const entry = this.#entries.get(channel.id)
    if (entry?.key !== key) return
    this.#note(channel.id, { ...entry, work: { state: 'failed', reason } })
    this.#event(channel, 'slate.failed', 'warning', `The slate could not be created; the last picture is shown instead: ${reason}`)
  }

  #note(channelId: string, entry: Entry): void {
    const before = this.#entries.get(channelId)
    this.#entries.set(channelId, entry)
    if (before?.work.state !== entry.work.state || before.work.reason !== entry.work.reason) this.#parts.onNews(channelId)
  }

  #event(channel: ChannelRow, name: 'slate.ready' | 'slate.failed', severity: Severity, message: string): void {
    this.#parts.events.note(channel.workspace_id, { name, severity, channelId: channel.id, subjectId: channel.id, message })
  }
}

/** What the slate shows, in a word that is another when the picture is; null when none is to be made. */
function assetOf(record: ChannelRecord): string | null {
  const { slate_shows: shows, slate_clip_id: clipId, name } = record.channel
  if (shows === 'last-picture' || failoverOf(record).slateMs === 0) return null
  return shows === 'clip' ? clipId : `name ${name}`
}

const keyOf = (asset: string, parameters: SlateParameters): string =>
  createHash('sha256')
    .update(JSON.stringify([slateVersion, asset, parameters]), 'utf8')
    .digest('hex')
    .slice(0, 40)
