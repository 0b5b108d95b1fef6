import { compileCode, withCompiledCode } from './compiled-code.mjs'
import { requireSpace } from './disk-space.mjs'
import { findNode } from './find-node.mjs'
import { install } from './install.mjs'
import { fromRoot } from './places.mjs'
import { runSupervised } from './run-supervised.mjs'
import { buildWeb } from './web.mjs'

/** Control keeps little that is young, and gives back after its start what the start took. Measured in `npm run bench:control`. */
const controlFlags = ['--max-semi-space-size=2', '--expose-gc']

/** `npm run setup`: everything that a start needs, and no start. */
export async function setUp() {
  await prepare()
  return 0
}

/**
 * The first half of `npm start`: sets everything up and prints the Node that is to run the second half, `run`. Two processes, because what
 * set-up has read would stay in memory for as long as Sluice runs.
 */
export async function printNode() {
  process.stdout.write(`${await prepare()}\n`)
  return 0
}

/** `npm start [flags]` in one process. */
export async function start(args) {
  return runSluice(await prepare(), args)
}

/** `sluice up [flags]`, and the second half of `npm start`: runs Sluice as it stands. */
export async function up(args) {
  return runSluice(await findNode(), args)
}

function runSluice(node, args) {
  requireSpace(args)
  const env = withCompiledCode(process.env)
  return runSupervised(node, [...controlFlags, fromRoot('apps/control/src/main.ts'), ...args], { env, showsLog: true })
}

/** Answers the Node that runs Sluice. */
async function prepare() {
  await install()
  const node = await findNode()
  await buildWeb(node)
  await compileCode(node, controlFlags)
  return node
}
