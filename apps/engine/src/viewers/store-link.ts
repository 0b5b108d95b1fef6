import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { RecordReader } from '@sluice/base/records'
import type { StorePosition } from '@sluice/media/store'
import {
  type AudienceFigures,
  type FeedPipe,
  maxStoreRecordBytes,
  readFromViewers,
  StoreFeed,
  storeLinkPath,
  storeLinkVersion,
  viewersPositionsPath,
  writeToViewers,
} from '@sluice/media/store-link'

export type StoreLinkParts = {
  readonly engineId: string
  readonly runId: string
  readonly runDir: string
  readonly clock: Clock
  readonly log: Logger
  /** The viewers' process is there, or is not any more. */
  readonly onLinked: () => void
}

/** Who watches a channel: `bytesServed` only rises, also over restarts of the viewers' process. */
export type Watched = { readonly viewers: number; readonly bytesServed: number }

/** A viewers' process that was killed is back within a second; until then its socket refuses. One that does not come is asked for rarely: each try wakes the engine. */
const retryMs = { soon: 100, later: 1000 } as const
const soonTries = 30
/** One that does not answer has stopped: it is asked anew, now and then. */
const welcomeMs = 5000
/** Figures come each second: without any for so long nobody watches. */
const figuresMs = 5000
const nobody: Watched = { viewers: 0, bytesServed: 0 }

type Counted = { readonly figures: AudienceFigures; readonly beforeBytes: number; readonly atMs: number }

/** The engine's end of the store link: tells the viewers' process of this machine what the stores of its channels hold, and hears who watches. */
export class StoreLink {
  readonly feed: StoreFeed
  readonly #parts: StoreLinkParts
  readonly #guard: Guard
  // bound: one a channel of this engine
  readonly #counted = new Map<string, Counted>()
  #socket: Socket | null = null
  #retry: Timer | null = null
  #tries = 0
  #isClosed = false

  constructor(parts: StoreLinkParts) {
    this.#parts = parts
    this.#guard = new Guard('the link to the viewers process', parts.log)
    this.feed = new StoreFeed(parts.runId)
    this.#connect()
  }

  watched(channelId: string): Watched {
    const counted = this.#counted.get(channelId)
    if (counted === undefined) return nobody
    const isFresh = this.#parts.clock.nowMs() - counted.atMs <= figuresMs
    const { viewers, bytesServed } = counted.figures
    return { viewers: isFresh ? viewers : 0, bytesServed: counted.beforeBytes + bytesServed }
  }

  forget(channelId: string): void {
    this.#counted.delete(channelId)
    this.feed.close(channelId)
  }

  /** What numbers of a channel must stay above, as the viewers' process has noted. Undefined: nobody knows the channel. */
  above(channelId: string): Pick<StorePosition, 'number' | 'splices'> | undefined {
    try {
      const all = JSON.parse(readFileSync(viewersPositionsPath(this.#parts.runDir), 'utf8')) as Record<string, unknown>
      const { number, splices } = (all[channelId] ?? {}) as { readonly number?: unknown; readonly splices?: unknown }
      if (!Number.isSafeInteger(number) || !Number.isSafeInteger(splices)) return undefined
      // It was noted up to a second before its end.
      return { number: number as number, splices: (splices as number) + 1 }
    } catch {
      return undefined // no file, or none that can be read: numbers go by the clock
    }
  }

  close(): void {
    this.#isClosed = true
    this.feed.unlink()
    this.#retry?.cancel()
    this.#socket?.end()
  }

  #connect(): void {
    const { clock, log, engineId, runDir } = this.#parts
    const socket = connect(storeLinkPath(runDir))
    this.#socket = socket
    const deadline = clock.after(welcomeMs, () => !this.feed.isLinked && socket.destroy())
    const guard = new Guard('the link to the viewers process', log, () => socket.destroy())
    const reader = new RecordReader(maxStoreRecordBytes)
    guard.on(socket, 'connect', () => write(socket, writeToViewers({ type: 'hello', version: storeLinkVersion, engineId })))
    guard.on(socket, 'drain', () => this.feed.pump())
    guard.on(socket, 'data', (bytes: Uint8Array) => {
      try {
        reader.push(bytes, (record) => this.#take(socket, record))
      } catch (error) {
        log.error({ error: messageOf(error) }, 'the viewers process sent something that is not a message of the store link')
        socket.destroy()
      }
    })
    guard.on(socket, 'error', () => socket.destroy())
    guard.on(socket, 'close', () => {
      deadline.cancel()
      this.#lost()
    })
  }

  #lost(): void {
    const { clock, log, onLinked } = this.#parts
    const wasLinked = this.feed.isLinked
    this.feed.unlink()
    this.#socket = null
    for (const [channelId, { figures, beforeBytes, atMs }] of this.#counted) {
      const counted = { beforeBytes: beforeBytes + figures.bytesServed, figures: { ...figures, bytesServed: 0 }, atMs }
      this.#counted.set(channelId, counted)
    }
    if (this.#isClosed) return
    if (wasLinked) {
      log.warn({}, 'the viewers process is gone: nobody can watch until it is back; outputs are not affected')
      this.#guard.run(onLinked)
    }
    this.#retry = clock.after(this.#tries++ < soonTries ? retryMs.soon : retryMs.later, () => this.#connect())
  }

  #take(socket: Socket, record: Uint8Array): void {
    const message = readFromViewers(record)
    if (message?.type === 'welcome') {
      this.#tries = 0
      this.feed.link(pipeOf(socket))
      this.#guard.run(this.#parts.onLinked)
    } else if (message?.type === 'position') this.feed.position(message.storeId, message.after)
    else if (message?.type === 'figures') this.#count(message.channels)
  }

  #count(channels: readonly AudienceFigures[]): void {
    const atMs = this.#parts.clock.nowMs()
    for (const figures of channels) {
      if (!this.feed.has(figures.channelId)) continue
      const beforeBytes = this.#counted.get(figures.channelId)?.beforeBytes ?? 0
      this.#counted.set(figures.channelId, { figures, beforeBytes, atMs })
    }
  }
}

const pipeOf = (socket: Socket): FeedPipe => ({
  write: (pieces) => write(socket, pieces),
  get queuedBytes() {
    return socket.writableLength
  },
  cut: () => socket.destroy(),
})

/** All pieces with one call of the system. */
function write(socket: Socket, pieces: readonly Uint8Array[]): void {
  socket.cork()
  for (const piece of pieces) socket.write(piece)
  socket.uncork()
}
