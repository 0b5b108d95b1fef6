import { runCli } from './index.ts'
import { processIo } from './process-io.ts'

/** The process's own command line; answers the exit code. Ctrl-C ends a waiting command, a second one ends the process. */
export async function main(args: readonly string[]): Promise<number> {
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `sluice tail | head`: the reader has gone, and there is nothing left to do.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return runCli(args, processIo(abort.signal))
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
