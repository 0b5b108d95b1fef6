import { availableParallelism } from 'node:os'
import { runNodeQuietly } from './run-node.ts'
import type { Step } from './steps.ts'
import type { OutsideFile } from './test-files.ts'

/** How one file is run. Tests of this step give their own. */
export type RunFile = (file: string) => Promise<{ isOk: boolean; output: string }>

/** One more than there are cores: most of the time of a shared file is waiting. */
const sharedAtOnce = availableParallelism() + 1

/**
 * Runs each file in a process of its own: first those of the shared lane, some at once and the longest first, then the others one by one. What
 * a file wrote is shown when it ends, so that no two mix. One that failed runs once more at the end, alone. Real encoders on a shared machine
 * are late now and then: a file that passes at the second look lets the step pass, and is named as unsteady, for somebody to find out why. So
 * is a file that took longer than its budget: by name only, for a busy machine makes every file slow.
 */
export const outsideStep = (name: string, files: readonly OutsideFile[], runFile: RunFile, atOnce = sharedAtOnce): Step => ({
  name,
  run: async () => {
    const lines: string[] = []
    const failed: string[] = []
    const runOne = async ({ file, budgetS, lane }: OutsideFile): Promise<void> => {
      const startMs = performance.now()
      const { isOk, output } = await runFile(file)
      const tookS = (performance.now() - startMs) / 1000
      console.log(`\n-- ${file} (${tookS.toFixed(1)} s, ${lane})\n${output.trimEnd()}`)
      if (!isOk) failed.push(file)
      lines.push(`${tookS.toFixed(1).padStart(6)} s  ${tookS > budgetS ? `OVER its ${budgetS} s  ` : ''}${file}`)
    }
    const shared = files.filter(({ lane }) => lane === 'shared').sort((a, b) => b.budgetS - a.budgetS)
    const startMs = performance.now()
    await Promise.all(Array.from({ length: atOnce }, () => runInTurn(shared, runOne)))
    const sharedS = (performance.now() - startMs) / 1000
    await runInTurn(
      files.filter(({ lane }) => lane === 'alone'),
      runOne,
    )
    const slowest = lines
      .sort()
      .reverse()
      .filter((line, at) => at < 12 || line.includes('OVER its'))
    console.log(`\nThe shared lane took ${sharedS.toFixed(1)} s. Slowest files:\n${slowest.join('\n')}\n`)
    let isGood = true
    for (const file of failed) {
      const { isOk, output } = await runFile(file)
      console.log(output.trimEnd())
      console.log(isOk ? `UNSTEADY: ${file} failed, and passed at a second look: find out why` : `FAILED TWICE: ${file}`)
      isGood &&= isOk
    }
    return isGood
  },
})

export const runQuietly =
  (argsOf: (file: string) => string[], cwd: string, env: NodeJS.ProcessEnv): RunFile =>
  (file) =>
    runNodeQuietly(argsOf(file), { cwd, env })

/** One worker of a lane: takes the next file of the list until none is left. */
async function runInTurn(files: OutsideFile[], run: (file: OutsideFile) => Promise<void>): Promise<void> {
  for (let next = files.shift(); next !== undefined; next = files.shift()) await run(next)
}
