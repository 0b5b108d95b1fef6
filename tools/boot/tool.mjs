import { findNode } from './find-node.mjs'
import { install } from './install.mjs'
import { fromRoot, rootDir } from './places.mjs'
import { runAttached } from './run-attached.mjs'
import { buildWeb } from './web.mjs'

/** Sets up what is needed, then runs one TypeScript file of tools/ in our place. */
export async function runTool(script, args, { needsWeb = false } = {}) {
  await install()
  const node = await findNode()
  if (needsWeb) await buildWeb(node)
  return runAttached(node, [fromRoot(script), ...args], { cwd: rootDir })
}
