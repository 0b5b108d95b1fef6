import { SetupError, say, sayProblem } from './say.mjs'

/** Each verb is a file that exports `run(args)` and answers with the exit code. */
const verbs = {
  start: () => import('./start.mjs'),
  test: () => import('./test.mjs'),
  check: () => import('./check.mjs'),
  demo: () => import('./demo.mjs'),
}

/** Runs one verb of package.json; a SetupError becomes its sentences and exit code 1. */
export async function runVerb(name, args) {
  const load = verbs[name]
  if (load === undefined) {
    say(`unknown verb '${name}': expected one of ${Object.keys(verbs).join(', ')}`)
    return 2
  }
  try {
    const { run } = await load()
    return await run(args)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    sayProblem(error)
    return 1
  }
}
