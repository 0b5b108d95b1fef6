import path from 'node:path'
import { SluiceError } from '@sluice/base/errors'
import { readSettings } from '@sluice/contract/settings'
import { makeBackup } from './backup.ts'

// `npm run backup -- TARGET [flags]`: flags and environment are those of Sluice, for --data-dir and --database-url.
process.umask(0o077)
const [target, ...flags] = process.argv.slice(2)
try {
  if (target === undefined || target.startsWith('--')) throw new RangeError('say where to: npm run backup -- FOLDER [--data-dir DIR]')
  const { dataDir, databaseUrl } = readSettings(flags, process.env)
  const { copied, hasDatabase } = makeBackup(path.resolve(dataDir), path.resolve(target))
  console.log(`Backup in ${path.resolve(target)}: ${copied.join(', ')}.`)
  if (databaseUrl !== null || !hasDatabase) console.log('The database is on a PostgreSQL server: back it up with pg_dump.')
  console.log('vault.key opens the secrets in the database: keep this folder where you would keep the secrets themselves.')
} catch (error) {
  if (!(error instanceof RangeError || error instanceof SluiceError || (error instanceof Error && 'code' in error))) throw error
  console.error(`sluice: ${error.message}`)
  process.exitCode = 1
}
