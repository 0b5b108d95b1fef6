import {
  CreatedInvitation,
  CreateInvitationBody,
  Invitation,
  Member,
  PageQuery,
  PatchMemberBody,
  pageOf,
  paths,
} from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { createInvitation, listInvitations, revokeInvitation } from '../../services/invitation/index.ts'
import { changeRole, endMemberSessions, leaveWorkspace, listMembers, removeMember } from '../../services/member/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { publicPlace } from '../public-place.ts'
import { idOf } from './params.ts'

/** The people of a workspace, and the invitations of those who are to come. */
export function memberRoutes(server: FastifyInstance, app: App): void {
  const list = { tag: 'people', summary: 'List the people of the workspace', operationId: 'listMembers' } as const
  server.get(paths.members, { schema: describe({ ...list, query: PageQuery, answer: pageOf(Member) }) }, async (request) =>
    listMembers(contextOf(app, request), request.query),
  )

  const role = { tag: 'people', summary: "Change a person's role; it holds at once", operationId: 'changeRole' } as const
  server.patch(paths.member(':id'), { schema: describe({ ...role, body: PatchMemberBody, answer: Member }) }, async (request) =>
    changeRole(contextOf(app, request), idOf(request), request.body),
  )

  const remove = { tag: 'people', summary: 'Remove a person from the workspace', operationId: 'removeMember' } as const
  server.delete(paths.member(':id'), { schema: describe(remove) }, async (request, reply) => {
    await removeMember(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })

  const signOut = { tag: 'people', summary: 'Sign a person out of every browser', operationId: 'endMemberSessions' } as const
  server.delete(paths.memberSessions(':id'), { schema: describe(signOut) }, async (request, reply) => {
    await endMemberSessions(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })

  const leave = { tag: 'people', summary: 'Leave the workspace', operationId: 'leaveWorkspace' } as const
  server.delete(paths.membership, { schema: describe(leave) }, async (request, reply) => {
    await leaveWorkspace(contextOf(app, request))
    return reply.code(204).send()
  })

  const invitations = { tag: 'people', summary: 'List open invitations', operationId: 'listInvitations' } as const
  server.get(paths.invitations, { schema: describe({ ...invitations, query: PageQuery, answer: pageOf(Invitation) }) }, async (request) =>
    listInvitations(contextOf(app, request), request.query),
  )

  const create = { tag: 'people', summary: 'Invite somebody, by link or mail', operationId: 'createInvitation', status: 201 } as const
  server.post(
    paths.invitations,
    { schema: describe({ ...create, body: CreateInvitationBody, answer: CreatedInvitation }) },
    async (request, reply) =>
      reply.code(201).send(await createInvitation(contextOf(app, request), publicPlace(app, request).origin, request.body)),
  )

  const revoke = { tag: 'people', summary: 'Revoke an invitation', operationId: 'revokeInvitation' } as const
  server.delete(paths.invitation(':id'), { schema: describe(revoke) }, async (request, reply) => {
    await revokeInvitation(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })
}
