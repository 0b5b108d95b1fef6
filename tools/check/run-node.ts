import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Step } from './steps.ts'

export type RunOptions = { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }

/** Runs this process's own Node to its end. Answers whether it ended with 0. `output`: a descriptor to write to, else our terminal. */
function runNode(
  args: readonly string[],
  { cwd, env = process.env }: RunOptions,
  output: number | 'inherit' = 'inherit',
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', output, output] })
    child.on('error', (error) => {
      console.log(`${args[0]} can't be started: ${error.message}`)
      resolve(false)
    })
    child.on('exit', (code) => resolve(code === 0))
  })
}

/** The same, with what it wrote. By way of a file: what a test leaves behind would hold a pipe open. */
export async function runNodeQuietly(args: readonly string[], options: RunOptions): Promise<{ isOk: boolean; output: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-check-'))
  const file = path.join(folder, 'output')
  const descriptor = openSync(file, 'w')
  try {
    const isOk = await runNode(args, options, descriptor)
    return { isOk, output: readFileSync(file, 'utf8') }
  } finally {
    closeSync(descriptor)
    rmSync(folder, { recursive: true })
  }
}

/** A step that is a program: it goes well when the program ends with 0. */
export const nodeStep = (name: string, args: readonly string[], options: RunOptions): Step => ({ name, run: () => runNode(args, options) })
