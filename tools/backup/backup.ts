import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What was copied, by its name in the backup. */
export type BackupReport = { readonly copied: readonly string[]; readonly hasDatabase: boolean }

/**
 * Copies what a Sluice needs to come back as it was: the database as of one moment, the vault's key, the certificates, the
 * clips. Slates and the test card are made anew. Sluice may run meanwhile. `target` is made, with mode 0700; throws RangeError when it holds something already, or `dataDir` is none.
 */
export function makeBackup(dataDir: string, target: string): BackupReport {
  if (!existsSync(path.join(dataDir, 'vault.key')) && !existsSync(path.join(dataDir, 'sluice.db'))) {
    throw new RangeError(`${dataDir} holds no data of Sluice: neither sluice.db nor vault.key`)
  }
  mkdirSync(target, { recursive: true, mode: 0o700 })
  if (readdirSync(target).length > 0) throw new RangeError(`${target} is not empty`)

  const databaseFile = path.join(dataDir, 'sluice.db')
  const hasDatabase = existsSync(databaseFile)
  if (hasDatabase) copyDatabase(databaseFile, path.join(target, 'sluice.db'))
  const hasKey = existsSync(path.join(dataDir, 'vault.key'))
  if (hasKey) copyFileSync(path.join(dataDir, 'vault.key'), path.join(target, 'vault.key'))
  const hasTls = existsSync(path.join(dataDir, 'tls'))
  if (hasTls) cpSync(path.join(dataDir, 'tls'), path.join(target, 'tls'), { recursive: true })
  const hasClips = existsSync(path.join(dataDir, 'clips'))
  if (hasClips) copyClips(path.join(dataDir, 'clips'), path.join(target, 'clips'))
  const copied = [hasDatabase && 'sluice.db', hasKey && 'vault.key', hasTls && 'tls', hasClips && 'clips'].filter((name) => name !== false)
  return { copied, hasDatabase }
}

/** Loops, and uploads that wait for their conversion. Each is written once; one may be deleted while the others are copied. */
function copyClips(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 })
  for (const name of readdirSync(from).filter((file) => /^[0-9a-f-]{36}\.(flv|upload)$/.test(file))) {
    try {
      copyFileSync(path.join(from, name), path.join(to, name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

/** A second connection sees one moment of the database, whatever is written meanwhile, and makes one whole file of it. */
function copyDatabase(from: string, to: string): void {
  const db = new DatabaseSync(from)
  try {
    db.exec('pragma busy_timeout=10000')
    db.prepare('vacuum into ?').run(to)
  } finally {
    db.close()
  }
}
