#!/usr/bin/env node
import { canRunSluice, findNode } from '../../../tools/boot/find-node.mjs'
import { requireSetUp } from '../../../tools/boot/install.mjs'
import { fromRoot } from '../../../tools/boot/places.mjs'
import { runAttached } from '../../../tools/boot/run-attached.mjs'
import { SetupError, sayProblem } from '../../../tools/boot/say.mjs'
import { up } from '../../../tools/boot/start.mjs'

// Plain JavaScript for Node 20: it finds the Node that runs TypeScript. `sluice up` is `npm start` without set-up.
async function run(args) {
  requireSetUp()
  if (args[0] === 'up' && !args.includes('--help')) return up(args.slice(1))
  if (canRunSluice(process.versions.node)) return (await import('../src/main.ts')).main(args)
  return runAttached(await findNode(), [fromRoot('apps/cli/src/main.ts'), ...args])
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  sayProblem(error)
  process.exitCode = 1
}
