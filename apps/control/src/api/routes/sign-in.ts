import {
  OidcStart,
  paths,
  RequestResetBody,
  ResetPasswordBody,
  SecondFactorBody,
  Session,
  SignInOptions,
  StartOidcBody,
} from '@sluice/contract/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../../services/index.ts'
import type { App } from '../app.ts'
import { credentialsOf, requireOwnOrigin } from '../caller.ts'
import { answerSignedIn, setCookies } from '../cookies.ts'
import { describe } from '../describe.ts'
import { requireOwnHost } from '../own-hosts.ts'
import { publicPlace } from '../public-place.ts'

/** The other ways in: a second factor, a new password by mail, the identity provider. */
export function signInRoutes(server: FastifyInstance, app: App): void {
  const { accounts } = app
  const isPublic = true
  const config = { isPublic }
  /** For what a browser's page may ask without being signed in. */
  const requireOwnPage = (request: FastifyRequest): void => {
    requireOwnHost(app, request)
    requireOwnOrigin(app, request, 'if-given')
  }
  const cookieOf = ({ headers }: FastifyRequest): string => headers.cookie ?? ''

  const options = { tag: 'session', summary: 'The ways to sign in', operationId: 'getSignInOptions', isPublic } as const
  server.get(paths.signInOptions, { config, schema: describe({ ...options, answer: SignInOptions }) }, async (request) => {
    requireOwnHost(app, request)
    return { canResetByMail: accounts.resets.isPossible, provider: accounts.provider?.name ?? null }
  })

  const code = { tag: 'session', summary: 'Finish a sign-in with a second factor', operationId: 'signInWithCode', isPublic } as const
  server.post(
    paths.sessionCode,
    { config, schema: describe({ ...code, body: SecondFactorBody, answer: Session }) },
    async (request, reply) => {
      requireOwnPage(request)
      const { client } = credentialsOf(request)
      return answerSignedIn(app, await accounts.secondFactor.signIn(request.body, cookieOf(request), client), request, reply)
    },
  )

  const ask = { tag: 'session', summary: 'Send a link for a new password', operationId: 'requestPasswordReset', isPublic } as const
  server.post(paths.passwordReset, { config, schema: describe({ ...ask, body: RequestResetBody }) }, async (request, reply) => {
    requireOwnPage(request)
    accounts.resets.request(request.body, credentialsOf(request).client, publicPlace(app, request).origin)
    return reply.code(204).send()
  })

  const reset = { tag: 'session', summary: 'Set a new password by such a link', operationId: 'resetPassword', isPublic } as const
  server.post(paths.passwordResetConfirm, { config, schema: describe({ ...reset, body: ResetPasswordBody }) }, async (request, reply) => {
    requireOwnPage(request)
    const { userId } = await accounts.resets.confirm(request.body, credentialsOf(request).client)
    app.hub.cutActor(userId, 'the password of its account was reset')
    return reply.code(204).send()
  })

  const provider = () => {
    if (accounts.provider === null) throw new ProblemError('OIDC_OFF', 'This Sluice has no identity provider. Sign in with your password.')
    return accounts.provider
  }
  const begin = { tag: 'session', summary: 'Sign in through the identity provider', operationId: 'startOidc', isPublic } as const
  server.post(
    paths.sessionOidc,
    { config, schema: describe({ ...begin, body: StartOidcBody, answer: OidcStart }) },
    async (request, reply) => {
      requireOwnHost(app, request)
      requireOwnOrigin(app, request, 'always')
      const credentials = credentialsOf(request)
      const principal = await accounts.authenticate({ ...credentials, bearer: undefined }).catch((error: unknown) => {
        if (error instanceof ProblemError) return null
        throw error
      })
      const { origin } = publicPlace(app, request)
      const { url, cookies } = await provider().start(principal, request.body, {
        cookie: cookieOf(request),
        client: credentials.client,
        origin,
      })
      setCookies(request, reply, cookies)
      return { url }
    },
  )

  const finish = {
    tag: 'session',
    summary: 'Where the identity provider sends the browser back to',
    operationId: 'finishOidc',
    isPublic,
  } as const
  server.get(paths.sessionOidcCallback, { config, schema: describe(finish) }, async (request, reply) => {
    requireOwnHost(app, request)
    const query = Object.fromEntries(
      Object.entries(request.query as Record<string, unknown>).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    )
    const { client } = credentialsOf(request)
    const { origin } = publicPlace(app, request)
    try {
      const done = await provider().finish(query, { cookie: cookieOf(request), client, origin })
      if (done !== null) setCookies(request, reply, done.cookies)
      return reply.redirect(done === null ? '/settings/account' : '/')
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      // A page is what the person sees: the reason goes into the fragment, which nobody logs.
      return reply.redirect(`/#sign-in=${encodeURIComponent(error.message)}`)
    }
  })
}
