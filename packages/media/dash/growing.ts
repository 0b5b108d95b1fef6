import type { Clock } from '@sluice/base/clock'
import type { MediaStore } from '../store/index.ts'
import type { GrowingFile } from '../view/index.ts'
import { segmentAt } from './period-log.ts'

/** Some 5 ms of writes. */
const atOnce = 64

type Parts = {
  readonly store: MediaStore
  /** The name of the rendition. */
  readonly rendition: string
  readonly number: number
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
}

/** A segment that is sent while it is made: the parts of the store, as they come. One for all who fetch it. */
export class GrowingSegment implements GrowingFile {
  readonly contentType = 'video/iso.segment'
  readonly number: number
  readonly #store: MediaStore
  readonly #rendition: string
  readonly #clock: Clock
  readonly #onFault: (error: unknown) => void
  // bound: the parts of one segment
  readonly #body: Uint8Array[] = []
  // bound: one a connection that fetches it; the port bounds connections
  readonly #followers = new Set<() => void>()
  #seen = 0
  #state: GrowingFile['state'] = 'grows'

  constructor({ store, rendition, number, clock, onFault }: Parts) {
    this.#store = store
    this.#rendition = rendition
    this.number = number
    this.#clock = clock
    this.#onFault = onFault
    this.#read()
  }

  get body(): readonly Uint8Array[] {
    return this.#body
  }
  get state(): GrowingFile['state'] {
    return this.#state
  }

  follow(onMore: () => void): () => void {
    this.#followers.add(onMore)
    return () => this.#followers.delete(onMore)
  }

  /** Takes what is new of it. False: nothing more comes. */
  grow(): boolean {
    const { length } = this.#body
    this.#read()
    if (this.#body.length > length || this.#state !== 'grows') this.#tell([...this.#followers])
    return this.#state === 'grows'
  }

  /** Nobody makes it any more. */
  end(): void {
    if (this.#state !== 'grows') return
    this.#state = 'broken'
    this.#tell([...this.#followers])
  }

  #read(): void {
    // Looked up each time: a copy of a store that lost touch has other objects with the same bytes afterwards.
    const rendition = this.#store.rendition(this.#rendition)
    const segment = rendition && (segmentAt(rendition, this.number) ?? rendition.segment(this.number))
    if (segment === undefined) {
      this.#state = 'broken'
      return
    }
    for (const { isGap, bytes } of segment.parts.slice(this.#seen)) if (!isGap) this.#body.push(bytes)
    this.#seen = segment.parts.length
    if (segment.isWhole) this.#state = 'whole'
  }

  /** Some at once and the rest in turns of their own: a crowd must not hold up the media of everybody else. */
  #tell(followers: readonly (() => void)[]): void {
    for (const follower of followers.slice(0, atOnce)) {
      try {
        if (this.#followers.has(follower)) follower()
      } catch (error) {
        this.#onFault(error)
      }
    }
    const rest = followers.slice(atOnce)
    if (rest.length > 0) this.#clock.after(0, () => this.#tell(rest))
  }
}
