import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fromRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { SetupError, timed } from './say.mjs'
import { digestOf } from './source-digest.mjs'

const webApps = ['console', 'player']

/** Builds the console and the player where their sources are not those of the last build. */
export async function buildWeb(node) {
  const stale = webApps.map(describe).filter((app) => app !== null && !app.isFresh)
  if (stale.length === 0) return
  await timed(`${stale.map((app) => app.name).join(' and ')} built`, () => Promise.all(stale.map((app) => build(node, app))))
}

async function build(node, app) {
  const vite = path.join(path.dirname(createRequire(path.join(app.dir, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js')
  const { code, output } = await runCommand(node, [vite, 'build', '--logLevel', 'warn'], { cwd: app.dir })
  if (code === 0) return writeFileSync(app.stampFile, app.digest)
  throw new SetupError(
    /ENOSPC/.test(output) ? `The disk is full: the ${app.name} could not be built.` : `Building the ${app.name} failed.`,
    output.trim().split('\n').slice(-12),
  )
}

/** Null for an app that has nothing to build. */
function describe(name) {
  const dir = fromRoot('apps', name)
  if (!existsSync(path.join(dir, 'vite.config.ts'))) return null
  const stampFile = path.join(dir, 'dist', '.sluice-source')
  const digest = digestOf([dir, fromRoot('packages', 'contract'), fromRoot('packages', 'base'), fromRoot('package-lock.json')])
  return { name, dir, stampFile, digest, isFresh: existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest }
}
