import { PageQuery, PatchPolicyBody, PolicyVersion, pageOf, paths, ResetPolicyQuery } from '@sluice/contract/api'
import { OutputClass } from '@sluice/contract/policy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notFound } from '../../services/index.ts'
import { listPolicies, policyVersions, resetPolicy, updatePolicy } from '../../services/policy/index.ts'
import type { App } from '../app.ts'
import { contextOf } from '../caller.ts'
import { describe } from '../describe.ts'

/** The classes of the workspace as data: what each says, who changed it when and why, and the way back to what Sluice ships. */
export function policyRoutes(server: FastifyInstance, app: App): void {
  const list = { tag: 'workspace', summary: 'List the policies of the classes A, B and C', operationId: 'listPolicies' } as const
  server.get(paths.policies, { schema: describe({ ...list, answer: pageOf(PolicyVersion) }) }, async (request) =>
    listPolicies(contextOf(app, request)),
  )

  const versions = { tag: 'workspace', summary: 'List the versions of a policy, newest first', operationId: 'listPolicyVersions' } as const
  server.get(
    paths.policyVersions(':class'),
    { schema: describe({ ...versions, query: PageQuery, answer: pageOf(PolicyVersion) }) },
    async (request) => policyVersions(contextOf(app, request), classOf(request), request.query),
  )

  const update = {
    tag: 'workspace',
    summary: 'Edit the policy of a class; takes effect on all channels at once, no output reconnects',
    operationId: 'updatePolicy',
  } as const
  server.patch(paths.policy(':class'), { schema: describe({ ...update, body: PatchPolicyBody, answer: PolicyVersion }) }, async (request) =>
    updatePolicy(contextOf(app, request), classOf(request), request.body),
  )

  const reset = { tag: 'workspace', summary: 'Restore the default policy', operationId: 'resetPolicy' } as const
  server.delete(
    paths.policy(':class'),
    { schema: describe({ ...reset, query: ResetPolicyQuery, answer: PolicyVersion }) },
    async (request) => resetPolicy(contextOf(app, request), classOf(request), request.query),
  )
}

function classOf(request: FastifyRequest): OutputClass {
  const { class: name = '' } = request.params as { class?: string }
  const outputClass = OutputClass.safeParse(name.toUpperCase())
  if (!outputClass.success) throw notFound('class', name)
  return outputClass.data
}
