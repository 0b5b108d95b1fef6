import type { PlanCode } from '@sluice/contract/api'
import type { RungSpec } from '@sluice/contract/link'
import { aroundFailed } from './around-failed.ts'
import type { PlannedOutput, PlanRequest, SettledRung } from './facts.ts'
import { claimOf, compare, fitsWithoutTracks, type Group, groupPercent, isPlayerOnly, type Wishes, wishesOf } from './groups.ts'
import { noticesOf, type PlanNotice } from './notices.ts'
import { budgetPercent, type Preset } from './price.ts'
import { rungKey } from './settle.ts'
import { type Claim, costOf, type Shares, shareOut } from './share-out.ts'
import type { PlanReason, Want } from './wants.ts'

/** One encode of the plan. `id` is what engines know it by: the own rung's id, else what it is. */
export type PlannedRung = {
  readonly id: string
  readonly rungId: string | null
  readonly spec: RungSpec
  /** Ids, in order. */
  readonly outputs: readonly string[]
  readonly isForPlayer: boolean
  /** The first output that asks for it, and why. */
  readonly reason: PlanReason
  readonly cpuPercent: number
  /** By the prices of the machine alone, before the channel's content corrects them. */
  readonly basePercent: number
}

export type PlannedWay = {
  readonly outputId: string
  /** `source` or the id of a rung of the plan. */
  readonly rung: string
  readonly reason: PlanReason
  readonly warning: PlanReason | null
  /** What it does not get as it was asked for, and what its encode changes beside size and bitrate. */
  readonly notices: readonly PlanNotice[]
  /** What each video track of its stream is, `rung` the first of them. Absent: it is sent one. */
  readonly tracks?: readonly string[]
}

/** What the player gets: `source` and ids of rungs, best first. */
export type PlannedPlayer = {
  readonly rungs: readonly string[]
  /** Names of steps that the machine has no room for, and of those that are larger than the source. */
  readonly noRoom: readonly string[]
  readonly tooLarge: readonly string[]
}

/** Which encodes there are, who gets which, and what it costs. Percent of one core. */
export type Plan = {
  readonly rungs: readonly PlannedRung[]
  readonly outputs: readonly PlannedWay[]
  readonly player: PlannedPlayer
  /** All that was asked for by name, and of a ladder that takes what fits at least one step. */
  readonly fits: boolean
  /** Rungs that were wished for and are not there, with what each would cost. */
  readonly leftOut: readonly PlannedRung[]
  /** Encodes of other channels that this one leaves no room for. */
  readonly pushedOut: readonly { readonly channelId: string; readonly id: string }[]
  /** `asked`: what the channel would take with all it wishes for. */
  readonly load: {
    readonly budget: number
    readonly decode: number
    readonly channel: number
    readonly asked: number
    readonly others: number
  }
}

/**
 * The smallest set of encodes that gives each running output what it asks for or what its destination accepts, and the player its ladder. Equal
 * encodings share one. The order of what is given does not matter, and an output more takes no rung from another, as long as all of it fits.
 */
export function planRungs(request: PlanRequest): Plan {
  const plan = planAll(request)
  const { asked } = request
  // All of the tracks that a platform asked for, or one: half of them it would refuse.
  const short = plan.outputs.filter(({ outputId, tracks }) => asked?.has(outputId) === true && tracks === undefined)
  if (asked === undefined || short.length === 0 || request.isRolledBack) return plan
  const left = new Map([...asked].filter(([outputId]) => !short.some((way) => way.outputId === outputId)))
  const single = planRungs({ ...request, asked: left })
  const isShort = ({ outputId }: PlannedWay): boolean => short.some((way) => way.outputId === outputId)
  return {
    ...single,
    outputs: single.outputs.map((way) => (isShort(way) ? { ...way, warning: way.warning ?? { code: 'enhanced-no-room' } } : way)),
  }
}

function planAll(request: PlanRequest): Plan {
  const ordered = inOrder(request)
  const wishes = wishesOf(ordered)
  const { groups, wants } = wishes
  const { machine, others, outputs } = ordered
  const claim = claimOf(ordered, wishes)
  const budget = budgetPercent(machine)
  const room = machine.problem === null ? budget : Number.NEGATIVE_INFINITY
  const shares = shareOut([claim, ...others], room)
  const isKept = keptIn(shares, claim)
  const othersPercent = others.reduce((sum, other) => sum + costOf(other, shares.preset, keptIn(shares, other)), 0)
  const otherwise = fitsWithoutTracks(groups, shares.preset, ordered, room - othersPercent) ? 'encode' : 'source'
  const planned = groups.map((group) => toPlanned(group, shares.preset, ordered, otherwise))
  const here = planned.filter(({ id }) => isKept(id))
  const leftOut = planned.filter(({ id }) => !isKept(id))
  const keyOf: KeyOf = (rung) => groups.find(({ key }) => key === rungKey(rung))?.id ?? ''
  return {
    rungs: here,
    outputs: outputs.map((output) => {
      const planned = waysOf(output, wants.get(output.id)!, { here, leftOut, isBlind: machine.problem !== null, keyOf })
      const way = aroundFailed(planned, output, ordered, (rungId) => smallerThan(here, rungId))
      return { ...way, notices: noticesOf(output, tracksOf(way, here), ordered.sources) }
    }),
    player: withoutFailed(playerOf(wishes, isKept), ordered),
    fits: doesFit(ordered, wishes, isKept),
    leftOut,
    pushedOut: machine.problem === null ? pushedOutOf(others, shares, shareOut(others, room)) : [],
    load: {
      budget,
      decode: here.some(({ spec }) => spec.video !== null && spec.from === undefined) ? claim.decode : 0,
      asked: costOf(claim, shares.preset, () => true),
      channel: costOf(claim, shares.preset, isKept),
      others: othersPercent,
    },
  }
}

/** What a channel asks of its machine, for the plans of the others. */
export function claimFor(request: PlanRequest): Claim {
  const ordered = inOrder(request)
  return claimOf(ordered, wishesOf(ordered))
}

const inOrder = (request: PlanRequest): PlanRequest => ({
  ...request,
  rungs: request.rungs.toSorted((a, b) => compare(a.id, b.id)),
  outputs: request.outputs.toSorted((a, b) => compare(a.id, b.id)),
  others: request.others.toSorted((a, b) => compare(a.channelId, b.channelId)),
})

const keptIn =
  ({ kept }: Shares, { channelId }: Pick<Claim, 'channelId'>) =>
  (id: string): boolean =>
    kept.get(channelId)?.has(id) === true

const pushedOutOf = (others: readonly Claim[], shares: Shares, without: Shares): Plan['pushedOut'] =>
  others.flatMap((other) =>
    other.encodes
      .filter(({ id }) => keptIn(without, other)(id) && !keptIn(shares, other)(id))
      .map(({ id }) => ({ channelId: other.channelId, id })),
  )

/** A ladder that takes what fits may lose steps, and is content with none where the machine encodes nothing at all. */
function doesFit({ ladder, machine }: PlanRequest, { groups }: Wishes, isKept: (id: string) => boolean): boolean {
  const isBound = (group: Group): boolean => !isPlayerOnly(group) || ladder?.isWhole === true
  if (groups.some((group) => isBound(group) && !isKept(group.id))) return false
  const steps = groups.filter(({ isForPlayer }) => isForPlayer)
  return steps.length === 0 || machine.problem !== null || steps.some(({ id }) => isKept(id))
}

function playerOf({ groups, ladder }: Wishes, isKept: (id: string) => boolean): PlannedPlayer {
  const steps = groups.filter(({ isForPlayer }) => isForPlayer).toSorted((a, b) => pixels(b) - pixels(a) || kbps(b) - kbps(a))
  return {
    rungs: ['source', ...steps.filter(({ id }) => isKept(id)).map(({ id }) => id)],
    noRoom: steps.filter(({ id }) => !isKept(id)).map(({ rung }) => rung.name),
    tooLarge: ladder.tooLarge,
  }
}

function toPlanned(group: Group, preset: Preset, { machine }: PlanRequest, otherwise: 'encode' | 'source'): PlannedRung {
  const { id, rungId, rung, members, isForPlayer, inputTrack } = group
  const video = rung.video === null ? null : { ...rung.video, preset }
  return {
    id,
    rungId,
    spec: { rungId: id, name: rung.name, video, audio: rung.audio, ...(inputTrack === null ? {} : { from: { inputTrack, otherwise } }) },
    outputs: members.map(({ output }) => output.id),
    isForPlayer,
    reason: members[0]?.reason ?? { code: 'player' },
    cpuPercent: groupPercent(group, preset, machine),
    basePercent: groupPercent(group, preset, { ...machine, correction: 1 }),
  }
}

/** Of an output that takes one track, or several that are all there. */
function waysOf(output: PlannedOutput, wants: readonly Want[], outcome: Outcome & { readonly keyOf: KeyOf }): Way {
  const [first] = wants
  if (first!.reason.code !== 'enhanced-track') return wayOf(output, first!, outcome)
  const tracks = wants.map((want) => (want.type === 'source' ? 'source' : outcome.keyOf(want.rung)))
  const isHere = tracks.every((track) => track === 'source' || outcome.here.some(({ id }) => id === track))
  const about = { outputId: output.id, reason: first!.reason, warning: null }
  return isHere ? { ...about, rung: tracks[0]!, tracks } : { ...about, rung: 'source' }
}

/** Before it is known what its encode changes. */
export type Way = Omit<PlannedWay, 'notices'>
type KeyOf = (rung: SettledRung) => string
type Outcome = { readonly here: readonly PlannedRung[]; readonly leftOut: readonly PlannedRung[]; readonly isBlind: boolean }

function wayOf(output: PlannedOutput, want: Want, { here, leftOut, isBlind }: Outcome): Way {
  const about = { outputId: output.id, reason: want.reason }
  if (want.type === 'source') return { ...about, rung: 'source', warning: want.warning }
  const own = here.find(({ outputs }) => outputs.includes(output.id))
  if (own !== undefined) return { ...about, rung: own.id, warning: null }
  const missing = leftOut.find(({ outputs }) => outputs.includes(output.id))!
  const code: PlanCode = isBlind ? 'no-encoder' : 'no-room'
  const smaller = here.find(({ spec }) => isWithin(spec, missing.spec))
  const found = `${Math.ceil(missing.cpuPercent)} %`
  return { ...about, rung: smaller?.id ?? 'source', warning: { code, found, by: smaller?.spec.name ?? 'source' } }
}

/** What each video track of an output's stream is; null: the source. */
export const tracksOf = ({ rung, tracks = [rung] }: Way, rungs: readonly PlannedRung[]): (PlannedRung | null)[] =>
  tracks.map((track) => rungs.find(({ id }) => id === track) ?? null)

/** Largest first, as the plan's own order is. */
function smallerThan(here: readonly PlannedRung[], rungId: string): readonly PlannedRung[] {
  const lost = here.find(({ id }) => id === rungId)
  return lost === undefined ? [] : here.filter(({ spec }) => isWithin(spec, lost.spec))
}

const withoutFailed = (player: PlannedPlayer, { failed }: PlanRequest): PlannedPlayer =>
  failed === undefined ? player : { ...player, rungs: player.rungs.filter((id) => !failed.has(id)) }

/** What may go to whoever asked for `wished`: no larger, no more bits, in the same codec, with key frames where it wants them. */
const isWithin = ({ video }: RungSpec, { video: wished }: RungSpec): boolean =>
  video !== null &&
  wished !== null &&
  video.followsSourceKeys !== true &&
  video.codec === wished.codec &&
  video.width * video.height <= wished.width * wished.height &&
  video.bitrateKbps <= wished.bitrateKbps &&
  video.gopMs <= wished.gopMs &&
  // Another's logo, or a window of the picture, is nothing that was asked for.
  JSON.stringify(video.overlays ?? []) === JSON.stringify(wished.overlays ?? []) &&
  video.fit === wished.fit

const pixels = ({ rung: { video } }: Group): number => (video === null ? 0 : video.width * video.height)
const kbps = ({ rung: { video } }: Group): number => video?.bitrateKbps ?? 0
