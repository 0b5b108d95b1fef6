import { PolicyVersion, paths } from '@sluice/contract/api'
import { type OutputClass, outputClasses } from '@sluice/contract/policy'
import { usageError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { formatPolicies, formatPolicyHistory } from '../show/policy.ts'
import { readPolicyEdit } from './policy-edit.ts'

export type PolicyFlags = { readonly reason?: string }

/** `sluice policy show`: what each class allows, and since when. */
export async function showPolicies({ api, show, style }: Context): Promise<void> {
  const versions = await api.list(paths.policies, PolicyVersion)
  show(versions, () => formatPolicies(versions, style))
}

/** `sluice policy set CLASS FIELD=VALUE... --reason R`: takes hold on all channels at once. */
export async function setPolicy({ api, show }: Context, wanted: string, pairs: readonly string[], flags: PolicyFlags): Promise<void> {
  const outputClass = readClass(wanted)
  const reason = readReason(flags)
  const edit = readPolicyEdit(pairs)
  const before = await currentOf(api, outputClass)
  const answer = await api.send('PATCH', paths.policy(outputClass), { ...edit, version: before.version, reason })
  const after = PolicyVersion.parse(await answer.json())
  show(after, () =>
    after.version === before.version
      ? `Class ${outputClass} already has these values (version ${after.version}).\n`
      : `Class ${outputClass} is now at version ${after.version}. All its channels use it from now on.\n`,
  )
}

/** `sluice policy reset CLASS --reason R`: back to what Sluice ships. */
export async function resetPolicy({ api, show }: Context, wanted: string, flags: PolicyFlags): Promise<void> {
  const outputClass = readClass(wanted)
  const query = new URLSearchParams({ reason: readReason(flags), version: String((await currentOf(api, outputClass)).version) })
  const after = PolicyVersion.parse(await (await api.send('DELETE', `${paths.policy(outputClass)}?${query}`)).json())
  show(after, () => `Class ${outputClass} has its defaults again (version ${after.version}).\n`)
}

/** `sluice policy history CLASS`: every version with who and why. */
export async function policyHistory({ api, show, style }: Context, wanted: string): Promise<void> {
  const outputClass = readClass(wanted)
  const versions = await api.list(paths.policyVersions(outputClass), PolicyVersion)
  show(versions, () => formatPolicyHistory(outputClass, versions, style))
}

async function currentOf(api: Context['api'], outputClass: OutputClass): Promise<PolicyVersion> {
  const all = await api.list(paths.policies, PolicyVersion)
  return all.find(({ policy }) => policy.class === outputClass)!
}

function readClass(text: string): OutputClass {
  const found = outputClasses.find((name) => name === text.toUpperCase())
  if (found === undefined) throw usageError(`the class is '${text}', not one of ${outputClasses.join(', ')}`)
  return found
}

function readReason({ reason = '' }: PolicyFlags): string {
  if (reason.trim().length < 3) throw usageError('--reason is too short', 'Example: --reason "agreed with the partner"')
  return reason
}
