import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '@sluice/base/errors'

const folderMode = 0o700

/** Where everything of this deployment lies. `release` gives the folder free. */
export type DataDir = { path: string; vaultKeyFile: string; release(): void }

/**
 * Makes the data folder and its parts, closed to other users, and locks it against a second control. The lock goes with the process,
 * however it ends. Throws SluiceError in one sentence when the folder cannot be used.
 */
export function openDataDir(given: string): DataDir {
  const path = resolve(given)
  try {
    for (const folder of [path, join(path, 'run'), join(path, 'log'), join(path, 'tls')])
      mkdirSync(folder, { recursive: true, mode: folderMode })
    accessSync(path, constants.W_OK)
    chmodSync(path, folderMode)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new SluiceError('DATA_DIR', 'operator', `the data directory ${path} cannot be written (${code}); set SLUICE_DATA_DIR`, { cause })
  }
  return { path, vaultKeyFile: join(path, 'vault.key'), release: lock(join(path, 'control.lock'), path) }
}

/** Node has no file locks, but SQLite does: an open exclusive transaction is one that the system ends with the process. */
function lock(file: string, dataDir: string): () => void {
  const db = new DatabaseSync(file)
  try {
    db.exec('pragma busy_timeout=0; begin exclusive')
  } catch (cause) {
    db.close()
    throw new SluiceError(
      'DATA_DIR_LOCKED',
      'operator',
      `another Sluice runs on the data directory ${dataDir}; stop it, or set SLUICE_DATA_DIR`,
      {
        cause,
      },
    )
  }
  return () => db.close()
}
