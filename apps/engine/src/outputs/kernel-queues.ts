import { readFile } from 'node:fs/promises'
import type { Clock } from '@sluice/base/clock'
import type { LookTaken, TakenSample } from '@sluice/media/output'
import type { SocketEnds } from '@sluice/protocols/rtmp'
import { readTcpTable, tcpName } from './proc-net.ts'

/** Often enough to know within 5 s that a far end does not read; a look takes some milliseconds of another thread. */
const lookMs = 500
/** Who has not asked for so long is out of doubt, or gone. */
const forgetMs = 2000
/** After a look that failed, for want of descriptors or for want of Linux, the next one comes so much later. */
const blindMs = 5000

type Watched = { flushedBytes: () => number; askedAtMs: number; flushedAtLook: number; sample: TakenSample | null }

export type KernelQueuesOptions = {
  readonly clock: Clock
  /** The tables as text; rejects where there are none. */
  readonly readTables?: () => Promise<string>
}

/**
 * What the kernel still holds of our connections, from Linux's own tables: there is no other way to it from Node. The tables are
 * read while somebody asks, and never on the event loop; where there are none, nothing is known.
 */
export class KernelQueues {
  readonly #clock: Clock
  readonly #readTables: () => Promise<string>
  // bound: one an output in doubt, forgotten after `forgetMs`
  readonly #watched = new Map<string, Watched>()
  #isLooking = false
  #blindUntilMs = Number.NEGATIVE_INFINITY

  constructor({ clock, readTables = readProcTables }: KernelQueuesOptions) {
    this.#clock = clock
    this.#readTables = readTables
  }

  /** The newest look at a connection; the first comes some time after the first question. */
  readonly look: LookTaken = (ends: SocketEnds, flushedBytes: () => number): TakenSample | null => {
    const askedAtMs = this.#clock.nowMs()
    const name = askedAtMs < this.#blindUntilMs ? null : tcpName(ends)
    if (name === null) return null
    const known = this.#watched.get(name)
    this.#watched.set(name, { flushedAtLook: 0, sample: null, ...known, flushedBytes, askedAtMs })
    if (!this.#isLooking) void this.#lookOn()
    return known?.sample ?? null
  }

  async #lookOn(): Promise<void> {
    this.#isLooking = true
    const atMs = this.#clock.nowMs()
    for (const [name, watched] of this.#watched) {
      if (atMs - watched.askedAtMs > forgetMs) this.#watched.delete(name)
      // Before the look: what is written while the kernel counts must not pass for taken.
      else watched.flushedAtLook = watched.flushedBytes()
    }
    if (this.#watched.size === 0) {
      this.#isLooking = false
      return
    }
    try {
      const held = readTcpTable(await this.#readTables(), new Set(this.#watched.keys()))
      for (const [name, watched] of this.#watched) {
        const one = held.get(name)
        watched.sample = one === undefined ? null : { ...one, takenBytes: watched.flushedAtLook - one.heldBytes, atMs }
      }
    } catch {
      // Nothing is known for a while, and nothing is held against anyone.
      this.#blindUntilMs = this.#clock.nowMs() + blindMs
      this.#watched.clear()
      this.#isLooking = false
      return
    }
    this.#clock.after(lookMs, () => void this.#lookOn())
  }
}

/** IPv6 may be switched off: then there is no table for it. */
async function readProcTables(): Promise<string> {
  const [tcp, tcp6] = await Promise.all([readFile('/proc/net/tcp', 'latin1'), readFile('/proc/net/tcp6', 'latin1').catch(() => '')])
  return `${tcp}\n${tcp6}`
}
