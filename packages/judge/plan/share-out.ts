import type { Preset } from './price.ts'

/** One encode that a channel would run, and what it takes at each preset. Percent of one core. */
export type ClaimedEncode = {
  readonly id: string
  readonly hasVideo: boolean
  /** No output takes it, only the player. */
  readonly isPlayerOnly: boolean
  /** The highest of its outputs. */
  readonly priority: number
  readonly cost: Readonly<Record<Preset, number>>
}

/** What one channel would encode. `liveSinceMs`: null where it is not live. */
export type Claim = {
  readonly channelId: string
  readonly liveSinceMs: number | null
  /** To decode its source, once for all its pictures. */
  readonly decode: number
  readonly encodes: readonly ClaimedEncode[]
}

/** Which encodes run, by channel and id, and at which preset all of them do. */
export type Shares = { readonly preset: Preset; readonly kept: ReadonlyMap<string, ReadonlySet<string>> }

/** From the best picture on. What does not fit at the first is tried with the next. */
export const presets: readonly Preset[] = ['veryfast', 'superfast', 'ultrafast']

/**
 * Gives the room of a machine to the channels on it. Presets fall first, for all of them alike. At the cheapest the room goes to outputs by priority, and
 * what is left to players. Of what is worth the same a show that runs comes before one that starts, and what costs less first: the player loses the
 * top of its ladder before the rest.
 */
export function shareOut(claims: readonly Claim[], room: number): Shares {
  for (const preset of presets) {
    const whole = claims.reduce((sum, claim) => sum + costOf(claim, preset, () => true), 0)
    if (whole <= room)
      return { preset, kept: new Map(claims.map(({ channelId, encodes }) => [channelId, new Set(encodes.map(({ id }) => id))])) }
  }
  const preset = presets.at(-1)!
  const kept = new Map(claims.map(({ channelId }) => [channelId, new Set<string>()]))
  const decoded = new Set<string>()
  let left = room
  for (const { claim, encode } of inOrder(claims, preset)) {
    const decode = encode.hasVideo && !decoded.has(claim.channelId) ? claim.decode : 0
    const cost = encode.cost[preset] + decode
    // What the encoder at the input has made needs no room, and no encoder here.
    if (cost > 0 && cost > left) continue
    left -= cost
    if (encode.hasVideo) decoded.add(claim.channelId)
    kept.get(claim.channelId)!.add(encode.id)
  }
  return { preset, kept }
}

/** What a channel takes with those of its encodes that run. */
export function costOf({ decode, encodes }: Claim, preset: Preset, isKept: (id: string) => boolean): number {
  const here = encodes.filter(({ id }) => isKept(id))
  return here.reduce((sum, { cost }) => sum + cost[preset], here.some(({ hasVideo }) => hasVideo) ? decode : 0)
}

function inOrder(claims: readonly Claim[], preset: Preset) {
  const sinceOf = ({ liveSinceMs }: Claim): number => liveSinceMs ?? Number.MAX_SAFE_INTEGER
  return claims
    .flatMap((claim) => claim.encodes.map((encode) => ({ claim, encode })))
    .sort(
      (a, b) =>
        Number(a.encode.isPlayerOnly) - Number(b.encode.isPlayerOnly) ||
        b.encode.priority - a.encode.priority ||
        sinceOf(a.claim) - sinceOf(b.claim) ||
        a.encode.cost[preset] - b.encode.cost[preset] ||
        compare(a.claim.channelId, b.claim.channelId) ||
        compare(a.encode.id, b.encode.id),
    )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
