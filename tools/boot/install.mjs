import { createHash } from 'node:crypto'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { systemPath } from './find-node.mjs'
import { explainNpmFailure } from './npm-failure.mjs'
import { fromRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { SetupError, say, timed } from './say.mjs'

const stampFile = fromRoot('node_modules', '.sluice-lock')

/** Brings node_modules to what package-lock.json says; does nothing, in a few milliseconds, when it is there already. */
export async function install() {
  const lockText = readFileSync(fromRoot('package-lock.json'), 'utf8')
  const digest = createHash('sha256').update(lockText).digest('hex')
  if (readOr(stampFile, '') !== digest) {
    if (!isInstalled(lockText)) await timed('packages installed', npmInstall)
    writeFileSync(stampFile, digest)
  }
  linkPackagedNode(fromRoot('node_modules'))
}

/**
 * Makes `.bin/node`, which the service unit and the docs start. npm takes the link away again when it leaves out the build for the other kind
 * of processor: both have a program of that name.
 */
export function linkPackagedNode(modulesDir) {
  const target = path.join('..', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  const bin = path.join(modulesDir, '.bin')
  if (existsSync(path.join(bin, 'node')) || !existsSync(path.join(bin, target))) return
  try {
    symlinkSync(target, path.join(bin, 'node'))
  } catch (error) {
    // Another start made it meanwhile, or the tree belongs to somebody else: Sluice itself starts without the link.
    if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error
  }
}

/** Throws SetupError when nothing was installed yet. */
export function requireSetUp() {
  if (existsSync(fromRoot('node_modules', '@sluice'))) return
  throw new SetupError('Sluice is not set up yet.', [`In ${fromRoot()}: npm run setup`])
}

async function npmInstall() {
  say('installing packages from the npm registry...')
  const env = { ...process.env, PATH: systemPath() }
  // Without a network npm would try each package again and again, for minutes. Its cache may have them all.
  const probe = await runCommand('npm', [...probeArgs, '--loglevel=error'], { env })
  if (probe.code === 127)
    throw new SetupError('npm is missing: it installs the packages that Sluice is made of.', ['Debian: apt install npm.'])
  const isOnline = probe.code === 0
  const { code, output } = await runCommand('npm', [...installArgs, ...(isOnline ? [] : ['--offline']), '--loglevel=error'], { env })
  if (code !== 0) throw explainNpmFailure(isOnline ? output : probe.output, await registryUrl(env))
}

const probeArgs = ['view', 'commander', 'version', '--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-timeout=10000']

// What the lock says, as `npm ci` would; but that refuses a lock without the builds for other systems that a mirror did not have.
// No package needs its install script, so none may run. Engine warnings are noise: only the packaged Node 24 runs what is installed.
const installArgs = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts']

async function registryUrl(env) {
  const { code, output } = await runCommand('npm', ['config', 'get', 'registry', '--loglevel=silent'], { env })
  return code === 0 ? withoutUser(output.trim()) : 'the npm registry'
}

/** A registry address may hold a name and a password. */
const withoutUser = (url) => url.replace(/\/\/[^/@]*@/, '//')

/** True when npm's own record of node_modules has each package of the lock in its version: a developer's `npm install` counts too. */
function isInstalled(lockText) {
  const recordText = readOr(fromRoot('node_modules', '.package-lock.json'), null)
  if (recordText === null) return false
  const record = JSON.parse(recordText).packages
  return Object.entries(JSON.parse(lockText).packages).every(([place, wanted]) => {
    if (place === '' || wanted.optional === true) return true
    return record[place]?.version === wanted.version && existsSync(fromRoot(place))
  })
}

function readOr(file, fallback) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return fallback
  }
}
