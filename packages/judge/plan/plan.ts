import type { PlanCode } from '@sluice/contract/api'
import type { RungSpec } from '@sluice/contract/link'
import type { PlannedOutput, PlanRequest, SettledRung } from './facts.ts'
import { budgetPercent, decodePercent, type Preset, rungPercent } from './price.ts'
import { rungKey, settleRung } from './settle.ts'
import { type PlanReason, type Want, wantOf } from './wants.ts'

/** One encode of the plan. `id` is what engines know it by: the own rung's id, else what it is. */
export type PlannedRung = {
  readonly id: string
  readonly rungId: string | null
  readonly spec: RungSpec
  /** Ids, in order. */
  readonly outputs: readonly string[]
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
}

/** Which encodes there are, who gets which, and what it costs. Percent of one core. */
export type Plan = {
  readonly rungs: readonly PlannedRung[]
  readonly outputs: readonly PlannedWay[]
  readonly fits: boolean
  /** Rungs that were wished for and are not there, with what each would cost. */
  readonly leftOut: readonly PlannedRung[]
  readonly load: { readonly budget: number; readonly decode: number; readonly channel: number; readonly others: number }
}

/** From the best picture on. What is over the budget at the first is tried with the next. */
const presets: readonly Preset[] = ['veryfast', 'superfast', 'ultrafast']

type Group = { id: string; rungId: string | null; rung: SettledRung; members: { output: PlannedOutput; reason: PlanReason }[] }

/**
 * The smallest set of encodes that gives each running output what it asks for or what its destination accepts. Equal encodings share one. The
 * order of what is given does not matter, and an output more takes no rung from another, as long as all of it fits.
 */
export function planRungs(request: PlanRequest): Plan {
  const rungs = request.rungs.toSorted((a, b) => compare(a.id, b.id))
  const outputs = request.outputs.toSorted((a, b) => compare(a.id, b.id))
  const ordered = { ...request, rungs, outputs }
  const wants = new Map(outputs.map((output) => [output.id, wantOf(output, ordered)]))
  const groups = groupsOf(ordered, wants)
  const { machine } = request
  const decode = groups.some(({ rung }) => rung.video !== null) ? decodePercent(request.sources[0] ?? null, machine) : 0
  const budget = budgetPercent(machine)
  const room = machine.problem === null ? budget - machine.othersPercent - decode : Number.NEGATIVE_INFINITY
  const { preset, kept } = fitInto(groups, request, room)
  const planned = groups.map((group) => toPlanned(group, preset, request))
  const isKept = ({ id }: PlannedRung): boolean => kept.has(id)
  const here = planned.filter(isKept)
  const leftOut = planned.filter((rung) => !isKept(rung))
  const channel = here.length === 0 ? 0 : sum(here) + (here.some(({ spec }) => spec.video !== null) ? decode : 0)
  return {
    rungs: here,
    outputs: outputs.map((output) => wayOf(output, wants.get(output.id)!, { here, leftOut, isBlind: machine.problem !== null })),
    fits: leftOut.length === 0,
    leftOut,
    load: { budget, decode: here.some(({ spec }) => spec.video !== null) ? decode : 0, channel, others: machine.othersPercent },
  }
}

function groupsOf({ rungs, outputs, sources }: PlanRequest, wants: ReadonlyMap<string, Want>): Group[] {
  const groups = new Map<string, Group>()
  // Of two own rungs that are the same encoding the older one is run, whoever uses it: no output is moved when another one comes.
  const ownIds = new Map<string, string>()
  for (const own of rungs) {
    const key = rungKey(settleRung(own, sources[0] ?? null))
    if (!ownIds.has(key)) ownIds.set(key, own.id)
  }
  for (const output of outputs) {
    const want = wants.get(output.id)!
    if (want.type === 'source') continue
    const key = rungKey(want.rung)
    const rungId = ownIds.get(key) ?? null
    const name = rungs.find(({ id }) => id === rungId)?.name ?? want.rung.name
    const group = groups.get(key) ?? { id: rungId ?? key, rungId, rung: { ...want.rung, name }, members: [] }
    group.members.push({ output, reason: want.reason })
    groups.set(key, group)
  }
  return [...groups.values()].toSorted((a, b) => pixels(b) - pixels(a) || kbps(b) - kbps(a) || compare(a.id, b.id))
}

/** The best preset at which all of it fits; at the cheapest, what is worth most until the room is full. */
function fitInto(groups: readonly Group[], { machine }: PlanRequest, room: number): { preset: Preset; kept: Set<string> } {
  const costOf = (group: Group, preset: Preset): number => rungPercent(group.rung, preset, machine)
  for (const preset of presets) {
    if (groups.reduce((total, group) => total + costOf(group, preset), 0) <= room)
      return { preset, kept: new Set(groups.map(({ id }) => id)) }
  }
  const preset = presets.at(-1)!
  const kept = new Set<string>()
  let left = room
  for (const group of groups.toSorted(
    (a, b) => priorityOf(b) - priorityOf(a) || costOf(a, preset) - costOf(b, preset) || compare(a.id, b.id),
  )) {
    const cost = costOf(group, preset)
    if (cost > left) continue
    left -= cost
    kept.add(group.id)
  }
  return { preset, kept }
}

const priorityOf = ({ members }: Group): number => Math.max(...members.map(({ output }) => output.priority))

function toPlanned({ id, rungId, rung, members }: Group, preset: Preset, { machine }: PlanRequest): PlannedRung {
  const video = rung.video === null ? null : { ...rung.video, preset }
  return {
    id,
    rungId,
    spec: { rungId: id, name: rung.name, video, audio: rung.audio },
    outputs: members.map(({ output }) => output.id),
    reason: members[0]!.reason,
    cpuPercent: rungPercent(rung, preset, machine),
    basePercent: rungPercent(rung, preset, { ...machine, correction: 1 }),
  }
}

type Outcome = { readonly here: readonly PlannedRung[]; readonly leftOut: readonly PlannedRung[]; readonly isBlind: boolean }

function wayOf(output: PlannedOutput, want: Want, { here, leftOut, isBlind }: Outcome): PlannedWay {
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

/** What may go to whoever asked for `wished`: no larger, no more bits, in the same codec. */
const isWithin = ({ video }: RungSpec, { video: wished }: RungSpec): boolean =>
  video !== null &&
  wished !== null &&
  video.codec === wished.codec &&
  video.width * video.height <= wished.width * wished.height &&
  video.bitrateKbps <= wished.bitrateKbps &&
  video.gopMs <= wished.gopMs

const sum = (rungs: readonly PlannedRung[]): number => rungs.reduce((total, { cpuPercent }) => total + cpuPercent, 0)
const pixels = ({ rung: { video } }: Group): number => (video === null ? 0 : video.width * video.height)
const kbps = ({ rung: { video } }: Group): number => video?.bitrateKbps ?? 0
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
