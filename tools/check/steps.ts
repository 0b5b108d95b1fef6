/** One thing that is checked. `run` answers true when all is well, and writes what is wrong on the way. */
export type Step = { readonly name: string; readonly run: () => Promise<boolean> }

/** Runs all steps, also after one failed, then lists them with their time. Answers whether all went well. */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  const lines: string[] = []
  let isGood = true
  for (const step of steps) {
    console.log(`\n== ${step.name}`)
    const startMs = performance.now()
    const isOk = await step.run()
    isGood &&= isOk
    lines.push(`${isOk ? 'ok  ' : 'FAIL'}  ${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  ${step.name}`)
  }
  console.log(`\n${lines.join('\n')}\n\n${isGood ? 'All is well.' : 'Something failed: see above.'}`)
  return isGood
}

/** A step that finds problems itself: one line each. */
export const findingStep = (name: string, find: () => readonly string[]): Step => ({
  name,
  run: async () => {
    const problems = find()
    for (const problem of problems) console.log(problem)
    return problems.length === 0
  },
})
