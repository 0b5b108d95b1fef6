import {
  AuditEntry,
  CreateDestinationBody,
  Destination,
  PageQuery,
  PatchDestinationBody,
  pageOf,
  paths,
  RotateBody,
} from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentDestination } from '../../present/index.ts'
import {
  cancelRotation,
  createDestination,
  type DestinationRecord,
  deleteDestination,
  destinationAudit,
  getDestination,
  listDestinations,
  rotateDestination,
  updateDestination,
} from '../../services/destination/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Kept destinations. */
export function destinationRoutes(server: FastifyInstance, app: App): void {
  const present = (record: DestinationRecord): Destination => presentDestination(app.presenter.live, record)

  const list = { tag: 'destinations', summary: 'List destinations, oldest first', operationId: 'listDestinations' } as const
  server.get(paths.destinations, { schema: describe({ ...list, query: PageQuery, answer: pageOf(Destination) }) }, async (request) => {
    const { items, next } = await listDestinations(contextOf(app, request), request.query)
    return { items: items.map(present), next }
  })

  const create = {
    tag: 'destinations',
    summary: 'Create a destination with its key',
    operationId: 'createDestination',
    status: 201,
  } as const
  server.post(
    paths.destinations,
    { schema: describe({ ...create, body: CreateDestinationBody, answer: Destination }) },
    async (request, reply) => reply.code(201).send(present(await createDestination(contextOf(app, request), request.body))),
  )

  const get = { tag: 'destinations', summary: 'Get a destination', operationId: 'getDestination' } as const
  server.get(paths.destination(':id'), { schema: describe({ ...get, answer: Destination }) }, async (request) =>
    present(await getDestination(contextOf(app, request), idOf(request))),
  )

  const update = {
    tag: 'destinations',
    summary: 'Change a destination; live outputs switch over make-before-break',
    operationId: 'updateDestination',
  } as const
  server.patch(
    paths.destination(':id'),
    { schema: describe({ ...update, body: PatchDestinationBody, answer: Destination }) },
    async (request) => present(await updateDestination(contextOf(app, request), idOf(request), request.body)),
  )

  const remove = {
    tag: 'destinations',
    summary: 'Delete a destination; refused while outputs use it',
    operationId: 'deleteDestination',
  } as const
  server.delete(paths.destination(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteDestination(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })

  const rotate = { tag: 'destinations', summary: 'Replace the stream key, now or at a set time', operationId: 'rotateDestination' } as const
  server.post(paths.destinationRotate(':id'), { schema: describe({ ...rotate, body: RotateBody, answer: Destination }) }, async (request) =>
    present(await rotateDestination(contextOf(app, request), idOf(request), request.body)),
  )

  const cancel = { tag: 'destinations', summary: 'Cancel a planned key change', operationId: 'cancelRotation' } as const
  server.delete(paths.destinationRotate(':id'), { schema: describe({ ...cancel, answer: Destination }) }, async (request) =>
    present(await cancelRotation(contextOf(app, request), idOf(request))),
  )

  const audit = {
    tag: 'destinations',
    summary: 'List the audit log of a destination, newest first',
    operationId: 'destinationAudit',
  } as const
  server.get(
    paths.destinationAudit(':id'),
    { schema: describe({ ...audit, query: PageQuery, answer: pageOf(AuditEntry) }) },
    async (request) => destinationAudit(contextOf(app, request), idOf(request), request.query),
  )
}
