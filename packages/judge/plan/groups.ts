import { fieldRate } from '@sluice/contract/link'
import { wantsOfTracks } from './asked-tracks.ts'
import type { Machine, PlannedOutput, PlanRequest, SettledRung } from './facts.ts'
import { inHardware } from './hardware.ts'
import { type Ladder, ladderOf } from './ladder.ts'
import { decodePercent, type Preset, rungPercent } from './price.ts'
import { renditionFor, withSourceSound } from './renditions.ts'
import { fpsOf, rungKey, settleRung } from './settle.ts'
import { type Claim, presets } from './share-out.ts'
import { type PlanReason, type Want, wantOf } from './wants.ts'

/** One encode and all that ask for it. */
export type Group = {
  /** What it is, the same for equal wishes. */
  readonly key: string
  /** What engines know it by: the own rung's id, else what it is. */
  readonly id: string
  readonly rungId: string | null
  readonly rung: SettledRung
  // bound: the outputs of a channel
  readonly members: { readonly output: PlannedOutput; readonly reason: PlanReason }[]
  /** The video track of the input that it is; null: it is encoded. */
  readonly inputTrack: number | null
  /** The player takes it too, or alone. */
  isForPlayer: boolean
}

/** What a channel asks for, before it is known what the machine can do. */
export type Wishes = {
  /** By output: one, or each of the tracks that its platform asks for. */
  readonly wants: ReadonlyMap<string, readonly Want[]>
  /** Largest first, those of the player alone behind all others: where an encoder can't keep up the last gives way first. */
  readonly groups: readonly Group[]
  readonly ladder: Ladder
}

function wantsOf(output: PlannedOutput, request: PlanRequest): readonly Want[] {
  const asked = request.isRolledBack ? undefined : request.asked?.get(output.id)
  return asked === undefined ? [wantOf(output, request)] : wantsOfTracks(output, asked, request.sources[0])
}

/** What every running output and the player ask for. `request`: its outputs and rungs in the order of their ids. */
export function wishesOf(request: PlanRequest): Wishes {
  const { outputs, sources, rungs } = request
  const wants = new Map(outputs.map((output) => [output.id, wantsOf(output, request)]))
  const groups = new Map<string, Group>()
  // Of two own rungs that are the same encoding the older one is run, whoever uses it: no output is moved when another one comes.
  const ownIds = new Map<string, string>()
  for (const own of rungs) {
    const key = rungKey(settleRung(own, sources[0] ?? null))
    if (!ownIds.has(key)) ownIds.set(key, own.id)
  }
  const groupOf = (rung: SettledRung): Group => {
    const key = rungKey(rung)
    const rungId = ownIds.get(key) ?? null
    const name = rungs.find(({ id }) => id === rungId)?.name ?? rung.name
    const inputTrack = renditionFor(rung, sources[0])?.track ?? null
    const settled = { ...(inputTrack === null ? rung : withSourceSound(rung, sources[0])), name }
    const group = groups.get(key) ?? { key, id: rungId ?? key, rungId, rung: settled, members: [], inputTrack, isForPlayer: false }
    groups.set(key, group)
    return group
  }
  for (const output of outputs) {
    for (const want of wants.get(output.id)!) {
      if (want.type === 'source') continue
      const { members } = groupOf(want.rung)
      if (!members.some((member) => member.output === output)) members.push({ output, reason: want.reason })
    }
  }
  const ladder = ladderOf(request)
  for (const { rung } of ladder.rungs) groupOf(rung).isForPlayer = true
  return { wants, groups: inHardware([...groups.values()].toSorted(byWorth), request.machine), ladder }
}

/** What these wishes take of the machine that the request names. */
export function claimOf(request: PlanRequest, { groups }: Pick<Wishes, 'groups'>): Claim {
  const { channelId, liveSinceMs, sources, machine } = request
  const encodes = groups.map((group) => ({
    id: group.id,
    hasVideo: isEncoded(group),
    isPlayerOnly: isPlayerOnly(group),
    priority: Math.max(0, ...group.members.map(({ output }) => output.priority)),
    cost: Object.fromEntries(presets.map((preset) => [preset, groupPercent(group, preset, machine)])) as Claim['encodes'][number]['cost'],
  }))
  const areFieldsWanted = wantsFields(groups.filter(isEncoded))
  return { channelId, liveSinceMs, decode: decodePercent(sources[0] ?? null, machine, areFieldsWanted), encodes }
}

const isEncoded = ({ rung, inputTrack }: Group): boolean => rung.video !== null && inputTrack === null

/** A rung of 50 or 60 Hz makes a picture of each field of an interlaced source, as the encoder does it. */
const wantsFields = (groups: readonly Group[]): boolean =>
  groups.some(({ rung: { video } }) => video !== null && fpsOf(video.fps) > fieldRate)

/** Percent of one core. What a track of the input is costs nothing but its sound. */
export const groupPercent = (group: Group, preset: Preset, machine: Machine): number =>
  rungPercent(isEncoded(group) ? group.rung : { ...group.rung, video: null }, preset, machine)

/** Whether all of it could be encoded here too: a backup input has none of the tracks. */
export function fitsWithoutTracks(
  groups: readonly Group[],
  preset: Preset,
  { machine, sources }: PlanRequest,
  roomPercent: number,
): boolean {
  const encoded = groups.reduce((total, { rung }) => total + rungPercent(rung, preset, machine), 0)
  return machine.problem === null && encoded + decodePercent(sources[0] ?? null, machine, wantsFields(groups)) <= roomPercent
}

export const isPlayerOnly = ({ members }: Group): boolean => members.length === 0

const byWorth = (a: Group, b: Group): number =>
  Number(isPlayerOnly(a)) - Number(isPlayerOnly(b)) || pixels(b) - pixels(a) || kbps(b) - kbps(a) || compare(a.id, b.id)

const pixels = ({ rung: { video } }: Group): number => (video === null ? 0 : video.width * video.height)
const kbps = ({ rung: { video } }: Group): number => video?.bitrateKbps ?? 0
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
