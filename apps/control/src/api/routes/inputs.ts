import { CreateInputBody, Input, PatchInputBody, paths } from '@sluice/contract/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { presentInput } from '../../present/index.ts'
import type { InputRow } from '../../services/channel/index.ts'
import { createInput, deleteInput, moveInput, updateInput } from '../../services/input/index.ts'
import type { App } from '../app.ts'
import { audienceOf, contextOf } from '../caller.ts'
import { describe } from '../describe.ts'
import { idOf } from './params.ts'

/** The ways into a channel. */
export function inputRoutes(server: FastifyInstance, app: App): void {
  const testCard = (): Promise<string> => app.clips.works.testCardFile()
  const present = (row: InputRow, request: FastifyRequest): Input => presentInput(app.presenter, row, audienceOf(app, request))

  const create = {
    tag: 'inputs',
    summary: 'Add the next backup input, with its own stream key',
    operationId: 'createInput',
    status: 201,
  } as const
  server.post(
    paths.channelInputs(':id'),
    { schema: describe({ ...create, body: CreateInputBody, answer: Input }) },
    async (request, reply) =>
      reply.code(201).send(present(await createInput(contextOf(app, request), idOf(request), request.body), request)),
  )

  const update = {
    tag: 'inputs',
    summary: 'Change an input: enable it, replace its key, set SRT, pull a source, or swap it with another',
    operationId: 'updateInput',
  } as const
  server.patch(paths.input(':id'), { schema: describe({ ...update, body: PatchInputBody, answer: Input }) }, async (request) => {
    const [ctx, id, body] = [contextOf(app, request), idOf(request), request.body]
    const isMove = typeof body === 'object' && body !== null && 'role' in body
    return present(isMove ? await moveInput(ctx, id, body) : await updateInput(ctx, testCard, id, body), request)
  })

  const remove = { tag: 'inputs', summary: 'Remove an input; primary and backup cannot be removed', operationId: 'deleteInput' } as const
  server.delete(paths.input(':id'), { schema: describe(remove) }, async (request, reply) => {
    await deleteInput(contextOf(app, request), idOf(request))
    return reply.code(204).send()
  })
}
