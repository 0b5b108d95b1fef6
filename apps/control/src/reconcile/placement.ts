export type Placed = { channelId: string; engineId: string | null }

/**
 * Engines for the channels that have none, or one that is no longer there: each goes to the engine with the fewest channels,
 * the first of equals. A channel that has its place keeps it, however uneven: a move would interrupt it.
 */
export function planPlacement(channels: readonly Placed[], engineIds: readonly string[]): { channelId: string; engineId: string }[] {
  const load = new Map(engineIds.map((engineId) => [engineId, 0]))
  const homeless: string[] = []
  for (const { channelId, engineId } of channels) {
    const count = engineId === null ? undefined : load.get(engineId)
    if (engineId === null || count === undefined) homeless.push(channelId)
    else load.set(engineId, count + 1)
  }
  return homeless.map((channelId) => {
    const [engineId, count] = [...load].reduce((least, next) => (next[1] < least[1] ? next : least))
    load.set(engineId, count + 1)
    return { channelId, engineId }
  })
}
