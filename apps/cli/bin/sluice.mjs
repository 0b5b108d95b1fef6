#!/usr/bin/env node
import { canRunSluice, findNode } from '../../../tools/boot/find-node.mjs'
import { fromRoot } from '../../../tools/boot/places.mjs'
import { runAttached } from '../../../tools/boot/run-attached.mjs'
import { runVerb } from '../../../tools/boot/verbs.mjs'

// Plain JavaScript for Node 20: it finds the Node that runs TypeScript. `sluice up` is `npm start` without set-up.
const args = process.argv.slice(2)
if (args[0] === 'up') process.exitCode = await runVerb('up', args.slice(1))
else if (canRunSluice(process.versions.node)) process.exitCode = await (await import('../src/main.ts')).main(args)
else process.exitCode = await runAttached(await findNode(), [fromRoot('apps/cli/src/main.ts'), ...args])
