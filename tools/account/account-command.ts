import { randomBytes } from 'node:crypto'
import { SluiceError } from '@sluice/base/errors'
import type { Io } from '@sluice/cli'
import { readSettings } from '@sluice/contract/settings'
import { type AccountDesk, openAccountDesk } from '@sluice/control'

const usage = `npm run account -- list
npm run account -- reset-password EMAIL [--generate]
npm run account -- two-factor-off EMAIL

Flags and environment of Sluice say which data directory or database: --data-dir, SLUICE_DATABASE_URL.`
const generatedBytes = 15

/** `npm run account`: who has an account here, and a new password for whoever lost theirs. Sluice may run meanwhile. Answers the exit code. */
export async function runAccountCommand(args: readonly string[], io: Io): Promise<0 | 1 | 2> {
  const [verb, ...rest] = args
  try {
    if (verb === 'list') await withDesk(rest, io, (desk) => list(desk, io))
    else if (verb === 'reset-password') await resetPassword(rest, io)
    else if (verb === 'two-factor-off') await endTwoFactor(rest, io)
    else return usageError(io, verb === undefined ? 'say what to do' : `unknown command '${verb}'`)
    return 0
  } catch (error) {
    if (error instanceof RangeError) return usageError(io, error.message)
    if (!(error instanceof SluiceError)) throw error
    io.writeError(`sluice: ${error.message}\n`)
    return 1
  }
}

function usageError(io: Io, found: string): 2 {
  io.writeError(`sluice: ${found}\n\n${usage}\n`)
  return 2
}

async function withDesk<T>(flags: readonly string[], io: Io, work: (desk: AccountDesk) => Promise<T>): Promise<T> {
  const desk = await openAccountDesk(readSettings(flags, io.env))
  try {
    return await work(desk)
  } finally {
    await desk.close()
  }
}

async function list(desk: AccountDesk, io: Io): Promise<void> {
  const accounts = await desk.list()
  if (accounts.length === 0) io.write('There are no accounts: open the link that Sluice prints when it starts.\n')
  for (const { email, name, sessions, workspaces } of accounts) {
    const signedIn = sessions === 1 ? '1 browser signed in' : `${sessions} browsers signed in`
    io.write(`${email}  ${name}  ${workspaces.join(', ')}  ${signedIn}\n`)
  }
}

async function resetPassword(args: readonly string[], io: Io): Promise<void> {
  const generates = args.includes('--generate')
  const [email, ...flags] = args.filter((arg) => arg !== '--generate')
  if (email === undefined || email.startsWith('--')) throw new RangeError('say whose password: reset-password EMAIL')
  await withDesk(flags, io, async (desk) => {
    const isGenerated = generates || !io.stdinIsTty
    const password = isGenerated ? randomBytes(generatedBytes).toString('base64url') : await askTwice(io)
    const { name, email: account, endedSessions } = await desk.resetPassword(email, password)
    io.write(`The password of ${name} (${account}) is reset; ${endedWords(endedSessions)}.\n`)
    if (isGenerated) io.write(`New password: ${password}\nChange it in the console, under Settings, Account.\n`)
  })
}

const endedWords = (sessions: number): string => (sessions === 1 ? '1 session has ended' : `${sessions} sessions have ended`)

async function endTwoFactor([email, ...flags]: readonly string[], io: Io): Promise<void> {
  if (email === undefined || email.startsWith('--')) throw new RangeError('say whose: two-factor-off EMAIL')
  await withDesk(flags, io, async (desk) => {
    const { name, email: account, endedSessions } = await desk.endTwoFactor(email)
    io.write(`${name} (${account}) signs in with the password alone again; ${endedWords(endedSessions)}.\n`)
    io.write('Another app is set up in the console, under Settings, Account.\n')
  })
}

/** A password that is typed without being seen is typed twice. */
async function askTwice(io: Io): Promise<string> {
  const password = await io.ask('New password, 10 characters or more (not shown): ', true)
  if ((await io.ask('Once more: ', true)) !== password) {
    throw new SluiceError('ACCOUNT_PASSWORD', 'operator', 'the two passwords differ; nothing was changed')
  }
  return password
}
