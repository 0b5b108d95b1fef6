import type { Channel, Triage } from '@sluice/contract/api'

export type WallTone = 'bad' | 'warn' | 'clear' | 'off'
export type Tile = { readonly channel: Channel; readonly triage: Triage | undefined; readonly tone: WallTone }

/** Room 2 stands before room 10. */
const names = new Intl.Collator(undefined, { numeric: true })
const ranks: readonly WallTone[] = ['bad', 'warn', 'clear', 'off']

/** Red needs a person, amber is being worked on or a safety net is gone; the rest is on the air in good order, or off it. */
function toneOf(channel: Channel, triage: Triage | undefined): WallTone {
  const worst = triage?.problems[0]?.tone
  if (worst !== undefined) return worst
  return channel.state === 'live' ? 'clear' : 'off'
}

/** All channels, the worst first, inside a group by name; or by name alone. */
export function orderTiles(channels: readonly Channel[], triage: readonly Triage[], order: 'worst' | 'name'): Tile[] {
  const byId = new Map(triage.map((one) => [one.channelId, one]))
  const tiles = channels.map((channel): Tile => {
    const found = byId.get(channel.id)
    return { channel, triage: found, tone: toneOf(channel, found) }
  })
  const byName = (a: Tile, b: Tile): number => names.compare(a.channel.name, b.channel.name) || a.channel.id.localeCompare(b.channel.id)
  return tiles.toSorted((a, b) => (order === 'worst' ? ranks.indexOf(a.tone) - ranks.indexOf(b.tone) : 0) || byName(a, b))
}

/** The tiles in the order that is held: what is known stays in its place with its new state, what is new stands last. */
export function holdOrder(tiles: readonly Tile[], heldIds: readonly string[]): Tile[] {
  const byId = new Map(tiles.map((tile) => [tile.channel.id, tile]))
  const held = heldIds.flatMap((id) => byId.get(id) ?? [])
  return [...held, ...tiles.filter(({ channel }) => !heldIds.includes(channel.id))]
}
