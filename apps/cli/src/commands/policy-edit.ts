import { classPolicies, PolicyEdit } from '@sluice/contract/policy'
import { usageError } from '../cli-error.ts'
import { policyFacts } from '../show/policy.ts'

/** `retry.maxAttempts=20 autoDisable=none`: the edit that these words ask for. Names are those of the API; `none` lifts a limit. */
export function readPolicyEdit(pairs: readonly string[]): PolicyEdit {
  const known = policyFacts(classPolicies.B).map(([name]) => name)
  const edit: Record<string, unknown> = {}
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const [path, text] = [pair.slice(0, at), pair.slice(at + 1)]
    const isKnown = at > 0 && (known.includes(path) || path === 'autoDisable')
    if (!isKnown) throw usageError(`'${pair}' is not a policy field and value`, `Fields: ${known.join(', ')}.`)
    put(edit, path.split('.'), path === 'label' ? text : readValue(path, text))
  }
  const parsed = PolicyEdit.safeParse(edit)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw usageError(`${issue.path.join('.')}: ${issue.message}`, 'autoDisable needs both of its fields, or `autoDisable=none`.')
}

function readValue(path: string, text: string): number | null {
  if (text === 'none') return null
  if (/^\d+$/.test(text)) return Number(text)
  throw usageError(`${path} is '${text}', not a whole number or none`)
}

function put(into: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[name] = value
  else {
    const inner = (into[name] ?? {}) as Record<string, unknown>
    into[name] = inner
    put(inner, rest, value)
  }
}
