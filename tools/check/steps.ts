import { spawn } from 'node:child_process'

/** One thing that is checked. `run` answers true when all is well, and writes what is wrong on the way. */
export type Step = { readonly name: string; readonly run: () => Promise<boolean> }

/** A test file from the root, and how long it may take on a quiet machine with two cores, in seconds. */
export type TimedFile = { readonly file: string; readonly budgetS: number }

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

/** A step that is a program: it goes well when the program ends with 0. `node` and its flags are this process's own. */
export const nodeStep = (name: string, args: readonly string[], cwd: string): Step => ({ name, run: () => runNode(args, cwd) })

/**
 * Runs each file in a process of its own, and one that failed once more at the end. Real encoders on a shared machine are late now and then: a
 * file that passes at the second look lets the step pass, and is named as unsteady, for somebody to find out why. So is a file that took longer
 * than its budget (seconds): by name only, for a busy machine makes every file slow.
 */
export const secondLookStep = (name: string, files: readonly TimedFile[], argsOf: (file: string) => string[], cwd: string): Step => ({
  name,
  run: async () => {
    const failed: string[] = []
    const lines: string[] = []
    for (const { file, budgetS } of files) {
      const startMs = performance.now()
      if (!(await runNode(argsOf(file), cwd))) failed.push(file)
      const tookS = (performance.now() - startMs) / 1000
      const verdict = tookS > budgetS ? `OVER its ${budgetS} s  ` : ''
      lines.push(`${tookS.toFixed(1).padStart(6)} s  ${verdict}${file}`)
    }
    console.log(
      `\nSlowest files:\n${lines
        .sort()
        .reverse()
        .filter((line, at) => at < 12 || line.includes('OVER its'))
        .join('\n')}\n`,
    )
    let isGood = true
    for (const file of failed) {
      const isSteady = await runNode(argsOf(file), cwd)
      console.log(isSteady ? `UNSTEADY: ${file} failed, and passed at a second look: find out why` : `FAILED TWICE: ${file}`)
      isGood &&= isSteady
    }
    return isGood
  },
})

function runNode(args: readonly string[], cwd: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', (error) => {
      console.log(`${args[0]} can't be started: ${error.message}`)
      resolve(false)
    })
    child.on('exit', (code) => resolve(code === 0))
  })
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
