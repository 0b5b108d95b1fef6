/** Where a channel should be, and as what. */
export type DesiredChannel = { channelId: string; engineId: string; revision: number }
/** What one engine was told since it said hello: the revision of each channel. */
export type ToldEngine = { engineId: string; told: ReadonlyMap<string, number> }

export type Action =
  | { type: 'sync'; engineId: string; channelIds: string[] }
  | { type: 'channel'; engineId: string; channelId: string; revision: number }

/**
 * What the engines that listen must be told next. Idempotent: engines that were told all of it give no actions. Order: what ends
 * comes before what begins, so that a channel that moves is let go by one engine before another takes it.
 */
export function planChannels(desired: readonly DesiredChannel[], engines: readonly ToldEngine[]): Action[] {
  const ends: Action[] = []
  const begins: Action[] = []
  for (const { engineId, told } of engines) {
    const own = desired.filter((channel) => channel.engineId === engineId)
    const ownIds = new Set(own.map((channel) => channel.channelId))
    if ([...told.keys()].some((id) => !ownIds.has(id))) ends.push({ type: 'sync', engineId, channelIds: [...ownIds] })
    for (const { channelId, revision } of own) {
      if (told.get(channelId) !== revision) begins.push({ type: 'channel', engineId, channelId, revision })
    }
  }
  return [...ends, ...begins]
}
