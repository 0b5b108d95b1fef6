import { goOnAfterFaults } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import { helpText, readSinkOptions, UsageError } from './options.ts'
import { runSink, type Say } from './run-sink.ts'

// A throw in one publisher's session must not end what is told of the others.
goOnAfterFaults(process, { ...silentLogger, error: (_fields, message) => process.stderr.write(`sluice sink: ${message}\n`) }, () =>
  process.exit(1),
)

const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  const options = readSinkOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(helpText())
  else {
    const sayJson: Say = (_line, fields) => process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...fields })}\n`)
    const sayLine: Say = (line) => process.stdout.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`)
    await runSink(options, abort.signal, options.isJson ? sayJson : sayLine)
    process.exitCode = 0
  }
} catch (error) {
  const isUsage = error instanceof UsageError
  process.stderr.write(
    `sluice sink: ${error instanceof Error ? error.message : 'failed'}${isUsage ? ' (sluice sink --help shows all flags)' : ''}\n`,
  )
  process.exitCode = isUsage ? 2 : 1
}
// What lingers, a worker or a socket that says farewell, is no reason to stay.
process.exit()
