import { InvitationToken, InvitationView, JoinBody, paths, Session } from '@sluice/contract/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { App } from '../app.ts'
import { credentialsOf, principalOf, requireOwnOrigin } from '../caller.ts'
import { answerSignedIn } from '../cookies.ts'
import { describe } from '../describe.ts'
import { requireOwnHost } from '../own-hosts.ts'

/** What can be done with an invitation. Its token comes in the body, never in an address. */
export function joinRoutes(server: FastifyInstance, app: App): void {
  const { joining } = app.accounts
  const config = { isPublic: true }
  const requireOwnPage = (request: FastifyRequest): void => {
    requireOwnHost(app, request)
    requireOwnOrigin(app, request, 'if-given')
  }

  const look = { tag: 'session', summary: 'What an invitation is for', operationId: 'lookAtInvitation', isPublic: true } as const
  server.post(paths.joinLook, { config, schema: describe({ ...look, body: InvitationToken, answer: InvitationView }) }, async (request) => {
    requireOwnPage(request)
    return joining.look(request.body, credentialsOf(request).client)
  })

  const join = { tag: 'session', summary: 'Join with a new account, and sign in', operationId: 'join', isPublic: true } as const
  server.post(paths.join, { config, schema: describe({ ...join, body: JoinBody, answer: Session }) }, async (request, reply) => {
    requireOwnPage(request)
    return answerSignedIn(app, await joining.joinAnew(request.body, credentialsOf(request).client), request, reply)
  })

  const joinAs = { tag: 'session', summary: 'Join with the own account', operationId: 'joinWithAccount' } as const
  server.post(paths.accountJoin, { schema: describe({ ...joinAs, body: InvitationToken, answer: Session }) }, async (request, reply) =>
    answerSignedIn(app, await joining.joinAs(principalOf(request), request.body, credentialsOf(request).client), request, reply),
  )
}
