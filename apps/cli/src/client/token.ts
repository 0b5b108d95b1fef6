import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CliError } from '../cli-error.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The default address: control on this machine with its default port. */
export const defaultUrl = 'http://127.0.0.1:8080'

/** The API key: `SLUICE_TOKEN`, else `SLUICE_ADMIN_TOKEN`, else what `sluice login` kept for this address; null when there is none. */
export function readToken(env: Env, url: string): string | null {
  const given = env['SLUICE_TOKEN'] || env['SLUICE_ADMIN_TOKEN']
  if (given) return given.trim()
  return readKept(tokenFile(env))[originOf(url)] ?? null
}

/** Keeps a key for one address in the user's own configuration, readable by nobody else. Answers the file. */
export function keepToken(env: Env, url: string, token: string): string {
  const file = tokenFile(env)
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const kept = { ...readKept(file), [originOf(url)]: token }
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
  return file
}

/** `tokens.json` in `$XDG_CONFIG_HOME/sluice`, or `~/.config/sluice`. */
export function tokenFile(env: Env): string {
  const home = env['XDG_CONFIG_HOME'] || path.join(env['HOME'] ?? '/', '.config')
  return path.join(home, 'sluice', 'tokens.json')
}

/** Keys by origin, so that a key never goes to another server than the one that gave it. */
const originOf = (url: string): string => new URL(url).origin

function readKept(file: string): Record<string, string> {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return {}
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o777).toString(8)
    throw new CliError(`${file} holds API keys, but other users of this machine can read it (mode ${mode}, not 600)`, {
      hint: `chmod 600 ${file}`,
    })
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  } catch {
    throw new CliError(`${file} is not JSON`, { hint: 'Remove it and run `sluice login` again.' })
  }
}
