import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Where recordings lie: `recordings/` of the data directory, a folder for each, named by its id. */
export class RecordingFiles {
  readonly folder: string

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'recordings')
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
  }

  of(recordingId: string): string {
    return join(this.folder, recordingId)
  }

  has(recordingId: string): boolean {
    return existsSync(this.of(recordingId))
  }

  /** Harmless when there is none. */
  remove(recordingId: string): void {
    rmSync(this.of(recordingId), { recursive: true, force: true })
  }

  /** How full the disk is, as whoever is not root sees it. */
  async disk(): Promise<{ usedShare: number; freeBytes: number }> {
    const { bavail, blocks, bsize } = await statfs(this.folder)
    return { usedShare: blocks === 0 ? 0 : 1 - bavail / blocks, freeBytes: bavail * bsize }
  }
}
