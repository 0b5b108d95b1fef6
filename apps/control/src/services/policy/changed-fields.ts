/** What differs between two values of the same form, each as `retry.maxAttempts 30 to 20`. */
export function changedFields(before: unknown, after: unknown, path = ''): string[] {
  if (isGroup(before) && isGroup(after)) {
    return Object.keys(after).flatMap((name) => changedFields(before[name], after[name], path === '' ? name : `${path}.${name}`))
  }
  const [from, to] = [format(before), format(after)]
  return from === to ? [] : [`${path} ${from} to ${to}`]
}

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const format = (value: unknown): string =>
  isGroup(value) ? Object.values(value).join('/') : value === null || value === undefined ? 'none' : String(value)
