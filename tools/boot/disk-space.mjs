import { existsSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { SetupError } from './say.mjs'

/** Below this the database can't even be made; a show with events and logs takes more. */
const leastBytes = 32 * 1024 * 1024

/** Throws SetupError when the disk of the data directory is full: what fails later says so less plainly. */
export function requireSpace(args, env = process.env) {
  const dir = path.resolve(dataDirOf(args, env))
  const place = nearestExisting(dir)
  const { bavail, bsize } = statfsSync(place)
  const freeBytes = bavail * bsize
  if (freeBytes >= leastBytes) return
  const [free, least] = [freeBytes, leastBytes].map((bytes) => `${Math.floor(bytes / 1024 / 1024)} MiB`)
  throw new SetupError(`The disk of the data directory ${dir} is full: ${free} are free, at least ${least} are needed.`, [
    'Free some space (`df -h`), or set SLUICE_DATA_DIR (--data-dir) to a place on another disk.',
  ])
}

/** As Sluice itself reads it; the last flag wins. */
function dataDirOf(args, env) {
  const values = args.flatMap((arg, i) => {
    if (arg === '--data-dir' && args[i + 1] !== undefined) return [args[i + 1]]
    return arg.startsWith('--data-dir=') ? [arg.slice('--data-dir='.length)] : []
  })
  return values.at(-1) ?? (env.SLUICE_DATA_DIR || './data')
}

function nearestExisting(dir) {
  return existsSync(dir) ? dir : nearestExisting(path.dirname(dir))
}
