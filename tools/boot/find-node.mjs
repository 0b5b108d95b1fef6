import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { fromRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { SetupError } from './say.mjs'

/** First Node that strips types without a flag or a warning. */
const oldestToRun = [24, 12]

/** True for `24.12.0` and later. */
export function canRunSluice(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > oldestToRun[0] || (major === oldestToRun[0] && minor >= oldestToRun[1])
}

/**
 * The Node that runs Sluice: the one that the npm package for this machine brought, else this process's own, else the first in
 * PATH that is new enough. Throws SetupError when there is none.
 */
export async function findNode() {
  const packaged = fromRoot('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  // Run it to know: the packaged Node needs glibc 2.28, which Alpine and very old machines lack.
  if (isExecutable(packaged) && (await isNewEnough(packaged))) return packaged
  if (canRunSluice(process.versions.node)) return process.execPath
  for (const candidate of systemNodes()) if (await isNewEnough(candidate)) return candidate
  throw new SetupError(`Sluice needs Node ${oldestToRun.join('.')} or newer to run, and this machine has Node ${process.versions.node}.`, [
    `No npm package of Node fits this machine (${process.platform} ${process.arch}), or optional packages were left out: check \`npm config get omit\`.`,
    'Install Node 24 (https://nodejs.org/en/download) and start again.',
  ])
}

/** Every `node` in PATH, but not those of node_modules: an installation may replace them while they run. */
function systemNodes() {
  return systemPath()
    .split(path.delimiter)
    .map((dir) => path.join(dir, 'node'))
    .filter(isExecutable)
}

/** PATH without the folders that npm puts in front of it. */
export function systemPath() {
  const dirs = (process.env.PATH ?? '').split(path.delimiter)
  return dirs.filter((dir) => dir !== '' && !dir.includes('node_modules') && !dir.includes('node-gyp-bin')).join(path.delimiter)
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function isNewEnough(node) {
  const { code, output } = await runCommand(node, ['--version'])
  return code === 0 && canRunSluice(output.trim())
}
