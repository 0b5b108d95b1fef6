import { readFileSync } from 'node:fs'
import { usageError } from './cli-error.ts'
import type { Io } from './io.ts'

/** How a stream key may be given. `--key` is the plainest and shows it to everybody who lists processes. */
export type SecretFlags = { readonly key?: string; readonly keyFile?: string }

/**
 * The stream key of an output, from `--key`, `--key-file FILE` (`-` is stdin), SLUICE_OUTPUT_KEY, or a question on the terminal.
 * Null when none was given and nobody can be asked. One line feed at the end is taken off; the rest stays byte for byte.
 */
export async function readStreamKey(io: Io, flags: SecretFlags): Promise<string | null> {
  if (flags.key !== undefined && flags.keyFile !== undefined) throw usageError('use --key or --key-file, not both')
  if (flags.key !== undefined) return flags.key
  if (flags.keyFile === '-') return withoutLineFeed(await io.readStdin())
  if (flags.keyFile !== undefined) return withoutLineFeed(readKeyFile(flags.keyFile))
  const given = io.env['SLUICE_OUTPUT_KEY']
  if (given !== undefined) return given
  if (!io.stdinIsTty) return null
  const answer = await io.ask('Stream key (not shown; Enter for none): ', true)
  return answer === '' ? null : answer
}

const withoutLineFeed = (text: string): string => text.replace(/\r?\n$/, '')

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw usageError(`--key-file ${file} can't be read: ${error instanceof Error ? error.message : error}`)
  }
}
