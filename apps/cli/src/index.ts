import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { CliError, type ExitCode, exitCodes } from './cli-error.ts'
import { runSink } from './commands/sink.ts'
import type { Io } from './io.ts'
import { buildProgram } from './program.ts'

export { ApiClient } from './client/api-client.ts'
export type { Io } from './io.ts'
export { processIo } from './process-io.ts'

/** Runs one command line, without the program's name in front, and answers its exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    // Its flags are not ours: not even --help and --json.
    if (args[0] === 'sink') await runSink(args.slice(1))
    else await buildProgram(io, readVersion()).parseAsync([...args], { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (io.signal.aborted) return exitCodes.ok
    if (!(error instanceof CliError)) throw error
    io.writeError(`sluice: ${error.message}\n${error.hint === null ? '' : `        ${error.hint}\n`}`)
    return error.exitCode
  }
}

const readVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version
