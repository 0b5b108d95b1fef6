import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fromRoot } from './places.mjs'

/** SHA-256 over names and contents, so that neither a checkout's file times nor a touched file matter. Tests and what is built do not count. */
export function digestOf(places) {
  const hash = createHash('sha256')
  for (const file of places.flatMap(filesUnder))
    hash
      .update(`${path.relative(fromRoot(), file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return hash.digest('hex')
}

const isSource = (name) => !['dist', 'node_modules', 'dev'].includes(name) && !name.includes('.test.')

function filesUnder(place) {
  if (statSync(place).isFile()) return [place]
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => isSource(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(path.join(place, entry.name)) : [path.join(place, entry.name)]))
}
