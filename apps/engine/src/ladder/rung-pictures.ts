import { readFile, stat } from 'node:fs/promises'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { maxPictureBytes } from '@sluice/contract/ladder'
import type { ChannelSpec } from '@sluice/contract/link'

type Wanted = NonNullable<ChannelSpec['pictures']>

/** Of all pictures of one channel; more are not shown. */
const maxTotalBytes = 32 * 1024 * 1024

/** Keeps the pictures that a channel's rungs show in memory, as PNG, so that the next child has them at once. Reading is off the way of any frame. */
export class RungPictures {
  readonly #log: Logger
  readonly #onLoaded: (pictureId: string, png: Uint8Array) => void
  // bound: `maxTotalBytes`, and those of the spec; null while one is read
  readonly #loaded = new Map<string, Uint8Array | null>()

  constructor(log: Logger, onLoaded: (pictureId: string, png: Uint8Array) => void) {
    this.#log = log
    this.#onLoaded = onLoaded
  }

  get all(): readonly (readonly [string, Uint8Array])[] {
    return [...this.#loaded].flatMap(([pictureId, png]) => (png === null ? [] : [[pictureId, png] as const]))
  }

  /** A picture never changes: one that is there is not read again. */
  set(wanted: Wanted = []): void {
    const ids = new Set(wanted.map(({ pictureId }) => pictureId))
    for (const pictureId of this.#loaded.keys()) if (!ids.has(pictureId)) this.#loaded.delete(pictureId)
    for (const { pictureId, file } of wanted) {
      if (this.#loaded.has(pictureId)) continue
      this.#loaded.set(pictureId, null)
      void this.#load(pictureId, file)
    }
  }

  close(): void {
    this.#loaded.clear()
  }

  async #load(pictureId: string, file: string): Promise<void> {
    try {
      const { size } = await stat(file)
      const total = this.all.reduce((sum, [, png]) => sum + png.length, 0)
      if (size > maxPictureBytes || total + size > maxTotalBytes) throw new Error(`${size} bytes are more than there is room for`)
      const png = await readFile(file)
      if (this.#loaded.get(pictureId) !== null) return
      this.#loaded.set(pictureId, png)
      this.#onLoaded(pictureId, png)
    } catch (error) {
      // Asked for again with the next spec; until then its rungs say that it is missing.
      this.#loaded.delete(pictureId)
      this.#log.warn({ pictureId, reason: messageOf(error) }, 'a picture of a rung could not be read')
    }
  }
}
