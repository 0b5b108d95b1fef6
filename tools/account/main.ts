import { processIo } from '@sluice/cli'
import { runAccountCommand } from './account-command.ts'

// `npm run account -- list`, `npm run account -- reset-password EMAIL`.
process.umask(0o077)
const interrupted = new AbortController()
process.on('SIGINT', () => interrupted.abort())
try {
  process.exitCode = await runAccountCommand(process.argv.slice(2), processIo(interrupted.signal))
} catch (error) {
  if (!interrupted.signal.aborted) throw error
  process.exitCode = 130
}
