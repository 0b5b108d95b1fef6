import type { EventEmitter } from 'node:events'
import { addressGroup } from '@sluice/base/address'
import type { Clock, Timer } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'

/** Connections in all and from one address, and bytes of segments that only slow readers still keep in memory. */
export type MediaLimits = { readonly total: number; readonly perAddress: number; readonly staleBytes: number }

const sweepMs = 1000
/** From accept until the first request is there in whole: bytes that trickle in do not prolong it. */
const firstRequestMs = 10_000
/** From an answer to the next whole request. */
export const keepAliveMs = 30_000
/** A peer that takes no byte of its answer for so long is gone, or stands still. */
const standstillMs = 15_000
/** Two seconds of media that take longer than this are of use to nobody. */
const longestAnswerMs = 60_000
/** A connection that was ended keeps its seat for a moment. */
const ofSeats = 0.9

/** What is being sent. `isStale`: only this answer keeps `bytes` in memory, the package has let go of them. */
export type Sending = { readonly bytes: readonly Uint8Array[]; readonly isStale: () => boolean }

/** What is looked at of a connection, and done to it: a PacedConnection of `base/http` has it all. */
export type MediaConnection = EventEmitter & {
  readonly remoteAddress: string | undefined
  /** Bytes that the kernel took of what was written. */
  readonly takenBytes: number
  /** Ends it at once. */
  reset(): void
  destroy(): void
}

type Entry = {
  readonly connection: MediaConnection
  /** Null: it is not counted by address, as a proxy of ours or the local relay. */
  readonly group: string | null
  sinceMs: number
  hasAsked: boolean
  sending: (Sending & { readonly startMs: number }) | null
  takenBytes: number
  movedMs: number
}

/** The connections of one media port: how many there may be, and how long each may wait or be waited for. */
export class MediaConnections {
  readonly #clock: Clock
  readonly #limits: MediaLimits
  readonly #guard: Guard
  // bound: `total` of the limits
  readonly #entries = new Map<MediaConnection, Entry>()
  /** Without an answer on its way, the one that is idle longest first. */
  // bound: those of the entries
  readonly #idle = new Set<Entry>()
  // bound: one at most for each entry
  readonly #groups = new Map<string, Set<Entry>>()
  #timer: Timer

  constructor(clock: Clock, log: Logger, limits: MediaLimits) {
    this.#clock = clock
    this.#guard = new Guard('a connection of viewers', log)
    this.#limits = limits
    this.#timer = clock.after(sweepMs, () => this.#sweep())
  }

  get size(): number {
    return this.#entries.size
  }

  /** Counts a new connection. False: there is no room for it, also after the longest idle one was ended. */
  admit(connection: MediaConnection, isCountedByAddress: boolean): boolean {
    const address = connection.remoteAddress
    const group = isCountedByAddress && address !== undefined ? addressGroup(address) : null
    const neighbours = group === null ? null : (this.#groups.get(group) ?? new Set())
    if (neighbours !== null && neighbours.size >= this.#limits.perAddress && !endFirstIdle(neighbours)) return false
    if (this.#entries.size >= this.#limits.total && !endFirstIdle(this.#idle)) return false
    const nowMs = this.#clock.nowMs()
    const entry: Entry = { connection, group, sinceMs: nowMs, hasAsked: false, sending: null, takenBytes: 0, movedMs: nowMs }
    this.#entries.set(connection, entry)
    this.#idle.add(entry)
    if (group !== null && neighbours !== null) this.#groups.set(group, neighbours.add(entry))
    this.#guard.once(connection, 'close', () => this.#forget(entry))
    return true
  }

  /** An answer begins. */
  began(connection: MediaConnection, sending: Sending): void {
    const entry = this.#entries.get(connection)
    if (entry === undefined) return
    entry.hasAsked = true
    entry.movedMs = this.#clock.nowMs()
    entry.sending = { ...sending, startMs: entry.movedMs }
    this.#idle.delete(entry)
  }

  /** It is over: the connection waits for another request. */
  ended(connection: MediaConnection): void {
    const entry = this.#entries.get(connection)
    if (entry === undefined) return
    entry.sending = null
    entry.sinceMs = this.#clock.nowMs()
    this.#idle.add(entry)
  }

  close(): void {
    this.#timer.cancel()
    for (const { connection } of [...this.#entries.values()]) connection.destroy()
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.connection)
    this.#idle.delete(entry)
    if (entry.group === null) return
    const neighbours = this.#groups.get(entry.group)
    neighbours?.delete(entry)
    if (neighbours?.size === 0) this.#groups.delete(entry.group)
  }

  #sweep(): void {
    this.#timer = this.#clock.after(sweepMs, () => this.#sweep())
    const nowMs = this.#clock.nowMs()
    const stale: Entry[] = []
    for (const entry of [...this.#entries.values()]) {
      if (isOverdue(entry, nowMs)) entry.connection.reset()
      else if (entry.sending?.isStale() === true) stale.push(entry)
    }
    this.#endStale(stale)
  }

  /** The slowest readers give their segments free until no more than the bound is kept for the others. */
  #endStale(entries: Entry[]): void {
    const users = new Map<Uint8Array, number>()
    let bytes = 0
    for (const { sending } of entries) {
      for (const body of sending?.bytes ?? []) {
        if (!users.has(body)) bytes += body.length
        users.set(body, (users.get(body) ?? 0) + 1)
      }
    }
    entries.sort((a, b) => (a.sending?.startMs ?? 0) - (b.sending?.startMs ?? 0))
    for (const { connection, sending } of entries) {
      if (bytes <= this.#limits.staleBytes) return
      for (const body of sending?.bytes ?? []) {
        const left = users.get(body)! - 1
        users.set(body, left)
        if (left === 0) bytes -= body.length
      }
      connection.reset()
    }
  }
}

function isOverdue(entry: Entry, nowMs: number): boolean {
  const { sending, connection } = entry
  if (sending === null) return nowMs - entry.sinceMs > (entry.hasAsked ? keepAliveMs : firstRequestMs)
  const { takenBytes } = connection
  if (takenBytes !== entry.takenBytes) {
    entry.takenBytes = takenBytes
    entry.movedMs = nowMs
  }
  return nowMs - entry.movedMs > standstillMs || nowMs - sending.startMs > longestAnswerMs
}

/** Ends the first of `entries` that has no answer on its way, to make room. */
function endFirstIdle(entries: ReadonlySet<Entry>): boolean {
  for (const entry of entries) {
    if (entry.sending !== null) continue
    entry.connection.destroy()
    return true
  }
  return false
}

/**
 * Fewer than the port has seats, so that the connection that is idle longest gives way before a newcomer finds none. `seats`: connections
 * that the port takes in all.
 */
export function mediaLimits(seats: number): MediaLimits {
  const total = Math.min(20_000, Math.floor(seats * ofSeats))
  return { total, perAddress: Math.min(1000, total, Math.max(16, total >> 3)), staleBytes: 64 * 1024 * 1024 }
}
