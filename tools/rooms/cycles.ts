/**
 * The cycles of a graph, one for each group of nodes that reach each other, as a closed walk `[a, b, a]`. Deterministic: nodes are
 * taken in order. Tarjan's algorithm, without recursion into what was seen.
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const groups: string[][] = []

  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node)!)
    stack.push(node)
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!))
    }
    if (low.get(node) !== index.get(node)) return
    const group = stack.splice(stack.indexOf(node))
    if (group.length > 1 || (edges.get(node) ?? []).includes(node)) groups.push(group)
  }
  for (const node of [...edges.keys()].sort()) if (!index.has(node)) visit(node)
  return groups.map((group) => closedWalk(edges, group))
}

/** A shortest way from the group's first node back to itself. */
function closedWalk(edges: ReadonlyMap<string, readonly string[]>, group: readonly string[]): string[] {
  const start = [...group].sort()[0]!
  const ways: string[][] = [[start]]
  const seen = new Set<string>()
  for (const way of ways) {
    for (const next of edges.get(way.at(-1)!) ?? []) {
      if (next === start) return [...way, start]
      if (!group.includes(next) || seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return [start, start]
}
