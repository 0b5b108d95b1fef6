import { SetupError, say, sayProblem } from './say.mjs'
import { runTool } from './tool.mjs'

/** Each verb takes the arguments that follow it and answers the exit code. */
const verbs = {
  setup: async () => (await import('./start.mjs')).setUp(),
  start: async (args) => (await import('./start.mjs')).start(args),
  prepare: async () => (await import('./start.mjs')).printNode(),
  run: async (args) => (await import('./start.mjs')).up(args),
  test: async (args) => (await import('./test.mjs')).run(args),
  check: (args) => runTool('tools/check/main.ts', ['check', ...args], { needsWeb: true }),
  rooms: (args) => runTool('tools/check-rooms.ts', args),
  texts: (args) => runTool('tools/english/main.ts', args),
  demo: (args) => runTool('tools/demo/main.ts', args, { needsWeb: true }),
  bench: ([name, ...args]) => runTool(`bench/${name}/run.ts`, args),
  soak: (args) => runTool('e2e/soak/run.ts', args, { needsWeb: true }),
  'soak-ladder': (args) => runTool('e2e/ladder/soak.ts', args),
  paint: (args) => runTool('e2e/paint/run.ts', args, { needsWeb: true }),
  clients: ([name, ...args]) => runTool(`e2e/clients/${name}.ts`, args),
  screenshots: (args) => runTool('e2e/screenshots/run.ts', args, { needsWeb: true }),
  account: (args) => runTool('tools/account/main.ts', args),
  backup: (args) => runTool('tools/backup/main.ts', args),
  generate: (args) => runTool('tools/docs/generated.ts', args),
}

/** Runs one verb of package.json; a SetupError becomes its sentences and exit code 1. */
export async function runVerb(name, args) {
  const verb = verbs[name]
  if (verb === undefined) {
    say(`unknown verb '${name}': expected one of ${Object.keys(verbs).join(', ')}`)
    return 2
  }
  try {
    return await verb(args)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    sayProblem(error)
    return 1
  }
}
