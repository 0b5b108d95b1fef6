import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { BoundedMap } from '@sluice/base/bounded'
import { type Clock, isoTime } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { ChannelActual, ChannelSpec, RecordingEnd, RecordingProblem, RecordingSpec } from '@sluice/contract/link'
import { StoreRecorder } from '@sluice/media/recorder'
import type { MediaStore } from '@sluice/media/store'
import type { ChannelConsumer, ChannelFigures, ChannelView } from '../channel/index.ts'
import { type OpenWriter, openWriterThread, RecordingWriters, type WriterNews } from './recording-writers.ts'

export type RecorderParts = {
  readonly clock: Clock
  readonly log: Logger
  /** Absent: a thread for this channel alone. */
  readonly writers?: RecordingWriters
}

/** A file of each track holds about so much. */
const fileMs = 60_000
/** A recording that the disk broke off is tried again. */
const againMs = 15_000
/** Recordings of this process that are over: none of them begins again. */
const maxEnded = 64

/** One recording of this channel, over all its openings. */
type Current = {
  readonly recordingId: string
  readonly startedAtMs: number
  writer: OpenWriter | null
  recorder: StoreRecorder | null
  problem: (RecordingProblem & { readonly sinceMs: number }) | null
  /** Of openings before this one. */
  before: { durationMs: number; bytes: number; lostMs: number }
  /** Monotonic: when the disk broke it off; null: it did not. */
  brokeOffMs: number | null
  disk: { readonly usedShare: number; readonly freeBytes: number } | null
}

/** Records a channel while that is asked for and something is on the air: one recording from the first media to the end of the show. */
export class ChannelRecorder implements ChannelConsumer {
  readonly #channel: ChannelView
  readonly #clock: Clock
  readonly #writers: RecordingWriters
  readonly #faults: Guard
  readonly #storeOf: () => MediaStore
  readonly #ended = new BoundedMap<string, true>({ maxCount: maxEnded, whenFull: 'forget-oldest' })
  #spec: RecordingSpec | undefined
  #name: string
  #current: Current | null = null
  #followed: MediaStore | null = null
  #unfollow: () => void = () => {}
  /** The show that recording was stopped in is over: the next one is recorded again, though nobody said so yet. */
  #isPauseOver = false
  #isClosed = false

  /** `storeOf`: what is packaged of the channel now; another one where its segments got another length. */
  constructor(channel: ChannelView, spec: ChannelSpec, storeOf: () => MediaStore, parts: RecorderParts) {
    this.#channel = channel
    this.#clock = parts.clock
    this.#writers = parts.writers ?? new RecordingWriters(openWriterThread(parts.log))
    this.#storeOf = storeOf
    this.#spec = spec.recording
    this.#name = spec.name
    this.#faults = new Guard("a channel's recording", parts.log.child({ channelId: channel.channelId }))
  }

  setSpec({ recording, name }: ChannelSpec): void {
    if (recording?.isPaused !== true) this.#isPauseOver = false
    this.#spec = recording
    this.#name = name
    this.#look()
  }

  tick(): boolean {
    this.#look()
    return this.#current !== null
  }

  actual(): Pick<ChannelActual, 'recording'> {
    if (this.#current === null) return {}
    const { recordingId, startedAtMs, problem } = this.#current
    const { code, message } = problem ?? {}
    return {
      recording: {
        recordingId,
        startedAt: isoTime(startedAtMs),
        state: problem === null ? 'recording' : 'interrupted',
        problem: code === undefined || message === undefined ? null : { code, message },
      },
    }
  }

  stats(): Pick<ChannelFigures, 'recording'> {
    if (this.#current === null) return {}
    const { recordingId, writer, disk } = this.#current
    return {
      recording: {
        recordingId,
        ...this.#figures(this.#current),
        queuedBytes: writer?.queuedBytes ?? 0,
        diskUsedShare: disk?.usedShare ?? null,
        diskFreeBytes: disk?.freeBytes ?? null,
      },
    }
  }

  onSwitch(): void {
    this.#look()
  }

  onOver(why: 'over' | 'closed'): void {
    if (why === 'closed') return
    this.#isPauseOver = true
    if (this.#current !== null) this.#end('over')
  }

  /** What is written stays open: an engine that comes soon goes on with it, and control finishes it otherwise. */
  close(): void {
    this.#isClosed = true
    this.#unfollow()
    const { recorder, writer } = this.#current ?? {}
    recorder?.finish()
    writer?.close(isoTime(this.#clock.wallMs()), 'engine')
    this.#current = null
  }

  #look(): void {
    if (this.#isClosed) return
    const wish = this.#spec
    const isAlways = wish?.always === true && (wish.isPaused !== true || this.#isPauseOver)
    if (this.#current !== null) {
      const isKept = wish !== undefined && (wish.recordingId === this.#current.recordingId || isAlways)
      if (!isKept) this.#end(wish?.isPaused === true || wish?.always === true ? 'asked' : 'off')
    }
    if (wish !== undefined && this.#current === null && this.#channel.source !== 'none') {
      const recordingId = this.#idFor(wish, isAlways)
      if (recordingId !== null) this.#begin(wish, recordingId)
    }
    if (wish !== undefined && this.#current !== null) this.#keepOpen(wish, this.#current)
    this.#follow()
  }

  #idFor({ recordingId }: RecordingSpec, isAlways: boolean): string | null {
    if (recordingId !== undefined && this.#ended.get(recordingId) === undefined) return recordingId
    return isAlways ? randomUUID() : null
  }

  #begin(wish: RecordingSpec, recordingId: string): void {
    const startedAtMs = this.#clock.wallMs()
    const before = { durationMs: 0, bytes: 0, lostMs: 0 }
    this.#current = { recordingId, startedAtMs, writer: null, recorder: null, problem: null, before, brokeOffMs: null, disk: null }
    this.#open(wish, this.#current)
    this.#channel.tellActual()
  }

  #open({ folder }: RecordingSpec, current: Current): void {
    const clock = this.#clock
    const { recordingId } = current
    const lostMs = current.brokeOffMs === null ? 0 : clock.nowMs() - current.brokeOffMs
    const state = {
      ...({ version: 1, recordingId, channelId: this.#channel.channelId, channelName: this.#name } as const),
      ...{ startedAt: isoTime(clock.wallMs()), endedAt: null, endedBy: null },
    }
    const writer = this.#writers.open({ folder: join(folder, recordingId), state, lostMs }, (news) =>
      this.#faults.run(() => this.#hear(current, writer, news)),
    )
    writer.heardBy((ms) => this.#goneOn(current, ms))
    current.before.lostMs += Math.round(lostMs)
    current.writer = writer
    current.recorder = new StoreRecorder({ store: this.#storeOf(), sink: writer, fileMs })
  }

  /** Opens again what the disk broke off, and follows a store that took the place of another. */
  #keepOpen(wish: RecordingSpec, current: Current): void {
    const clock = this.#clock
    const { writer, recorder, problem } = current
    if (writer === null) {
      if (problem !== null && clock.nowMs() - problem.sinceMs >= againMs) this.#open(wish, current)
      return
    }
    const store = this.#storeOf()
    if (recorder === null || recorder.reads(store)) return
    recorder.finish()
    this.#addFigures(current, recorder, 0)
    current.recorder = new StoreRecorder({ store, sink: writer, fileMs, afterFile: recorder.lastFile })
  }

  #follow(): void {
    const store = this.#current === null ? null : this.#storeOf()
    if (store === this.#followed) return
    this.#unfollow()
    this.#followed = store
    const read = (): void => this.#faults.run(() => this.#read())
    this.#unfollow = store === null ? () => {} : store.subscribe({ onChange: read })
    read()
  }

  #read(): void {
    const current = this.#current
    if (current?.recorder == null || current.writer === null) return
    const wasFull = current.writer.room() === 'full'
    current.recorder.read()
    if (wasFull && current.problem === null) {
      const message =
        'The disk does not keep up: the recording leaves out what is on air until it does. Outputs and viewers are not affected.'
      this.#breakOff(current, { code: 'RECORDING_DISK_SLOW', message })
    }
  }

  /** The writer was behind, and is not any more. */
  #goneOn(current: Current, lostMs: number): void {
    if (current !== this.#current || current.problem === null) return
    current.problem = null
    this.#tellResumed(current, lostMs)
  }

  #hear(current: Current, writer: OpenWriter, news: WriterNews): void {
    if (news.type === 'disk') current.disk = news
    if (current.writer !== writer) return
    if (news.type === 'opened') this.#opened(current, news)
    else if (news.type === 'failed') this.#failed(current, news)
  }

  #opened(current: Current, { isResumed, durationMs, bytes }: Extract<WriterNews, { type: 'opened' }>): void {
    const lostMs = current.brokeOffMs === null ? null : this.#clock.nowMs() - current.brokeOffMs
    current.before = { ...current.before, durationMs, bytes }
    current.problem = null
    current.brokeOffMs = null
    if (isResumed) this.#tellResumed(current, lostMs)
    else {
      this.#channel.tellEvent({
        ...this.#about('recording.started', 'info', current),
        message: 'Recording started.',
        data: { recordingId: current.recordingId },
      })
    }
    this.#channel.tellActual()
  }

  #failed(current: Current, { code, message }: Extract<WriterNews, { type: 'failed' }>): void {
    if (current.recorder !== null) this.#addFigures(current, current.recorder, current.writer?.bytes ?? 0)
    current.writer = null
    current.recorder = null
    current.brokeOffMs ??= this.#clock.nowMs()
    const why = {
      RECORDING_DISK_FULL: 'the disk is full. Delete recordings, or move them to other storage',
      RECORDING_WRITE_FAILED: `the disk refuses it (${message}). Check the disk of the data directory`,
      RECORDING_WRITER_LOST: 'the process that writes it stopped',
    }[code]
    this.#breakOff(current, {
      code,
      message: `Recording is interrupted: ${why}. The show goes on, and recording resumes as soon as it can.`,
    })
  }

  #breakOff(current: Current, problem: RecordingProblem): void {
    const isNew = current.problem?.code !== problem.code
    current.problem = { ...problem, sinceMs: this.#clock.nowMs() }
    if (isNew) {
      this.#channel.tellEvent({
        ...this.#about('recording.interrupted', 'error', current),
        message: problem.message,
        data: { recordingId: current.recordingId, code: problem.code },
      })
    }
    this.#channel.tellActual()
  }

  #tellResumed(current: Current, lostMs: number | null): void {
    const lost = lostMs === null ? '' : ` ${(lostMs / 1000).toFixed(1)} s are missing.`
    this.#channel.tellEvent({
      ...this.#about('recording.resumed', 'warning', current),
      message: `Recording resumed in the same recording.${lost}`,
      data: { recordingId: current.recordingId, lostMs: lostMs === null ? null : Math.round(lostMs) },
    })
    this.#channel.tellActual()
  }

  #end(by: RecordingEnd): void {
    const current = this.#current
    if (current === null) return
    current.recorder?.finish()
    const figures = this.#figures(current)
    this.#current = null
    this.#ended.set(current.recordingId, true)
    current.writer?.close(isoTime(this.#clock.wallMs()), by)
    const whys: Readonly<Record<RecordingEnd, string>> = {
      over: 'the show is over',
      asked: 'it was stopped by hand',
      off: 'recording was switched off',
      engine: 'the engine ended',
    }
    this.#channel.tellEvent({
      ...this.#about('recording.stopped', 'info', current),
      message: `Recording stopped: ${whys[by]}.`,
      data: { recordingId: current.recordingId, by, ...figures },
    })
    this.#follow()
    this.#channel.tellActual()
  }

  #figures({ before, recorder, writer }: Current): { durationMs: number; bytes: number; lostMs: number } {
    const now = recorder?.figures ?? { durationMs: 0, lostMs: 0 }
    return {
      durationMs: before.durationMs + now.durationMs,
      lostMs: before.lostMs + now.lostMs,
      bytes: before.bytes + (writer?.bytes ?? 0),
    }
  }

  #addFigures(current: Current, { figures }: StoreRecorder, bytes: number): void {
    const { before } = current
    current.before = {
      durationMs: before.durationMs + figures.durationMs,
      lostMs: before.lostMs + figures.lostMs,
      bytes: before.bytes + bytes,
    }
  }

  #about<Name extends 'recording.started' | 'recording.resumed' | 'recording.interrupted' | 'recording.stopped'>(
    name: Name,
    severity: 'info' | 'warning' | 'error',
    { recordingId }: Current,
  ) {
    return { name, severity, channelId: this.#channel.channelId, subjectId: recordingId }
  }
}
