import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fromRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { timed } from './say.mjs'
import { digestOf } from './source-digest.mjs'

/** Node keeps code here as it compiled it, types stripped: a process that finds it starts faster and holds 20 to 40 MB less. */
const compiledDir = fromRoot('node_modules', '.cache', 'sluice-compiled')
const stampFile = path.join(compiledDir, 'source')

/** What control loads. The thread of the database is compiled, and ends at once where it has no database. */
const controlFiles = ['apps/control/src/index.ts', 'apps/control/src/db/sqlite-worker.ts']
const engineFiles = ['apps/engine/src/index.ts']

/** Environment of the processes that use it. The operator's own choice stands. */
export const withCompiledCode = (env) => ({ NODE_COMPILE_CACHE: compiledDir, ...env })

/**
 * Compiles the code when it is another than the last time, under the flags that it will run with: Node keeps it apart by those. Without it
 * Sluice runs all the same, so nothing here fails a start.
 */
export async function compileCode(node, controlFlags) {
  try {
    const digest = digestOf(['apps/control', 'apps/engine', 'packages', 'package-lock.json'].map((place) => fromRoot(place)))
    const stamp = [digest, node, ...controlFlags].join(' ')
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
    mkdirSync(compiledDir, { recursive: true })
    const codes = await timed('code compiled', () =>
      Promise.all([compile(node, controlFlags, controlFiles), compile(node, [], engineFiles)]),
    )
    if (codes.every((code) => code === 0)) writeFileSync(stampFile, stamp)
  } catch {
    // A checkout that cannot be written, or a full disk.
  }
}

async function compile(node, flags, files) {
  const imports = files.map((file) => `await import(${JSON.stringify(fromRoot(file))}).catch(() => {})`)
  const script = `${imports.join(';')};(await import('node:module')).flushCompileCache();process.exit(0)`
  const { code } = await runCommand(node, [...flags, '--input-type=module', '-e', script], { env: withCompiledCode(process.env) })
  return code
}
