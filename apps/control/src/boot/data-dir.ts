import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '@sluice/base/errors'

const folderMode = 0o700

/**
 * Where everything of this deployment lies. `release` gives the folder free. `warning`: who else can get at the secrets in it, and what to do;
 * null where nobody can.
 */
export type DataDir = { path: string; vaultKeyFile: string; warning: string | null; release(): void }

/**
 * Makes the data folder and its parts, closed to other users, and locks it against a second control. A folder that is there keeps its
 * mode: the operator gave it. The lock goes with the process, however it ends. Throws SluiceError in one sentence when the folder cannot be used.
 */
export function openDataDir(given: string): DataDir {
  const path = resolve(given)
  try {
    for (const folder of [path, join(path, 'run'), join(path, 'log'), join(path, 'tls')])
      mkdirSync(folder, { recursive: true, mode: folderMode })
    accessSync(path, constants.W_OK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new SluiceError('DATA_DIR', 'operator', `the data directory ${path} cannot be written (${code}); set SLUICE_DATA_DIR`, { cause })
  }
  const vaultKeyFile = join(path, 'vault.key')
  return { path, vaultKeyFile, warning: whoElse(path, vaultKeyFile), release: lock(join(path, 'control.lock'), path) }
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
      `another Sluice is using the data directory ${dataDir}; stop it, or set SLUICE_DATA_DIR`,
      {
        cause,
      },
    )
  }
  return () => db.close()
}

/** A folder that others may write lets them put their own key in place of ours; a key file that others may read needs no folder for that. */
function whoElse(path: string, keyFile: string): string | null {
  const modeOf = (file: string): number => statSync(file).mode
  if (modeOf(path) & 0o022) {
    return `other users can write the data directory ${path}: they can replace the database and the vault key. Fix this: chmod go-w ${path}`
  }
  if (existsSync(keyFile) && modeOf(keyFile) & 0o077) {
    return `other users can read the vault key ${keyFile}, which decrypts every stream key and credential. Fix this: chmod 600 ${keyFile}`
  }
  return null
}
