import {
  CreatedGuestLink,
  CreateGuestLinkBody,
  GuestLink,
  GuestOutput,
  GuestOutputBody,
  GuestPreflight,
  GuestPreflightBody,
  GuestView,
  PageQuery,
  PatchGuestOutputBody,
  pageOf,
  paths,
} from '@sluice/contract/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  addGuestOutput,
  changeGuestOutput,
  createGuestLink,
  listGuestLinks,
  preflightAsGuest,
  removeGuestOutput,
  revokeGuestLink,
  toGuestOutput,
  viewAsGuest,
} from '../../services/guest/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { GuestGate, type GuestUse } from '../guest-gate.ts'
import { publicPlace } from '../public-place.ts'
import { idOf } from './params.ts'

/** Guest links for operators, and what a guest does by one. */
export function guestRoutes(server: FastifyInstance, app: App): void {
  linkRoutes(server, app)
  visitRoutes(server, app)
}

function linkRoutes(server: FastifyInstance, app: App): void {
  const list = { tag: 'guests', summary: "List a channel's guest links, oldest first", operationId: 'listGuestLinks' } as const
  server.get(
    paths.channelGuestLinks(':id'),
    { schema: describe({ ...list, query: PageQuery, answer: pageOf(GuestLink) }) },
    async (request) => listGuestLinks(contextOf(app, request), idOf(request), request.query),
  )

  const create = {
    tag: 'guests',
    summary: 'Create a guest link; only this answer contains it',
    operationId: 'createGuestLink',
    status: 201,
  } as const
  server.post(
    paths.channelGuestLinks(':id'),
    { schema: describe({ ...create, body: CreateGuestLinkBody, answer: CreatedGuestLink }) },
    async (request, reply) => {
      const { token, ...link } = await createGuestLink(contextOf(app, request), idOf(request), request.body)
      return reply.code(201).send({ ...link, url: `${publicPlace(app, request).origin}${paths.guestPage(token)}` })
    },
  )

  const revoke = { tag: 'guests', summary: "Revoke a guest link; the guest's outputs end", operationId: 'revokeGuestLink' } as const
  server.delete(paths.guestLink(':id'), { schema: describe({ ...revoke, answer: GuestLink }) }, async (request) =>
    revokeGuestLink(contextOf(app, request), idOf(request)),
  )
}

/** Without an account: the token in the path is all. */
function visitRoutes(server: FastifyInstance, app: App): void {
  const { live } = app.presenter
  const gate = new GuestGate(app.platform.clock)
  const open = (request: FastifyRequest, reply: FastifyReply, use: GuestUse) => gate.open(app, request, reply, use)
  const isPublic = true
  const config = { isPublic }

  const view = { tag: 'guests', summary: 'Get what a guest sees', operationId: 'getGuestView', isPublic } as const
  server.get(paths.guest(':token'), { config, schema: describe({ ...view, answer: GuestView }) }, async (request, reply) =>
    viewAsGuest(await open(request, reply, 'read'), live),
  )

  const add = { tag: 'guests', summary: 'Add a destination of one’s own', operationId: 'addGuestOutput', status: 201, isPublic } as const
  server.post(
    paths.guestOutputs(':token'),
    { config, schema: describe({ ...add, body: GuestOutputBody, answer: GuestOutput }) },
    async (request, reply) => {
      const row = await addGuestOutput(await open(request, reply, 'write'), request.body)
      return reply.code(201).send(toGuestOutput(row, live))
    },
  )

  const change = {
    tag: 'guests',
    summary: 'Replace the key or address of one’s own destination',
    operationId: 'changeGuestOutput',
    isPublic,
  } as const
  server.patch(
    paths.guestOutput(':token', ':id'),
    { config, schema: describe({ ...change, body: PatchGuestOutputBody, answer: GuestOutput }) },
    async (request, reply) =>
      toGuestOutput(await changeGuestOutput(await open(request, reply, 'write'), idOf(request), request.body), live),
  )

  const remove = { tag: 'guests', summary: 'Remove a destination of one’s own', operationId: 'removeGuestOutput', isPublic } as const
  server.delete(paths.guestOutput(':token', ':id'), { config, schema: describe(remove) }, async (request, reply) => {
    await removeGuestOutput(await open(request, reply, 'write'), idOf(request))
    return reply.code(204).send()
  })

  const preflight = { tag: 'guests', summary: 'Test a destination of one’s own', operationId: 'preflightAsGuest', isPublic } as const
  const sight = { live, probe: app.reconciler.probe.bind(app.reconciler) }
  server.post(
    paths.guestPreflight(':token'),
    { config, schema: describe({ ...preflight, body: GuestPreflightBody, answer: GuestPreflight }) },
    async (request, reply) => preflightAsGuest(await open(request, reply, 'preflight'), sight, request.body),
  )
}
