import type { PolicyVersion } from '@sluice/contract/api'
import type { ClassPolicy, OutputClass } from '@sluice/contract/policy'
import type { Style } from './style.ts'
import { formatTable } from './table.ts'
import { plain } from './text.ts'

/** Every field of a policy by the name that `policy set` takes, with its value. */
export function policyFacts({ class: _, ...policy }: ClassPolicy): [name: string, value: string][] {
  const withDisable = { ...policy, autoDisable: policy.autoDisable ?? { failures: null, windowMs: null } }
  return Object.entries(withDisable).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object'
      ? Object.entries(value).map(([inner, leaf]) => [`${name}.${inner}`, leaf === null ? 'none' : String(leaf)])
      : [[name, String(value)]],
  )
}

/** All classes beside each other, then who set them. */
export function formatPolicies(versions: readonly PolicyVersion[], style: Style): string {
  const facts = versions.map(({ policy }) => policyFacts(policy))
  const rows = (facts[0] ?? []).map(([name], i) => [name, ...facts.map((list) => plain(list[i]?.[1] ?? ''))])
  const columns = [{ head: 'field' }, ...versions.map(({ policy }) => ({ head: `class ${policy.class}`, isNumber: true }))]
  const origins = versions.map((version) => `Class ${version.policy.class}: ${origin(version)}\n`)
  return `${formatTable(columns, rows)}\n${style.dim(origins.join('').trimEnd())}\n`
}

const origin = ({ version, isShipped, at, by, reason }: PolicyVersion): string => {
  if (version === 0) return 'defaults'
  const what = isShipped ? `version ${version}, defaults` : `version ${version}`
  return `${what}, by ${plain(by ?? '-')} at ${at}: ${plain(reason ?? '-')}`
}

/** One version a line, newest first, with what it changed against the one before it. */
export function formatPolicyHistory(outputClass: OutputClass, versions: readonly PolicyVersion[], style: Style): string {
  if (versions.length === 0) return `Class ${outputClass} has its defaults.\n`
  const rows = versions.map((version, i) => [
    String(version.version),
    version.at ?? '-',
    plain(version.by ?? '-'),
    version.isShipped ? 'back to the defaults' : changes(versions[i + 1], version),
    style.dim(plain(version.reason ?? '-')),
  ])
  return formatTable([{ head: 'version', isNumber: true }, ...['at', 'by', 'change', 'reason'].map((head) => ({ head }))], rows)
}

function changes(before: PolicyVersion | undefined, after: PolicyVersion): string {
  if (before === undefined) return 'the first edit'
  const known = new Map(policyFacts(before.policy))
  const changed = policyFacts(after.policy).filter(([name, value]) => known.get(name) !== value)
  return plain(changed.map(([name, value]) => `${name}=${value}`).join(' ')) || 'nothing'
}
