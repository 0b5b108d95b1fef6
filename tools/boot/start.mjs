import { requireSpace } from './disk-space.mjs'
import { findNode } from './find-node.mjs'
import { install } from './install.mjs'
import { fromRoot } from './places.mjs'
import { runSupervised } from './run-supervised.mjs'
import { buildWeb } from './web.mjs'

/** `npm run setup`: everything that a start needs, and no start. */
export async function setUp() {
  await prepare()
  return 0
}

/** `npm start [flags]`: sets everything up and runs Sluice. */
export async function start(args) {
  return runSluice(await prepare(), args)
}

/** `sluice up [flags]`: runs Sluice as it stands. */
export async function up(args) {
  return runSluice(await findNode(), args)
}

function runSluice(node, args) {
  requireSpace(args)
  return runSupervised(node, [fromRoot('apps/control/src/main.ts'), ...args], { showsLog: true })
}

/** Answers the Node that runs Sluice. */
async function prepare() {
  await install()
  const node = await findNode()
  await buildWeb(node)
  return node
}
