import { PatchPolicyBody, type PolicyVersion, ResetPolicyQuery } from '@sluice/contract/api'
import { ClassPolicy, classPolicies, type OutputClass, withEdit } from '@sluice/contract/policy'
import { inTransaction, parseInput, requireScope, type ServiceContext } from '../index.ts'
import { addVersion } from './add-version.ts'

/** Edits the policy of a class. It takes hold on every channel of the workspace at once; no output reconnects for it. [POL-05] */
export async function updatePolicy(ctx: ServiceContext, outputClass: OutputClass, input: unknown): Promise<PolicyVersion> {
  requireScope(ctx, 'workspace:write')
  const { version, reason, ...edit } = parseInput(PatchPolicyBody, input)
  return inTransaction(ctx, (tx, write) =>
    addVersion(tx, write, { outputClass, version, reason, isShipped: false }, (before) => parseInput(ClassPolicy, withEdit(before, edit))),
  )
}

/** Goes back to the policy that Sluice ships; the edits before stay in the history. */
export async function resetPolicy(ctx: ServiceContext, outputClass: OutputClass, query: unknown): Promise<PolicyVersion> {
  requireScope(ctx, 'workspace:write')
  const { version, reason } = parseInput(ResetPolicyQuery, query)
  return inTransaction(ctx, (tx, write) =>
    addVersion(tx, write, { outputClass, version, reason, isShipped: true }, () => classPolicies[outputClass]),
  )
}
