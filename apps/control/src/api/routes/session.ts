import {
  AccountSession,
  ChangePasswordBody,
  PatchSessionBody,
  pageOf,
  paths,
  Session,
  SetupBody,
  SetupState,
  SignInBody,
} from '@sluice/contract/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { endOtherSessions, endSession, listSessions } from '../../accounts/index.ts'
import { ProblemError } from '../../services/index.ts'
import type { App } from '../app.ts'
import { credentialsOf, principalOf, requireOwnOrigin } from '../caller.ts'
import { answerSignedIn, setCookies } from '../cookies.ts'
import { describe } from '../describe.ts'
import { requireOwnHost } from '../own-hosts.ts'
import { idOf } from './params.ts'

/** Setting up, signing in and out, the own account. */
export function sessionRoutes(server: FastifyInstance, app: App): void {
  const { accounts } = app
  /** A stream does not ask again for its session before a minute is over. */
  const cutStreams = (request: FastifyRequest): void => app.hub.cutActor(principalOf(request).actor.id, 'a session of its account ended')

  const setupState = { tag: 'session', summary: 'Whether the first account is still to be made', operationId: 'getSetup' } as const
  server.get(
    paths.setup,
    { config: { isPublic: true }, schema: describe({ ...setupState, answer: SetupState, isPublic: true }) },
    async (request) => {
      requireOwnHost(app, request)
      return { needed: await accounts.needsSetup() }
    },
  )

  const setUp = { tag: 'session', summary: 'Make the first account and workspace, and sign in', operationId: 'setUp' } as const
  server.post(
    paths.setup,
    { config: { isPublic: true }, schema: describe({ ...setUp, body: SetupBody, answer: Session, isPublic: true }) },
    async (request, reply) => {
      const credentials = credentialsOf(request)
      if (credentials.bearer === undefined) requireOwnHost(app, request)
      requireOwnOrigin(app, request, 'if-given')
      return answerSignedIn(app, await accounts.setUp(request.body, credentials), request, reply)
    },
  )

  const signIn = { tag: 'session', summary: 'Sign in; sets the session cookie', operationId: 'signIn' } as const
  server.post(
    paths.session,
    { config: { isPublic: true }, schema: describe({ ...signIn, body: SignInBody, answer: Session, isPublic: true }) },
    async (request, reply) => {
      requireOwnHost(app, request)
      requireOwnOrigin(app, request, 'if-given')
      return answerSignedIn(app, await accounts.signIn(request.body, credentialsOf(request)), request, reply)
    },
  )

  server.get(
    paths.session,
    { schema: describe({ tag: 'session', summary: 'The caller and its rights', operationId: 'getSession', answer: Session }) },
    async (request) => accounts.sessionOf(principalOf(request)),
  )

  const move = { tag: 'session', summary: 'Work in another workspace from now on', operationId: 'switchWorkspace' } as const
  server.patch(paths.session, { schema: describe({ ...move, body: PatchSessionBody, answer: Session }) }, async (request) => {
    const moved = await accounts.switchWorkspace(principalOf(request), credentialsOf(request), request.body)
    return accounts.sessionOf(moved)
  })

  server.delete(
    paths.session,
    { schema: describe({ tag: 'session', summary: 'Sign out', operationId: 'signOut' }) },
    async (request, reply) => {
      if (principalOf(request).via !== 'cookie')
        throw new ProblemError('REQUEST_INVALID', 'An API key has no session to end: revoke the key.')
      setCookies(request, reply, await accounts.signOut(request.headers.cookie))
      cutStreams(request)
      return reply.code(204).send()
    },
  )

  const password = { tag: 'session', summary: 'Change the own password; all other sessions end', operationId: 'changePassword' } as const
  server.post(
    paths.accountPassword,
    { schema: describe({ ...password, body: ChangePasswordBody, answer: Session }) },
    async (request, reply) => {
      const renewed = await accounts.changePassword(principalOf(request), credentialsOf(request), request.body)
      cutStreams(request)
      return answerSignedIn(app, renewed, request, reply)
    },
  )

  const list = { tag: 'session', summary: 'List the browsers that are signed in to the own account', operationId: 'listSessions' } as const
  server.get(paths.accountSessions, { schema: describe({ ...list, answer: pageOf(AccountSession) }) }, async (request) =>
    listSessions(app.platform, principalOf(request)),
  )

  const others = { tag: 'session', summary: 'End all other sessions of the own account', operationId: 'endOtherSessions' } as const
  server.delete(paths.accountSessions, { schema: describe(others) }, async (request, reply) => {
    await endOtherSessions(app.platform, principalOf(request))
    cutStreams(request)
    return reply.code(204).send()
  })

  const end = { tag: 'session', summary: 'End one session of the own account', operationId: 'endSession' } as const
  server.delete(paths.accountSession(':id'), { schema: describe(end) }, async (request, reply) => {
    await endSession(app.platform, principalOf(request), idOf(request))
    cutStreams(request)
    return reply.code(204).send()
  })
}
