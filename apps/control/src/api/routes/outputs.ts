import { CreateOutputBody, Output, PageQuery, PatchOutputBody, pageOf, paths } from '@sluice/contract/api'
import type { FastifyInstance } from 'fastify'
import { presentOutput } from '../../present/index.ts'
import type { ServiceContext } from '../../services/index.ts'
import {
  createOutput,
  deleteOutput,
  getOutput,
  listOutputs,
  type OutputRecord,
  rearmOutput,
  startOutput,
  stopOutput,
  updateOutput,
} from '../../services/output/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** Outputs of channels. */
export function outputRoutes(server: FastifyInstance, app: App): void {
  const present = (record: OutputRecord): Output => presentOutput(app.presenter, record)

  const list = { tag: 'outputs', summary: "List a channel's outputs, oldest first", operationId: 'listOutputs' } as const
  server.get(paths.channelOutputs(':id'), { schema: describe({ ...list, query: PageQuery, answer: pageOf(Output) }) }, async (request) => {
    const { items, next } = await listOutputs(contextOf(app, request), idOf(request), request.query)
    return { items: items.map(present), next }
  })

  const create = { tag: 'outputs', summary: 'Add an output to a channel', operationId: 'createOutput', status: 201 } as const
  server.post(
    paths.channelOutputs(':id'),
    { schema: describe({ ...create, body: CreateOutputBody, answer: Output }) },
    async (request, reply) => reply.code(201).send(present(await createOutput(contextOf(app, request), idOf(request), request.body))),
  )

  const get = { tag: 'outputs', summary: 'Get an output', operationId: 'getOutput' } as const
  server.get(paths.output(':id'), { schema: describe({ ...get, answer: Output }) }, async (request) =>
    present(await getOutput(contextOf(app, request), idOf(request))),
  )

  const update = {
    tag: 'outputs',
    summary: 'Change an output; a new address or key affects no other output',
    operationId: 'updateOutput',
  } as const
  server.patch(paths.output(':id'), { schema: describe({ ...update, body: PatchOutputBody, answer: Output }) }, async (request) =>
    present(await updateOutput(contextOf(app, request), idOf(request), request.body)),
  )

  const remove = { tag: 'outputs', summary: 'Delete an output', operationId: 'deleteOutput' } as const
  server.delete(paths.output(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteOutput(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })

  const verb = (
    path: string,
    run: (ctx: ServiceContext, id: string) => Promise<OutputRecord>,
    operationId: string,
    summary: string,
  ): void => {
    server.post(path, { schema: describe({ tag: 'outputs', summary, operationId, answer: Output }) }, async (request) =>
      present(await run(contextOf(app, request), idOf(request))),
    )
  }
  verb(paths.outputStart(':id'), startOutput, 'startOutput', 'Start an output')
  verb(paths.outputStop(':id'), stopOutput, 'stopOutput', 'Stop an output')
  verb(paths.outputRearm(':id'), rearmOutput, 'rearmOutput', 'Start an output afresh, even if it is disabled or failed')
}
