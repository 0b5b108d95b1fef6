import { hostname } from 'node:os'
import { CreatedApiKey, paths, Session, workspaceScopes } from '@sluice/contract/api'
import { Problem } from '@sluice/contract/errors'
import { CliError, usageError } from '../cli-error.ts'
import { ApiClient } from '../client/api-client.ts'
import { keepToken } from '../client/token.ts'
import type { Io } from '../io.ts'

/** Rights that a key on disk should not have: it could make further keys, or change the workspace. */
const withheld: readonly string[] = ['apikey:write', 'workspace:write']

/**
 * `sluice login`: signs in once with e-mail and password, makes an API key for this machine, keeps it where only this user can read
 * it, and signs out again. The password is asked for on the terminal and goes nowhere but to the server.
 */
export async function login(io: Io, url: string): Promise<void> {
  if (!io.stdinIsTty) throw usageError('login asks for a password and needs a terminal', 'For scripts: set SLUICE_TOKEN.')
  const email = (await io.ask(`E-mail for ${url}: `, false)).trim()
  const password = await io.ask('Password (not shown): ', true)

  const api = new ApiClient({ url, token: null, signal: io.signal })
  const origin = new URL(url).origin
  const half = await api.send('POST', paths.session, { email, password }, { origin }, waitsForCode)
  const answer = half.ok
    ? half
    : await api.send('POST', paths.sessionCode, { code: await askForCode(io) }, { origin, cookie: cookiesOf(half) })
  const session = Session.parse(await answer.json())
  const cookie = cookiesOf(answer)
  if (cookie === '') throw new CliError('the server set no session cookie')

  const headers = { cookie, origin }
  const body = {
    name: `sluice on ${hostname()}`,
    scopes: workspaceScopes.filter((scope) => session.scopes.includes(scope) && !withheld.includes(scope)),
  }
  const created = CreatedApiKey.parse(await (await api.send('POST', paths.apiKeys, body, headers)).json())
  await api.send('DELETE', paths.session, undefined, headers)
  const file = keepToken(io.env, url, created.key)
  io.write(`Signed in to workspace '${session.workspace.name}'. The API key '${body.name}' is stored in ${file}.\n`)
}

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

/** The password was right, and the account has a second factor. */
async function waitsForCode(answer: Response): Promise<boolean> {
  const problem = Problem.safeParse(await answer.json().catch(() => null))
  return problem.data?.code === 'AUTH_SECOND_FACTOR'
}

const askForCode = async (io: Io): Promise<string> => (await io.ask('Code of your authenticator app, or a recovery code: ', false)).trim()
