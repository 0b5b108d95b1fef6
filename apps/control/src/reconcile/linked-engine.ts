import { BoundedMap } from '@sluice/base/bounded'
import type { Directory } from '@sluice/contract/link'
import type { EngineLink } from './engine-link.ts'

type DirectoryEntry = Directory['channels'][number]

/** What an engine was told, at the time of a mark. */
type Told = { readonly revisions: ReadonlyMap<string, number>; readonly entries: ReadonlyMap<string, DirectoryEntry> }

/** One engine as far as it was told things since its hello, and as far as it said that it has read them. */
export class LinkedEngine<Link extends Pick<EngineLink, 'send' | 'mark'> = EngineLink> {
  readonly link: Link
  /** Revision of each channel that it was told. */
  // bound: one a channel of the engine
  readonly told = new Map<string, number>()
  // bound: one a channel of the directory
  #entries: ReadonlyMap<string, DirectoryEntry> = new Map()
  #hasDirectory = false
  #known: Told = { revisions: new Map(), entries: new Map() }
  /** Of an engine that does not answer the oldest go: an answer to a later one says as much. */
  readonly #marks = new BoundedMap<number, Told>({ maxCount: 64, whenFull: 'forget-oldest' })
  // bound: one a request to the API that waits for the engine, each for `knownLimitMs`
  #waiting: (() => void)[] = []

  constructor(link: Link) {
    this.link = link
  }

  /** Sends the directory where it is another than before: an entry that says the same is the same object, and the engines stay as they are. */
  tellDirectory(directory: Directory): boolean {
    const { channels } = directory
    const isKnown = channels.length === this.#entries.size && channels.every((entry) => this.#entries.get(entry.channelId) === entry)
    if (this.#hasDirectory && isKnown) return false
    this.link.send({ type: 'directory', directory })
    this.#hasDirectory = true
    this.#entries = new Map(channels.map((entry) => [entry.channelId, entry]))
    return true
  }

  /** Asks it to say when it has read all of that. */
  mark(): void {
    const told = { revisions: new Map(this.told), entries: this.#entries }
    this.#marks.set(this.link.mark(), told)
  }

  /** It has read all that was sent before the mark, and could not follow it for the channels in `failed`. Ids of channels that it knows otherwise now. */
  marked(mark: number, failed: readonly string[] = []): string[] {
    const before = this.#known
    for (const [number, told] of this.#marks) {
      if (number > mark) continue
      this.#known = told
      this.#marks.delete(number)
    }
    if (failed.length > 0) {
      const revisions = new Map([...this.#known.revisions].filter(([channelId]) => !failed.includes(channelId)))
      this.#known = { ...this.#known, revisions }
    }
    if (this.#marks.size === 0) this.release()
    const { revisions, entries } = this.#known
    const isNews = (id: string): boolean => revisions.get(id) !== before.revisions.get(id) || entries.get(id) !== before.entries.get(id)
    return [...entries.keys()].filter(isNews)
  }

  /** Whether it knows the channel at this revision. */
  knows(channelId: string, revision: number): boolean {
    return this.#known.revisions.get(channelId) === revision
  }
  /** Whether it knows who opens the channel, as it was last told. */
  knowsKeys(channelId: string): boolean {
    return this.#known.entries.get(channelId) === this.#entries.get(channelId)
  }

  knowsKey(channelId: string, keyHash: string): boolean {
    return this.#known.entries.get(channelId)?.keyHashes.includes(keyHash) === true
  }

  /** Resolves once it has read all that was sent by now, or is gone. */
  caughtUp(): Promise<void> {
    if (this.#marks.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Nothing more comes from it, or nothing is open. */
  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
