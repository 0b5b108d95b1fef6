import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own, that can be filled. */
export type SmallDisk = {
  readonly dataDir: string
  /** Takes all the room that is left; the returned function gives it back. */
  fill(): () => void
  close(): void
}

/** A tmpfs of so many MiB; null where none can be mounted: that needs root. */
export function mountSmallDisk(sizeMiB: number): SmallDisk | null {
  if (process.getuid?.() !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'sluice-disk-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder]).status !== 0) {
    rmSync(folder, { recursive: true })
    return null
  }
  return {
    dataDir: join(folder, 'data'),
    fill() {
      const filler = join(folder, 'filler')
      fill(filler)
      return () => rmSync(filler)
    },
    close() {
      // Lazily: a child that was killed a moment ago may still have a file open.
      spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(16 * 1024, 1)
  try {
    for (;;) writeSync(file, piece)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}
