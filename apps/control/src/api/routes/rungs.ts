import {
  ChannelPlan,
  CreateRungBody,
  CreateRungTemplateBody,
  LadderBody,
  PatchRungBody,
  pageOf,
  paths,
  Rung,
  RungTemplate,
} from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentRung } from '../../present/index.ts'
import { getPlan, setLadder } from '../../services/plan/index.ts'
import {
  createRung,
  createRungTemplate,
  deleteRung,
  deleteRungTemplate,
  getRung,
  listRungs,
  listRungTemplates,
  updateRung,
} from '../../services/rung/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Encodings of channels, forms for new ones, and the plan of who gets which. */
export function rungRoutes(server: FastifyInstance, app: App): void {
  const list = { tag: 'rungs', summary: "List a channel's rungs, oldest first", operationId: 'listRungs' } as const
  server.get(paths.channelRungs(':id'), { schema: describe({ ...list, answer: pageOf(Rung) }) }, async (request) => {
    const rungs = await listRungs(contextOf(app, request), idOf(request))
    return { items: rungs.map(presentRung), next: null }
  })

  const create = { tag: 'rungs', summary: 'Add a rung to a channel', operationId: 'createRung', status: 201 } as const
  server.post(paths.channelRungs(':id'), { schema: describe({ ...create, body: CreateRungBody, answer: Rung }) }, async (request, reply) =>
    reply.code(201).send(presentRung(await createRung(contextOf(app, request), idOf(request), request.body))),
  )

  const get = { tag: 'rungs', summary: 'Get a rung', operationId: 'getRung' } as const
  server.get(paths.rung(':id'), { schema: describe({ ...get, answer: Rung }) }, async (request) =>
    presentRung(await getRung(contextOf(app, request), idOf(request))),
  )

  const update = {
    tag: 'rungs',
    summary: 'Change a rung; outputs on it keep their sessions',
    operationId: 'updateRung',
  } as const
  server.patch(paths.rung(':id'), { schema: describe({ ...update, body: PatchRungBody, answer: Rung }) }, async (request) =>
    presentRung(await updateRung(contextOf(app, request), idOf(request), request.body)),
  )

  const remove = { tag: 'rungs', summary: 'Delete a rung that neither an output nor the player uses', operationId: 'deleteRung' } as const
  server.delete(paths.rung(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteRung(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })

  const plan = {
    tag: 'rungs',
    summary: 'Get the plan of a channel: which encodes, for which outputs, why and at what price',
    operationId: 'getPlan',
  } as const
  server.get(paths.channelPlan(':id'), { schema: describe({ ...plan, answer: ChannelPlan }) }, async (request) =>
    getPlan(contextOf(app, request), app.presenter.live, idOf(request)),
  )

  const ladder = {
    tag: 'rungs',
    summary: 'Set which encodes the player of a channel gets beside the source',
    operationId: 'setLadder',
  } as const
  server.put(paths.channelLadder(':id'), { schema: describe({ ...ladder, body: LadderBody, answer: ChannelPlan }) }, async (request) =>
    setLadder(contextOf(app, request), app.presenter.live, idOf(request), request.body),
  )
  templateRoutes(server, app)
}

function templateRoutes(server: FastifyInstance, app: App): void {
  const list = { tag: 'rungs', summary: 'List templates for rungs, those of Sluice first', operationId: 'listRungTemplates' } as const
  server.get(paths.rungTemplates, { schema: describe({ ...list, answer: pageOf(RungTemplate) }) }, async (request) => ({
    items: await listRungTemplates(contextOf(app, request)),
    next: null,
  }))

  const create = { tag: 'rungs', summary: 'Add a template for rungs', operationId: 'createRungTemplate', status: 201 } as const
  server.post(
    paths.rungTemplates,
    { schema: describe({ ...create, body: CreateRungTemplateBody, answer: RungTemplate }) },
    async (request, reply) => reply.code(201).send(await createRungTemplate(contextOf(app, request), request.body)),
  )

  const remove = { tag: 'rungs', summary: "Delete one of the workspace's own templates", operationId: 'deleteRungTemplate' } as const
  server.delete(paths.rungTemplate(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteRungTemplate(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })
}
