import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CliError, exitCodes } from '../cli-error.ts'

const main = fileURLToPath(new URL('../../../sink/src/main.ts', import.meta.url))

/**
 * `sluice sink ...`: a process of its own, which needs what this one may not import. It has the terminal, and ends by the same Ctrl-C; its
 * exit code becomes ours.
 */
export async function runSink(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' })
  const forward = (): void => void child.kill('SIGTERM')
  process.once('SIGTERM', forward)
  // The first Ctrl-C is the child's, which ends in good order, and then this process does.
  const hold = (): void => {}
  process.on('SIGINT', hold)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  process.off('SIGTERM', forward)
  process.off('SIGINT', hold)
  // It has said why.
  if (code !== 0)
    throw new CliError(`the destination ended with ${code ?? 'a signal'}`, { exitCode: code === 2 ? exitCodes.usage : exitCodes.failure })
}
