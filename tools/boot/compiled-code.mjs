import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fromRoot } from './places.mjs'
import { runCommand } from './run-command.mjs'
import { timed } from './say.mjs'
import { digestOf } from './source-digest.mjs'

/** Node keeps code here as it compiled it, types stripped: a process that finds it starts faster and holds 20 to 40 MB less. */
const compiledDir = fromRoot('node_modules', '.cache', 'sluice-compiled')
const stampFile = path.join(compiledDir, 'source')

const controlMain = 'apps/control/src/main.ts'
const engineMain = 'apps/engine/src/main.ts'
const viewersMain = 'apps/viewers/src/main.ts'
/** Compiled apart: control runs it in threads. Outside of one it ends at once. */
const databaseThread = 'apps/control/src/db/sqlite-worker.ts'
/** No program knows it: each is loaded whole, says so and ends. */
const endingFlag = '--compile-only'

/** Environment of the processes that use it. The operator's own choice stands. */
export const withCompiledCode = (env) => ({ NODE_COMPILE_CACHE: compiledDir, ...env })

/**
 * Compiles the code when it is another than the last time, under the flags that it will run with: Node keeps it apart by those. Without it
 * Sluice runs all the same, so nothing here fails a start.
 */
export async function compileCode(node, controlFlags) {
  // Somebody else's folder: Node fills it as it runs.
  if (process.env.NODE_COMPILE_CACHE !== undefined) return
  try {
    const digest = digestOf(
      ['apps/control', 'apps/engine', 'apps/viewers', 'packages', 'package-lock.json'].map((place) => fromRoot(place)),
    )
    const stamp = [digest, node, ...controlFlags].join(' ')
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
    // What an earlier version left is never read again.
    rmSync(compiledDir, { recursive: true, force: true })
    mkdirSync(compiledDir, { recursive: true })
    await timed('code compiled', async () => {
      const { forEngines, forViewers } = await mediaFlags(node)
      await Promise.all([
        compile(node, controlFlags, controlMain),
        compile(node, controlFlags, databaseThread),
        compile(node, forEngines, engineMain),
        compile(node, forViewers, viewersMain),
      ])
    })
    writeFileSync(stampFile, stamp)
  } catch {
    // A checkout that cannot be written, or a full disk.
  }
}

/** Node writes what it compiled as the process ends, however it does. */
const compile = (node, flags, file) => runCommand(node, [...flags, fromRoot(file), endingFlag], { env: withCompiledCode(process.env) })

/** The flags that control starts engines and the viewers' process with. They are TypeScript, which the Node that sets Sluice up may not read. */
async function mediaFlags(node) {
  const settings = JSON.stringify(fromRoot('packages/contract/settings/engine-env.ts'))
  const script = `const { engineNodeFlags: forEngines, viewersNodeFlags: forViewers } = await import(${settings}); console.log(JSON.stringify({ forEngines, forViewers }))`
  const { code, output } = await runCommand(node, ['--input-type=module', '-e', script])
  return code === 0 ? JSON.parse(output) : { forEngines: [], forViewers: [] }
}
