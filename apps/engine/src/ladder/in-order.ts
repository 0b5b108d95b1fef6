/** Puts what is kept under these names into their order, all else behind it. True: something has another place now. */
export function putInOrder<T>(kept: Map<string, T>, names: readonly string[]): boolean {
  const before = [...kept]
  const wanted = new Set(names)
  const after = [...names.filter((name) => kept.has(name)), ...before.map(([name]) => name).filter((name) => !wanted.has(name))]
  if (after.every((name, i) => name === before[i]![0])) return false
  const values = new Map(before)
  kept.clear()
  for (const name of after) kept.set(name, values.get(name)!)
  return true
}
