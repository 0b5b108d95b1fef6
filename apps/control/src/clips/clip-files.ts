import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'

const folderMode = 0o700
/** Room that stays for the database and the log, whatever is uploaded. */
const reservedBytes = 256 * 1024 * 1024

/** Where clips and slates lie: `clips/` of the data directory; pictures that rungs show in `pictures/`. Whatever is not whole has another ending than `.flv`. */
export class ClipFiles {
  readonly folder: string
  readonly #slates: string
  readonly #overlays: string

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'clips')
    this.#slates = join(this.folder, 'slates')
    this.#overlays = join(dataDir, 'pictures')
    this.recordings = join(dataDir, 'recordings')
    for (const folder of [this.#slates, this.#overlays]) mkdirSync(folder, { recursive: true, mode: folderMode })
  }

  /** The loop of a clip. */
  loop(clipId: string): string {
    return join(this.folder, `${clipId}.flv`)
  }
  /** The file as it was uploaded, until it is converted. */
  upload(clipId: string): string {
    return join(this.folder, `${clipId}.upload`)
  }
  /** A picture of a player page, while it is made. */
  picture(id: string): string {
    return join(this.folder, `${id}.picture`)
  }
  /** Where engines write recordings. */
  readonly recordings: string

  get testCard(): string {
    return join(this.folder, 'test-card.flv')
  }
  slate(key: string): string {
    return join(this.#slates, `${key}.flv`)
  }

  /** A picture that rungs show over theirs. */
  overlay(pictureId: string): string {
    return join(this.#overlays, `${pictureId}.png`)
  }

  has(file: string): boolean {
    return existsSync(file)
  }

  /** Removes all that belongs to a clip; harmless when nothing does. */
  removeClip(clipId: string): void {
    for (const file of [this.loop(clipId), this.upload(clipId), `${this.loop(clipId)}.part`]) rmSync(file, { force: true })
  }

  /** Removes what an earlier run left behind: half-written files, and those of clips that are in no database. */
  sweep(clipIds: ReadonlySet<string>): void {
    for (const name of readdirSync(this.folder)) {
      const [clipId = ''] = name.split('.')
      const isKept = name === 'slates' || name === 'test-card.flv' || (clipIds.has(clipId) && !name.endsWith('.part'))
      if (!isKept) rmSync(join(this.folder, name), { force: true })
    }
  }

  /** Removes slates that no channel shows. */
  sweepSlates(keys: ReadonlySet<string>): void {
    for (const name of readdirSync(this.#slates)) {
      if (!keys.has(name.split('.')[0] ?? '')) rmSync(join(this.#slates, name), { force: true })
    }
  }

  /** Removes pictures that are in no database. */
  sweepOverlays(pictureIds: ReadonlySet<string>): void {
    for (const name of readdirSync(this.#overlays)) {
      if (!pictureIds.has(name.split('.')[0] ?? '') || !name.endsWith('.png')) rmSync(join(this.#overlays, name), { force: true })
    }
  }

  /** Bytes that an upload may take. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder)
    return Math.max(0, bavail * bsize - reservedBytes)
  }
}
