import { findNode } from './find-node.mjs'
import { install } from './install.mjs'
import { fromRoot } from './places.mjs'
import { runAttached } from './run-attached.mjs'
import { buildWeb } from './web.mjs'

/** `npm start [flags]`: sets everything up and runs Sluice. */
export async function start(args) {
  await install()
  const node = await findNode()
  await buildWeb(node)
  return runSluice(node, args)
}

/** `sluice up [flags]`: runs Sluice as it stands. */
export async function up(args) {
  return runSluice(await findNode(), args)
}

const runSluice = (node, args) => runAttached(node, [fromRoot('apps/control/src/main.ts'), ...args])
