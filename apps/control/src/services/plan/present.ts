import type { ChannelPlan } from '@sluice/contract/api'
import type { RungActual, RungStats } from '@sluice/contract/link'
import {
  heldWords,
  isLoss,
  ladderOffer,
  loadWords,
  noticeWords,
  type Plan,
  type PlanRequest,
  playerWords,
  reasonWords,
  warningWords,
} from '@sluice/judge/plan'
import { usualSteps } from './ladder-wish.ts'

/** What engines say of the rungs of a channel. */
type RungSight = { readonly stats: readonly RungStats[]; readonly actual: readonly RungActual[] }

/** A plan as the API shows it. */
export function presentPlan(channelId: string, request: PlanRequest, plan: Plan, { stats, actual }: RungSight): ChannelPlan {
  const { machine, sources } = request
  const names = new Map(request.outputs.map(({ id, name }) => [id, name]))
  const rungOf = (id: string) => plan.rungs.find((rung) => rung.id === id) ?? null
  const outputs = plan.outputs.map((way) => ({
    outputId: way.outputId,
    name: names.get(way.outputId) ?? '',
    rung: way.rung,
    code: way.reason.code,
    reason: reasonWords(way.reason, rungOf(way.rung)),
    ...(way.tracks === undefined ? {} : { tracks: [...way.tracks] }),
    warning: warningWords(way),
    warningCode: way.warning?.code ?? null,
    ...(way.notices.length === 0 ? {} : { notices: way.notices.map((notice) => ({ code: notice.code, message: noticeWords(notice) })) }),
  }))
  const player = playerWords(plan, request)
  return {
    channelId,
    source: sources[0] ?? null,
    rungs: plan.rungs.map((rung) => ({
      id: rung.id,
      rungId: rung.rungId,
      name: rung.spec.name,
      spec: rung.spec,
      // What was reduced gets a rung that it did not ask for.
      outputs: plan.outputs.filter((way) => (way.tracks ?? [way.rung]).includes(rung.id)).map(({ outputId }) => outputId),
      reason: reasonWords(rung.reason, rung),
      ...figuresOf(
        rung.cpuPercent,
        stats.find(({ rungId }) => rungId === rung.id),
      ),
      actual: actualOf(actual.find(({ rungId }) => rungId === rung.id)),
    })),
    outputs,
    player: { rungs: [...plan.player.rungs], ...player, ...offerOf(request, plan) },
    fits: plan.fits,
    load: {
      cores: machine.cores,
      budgetPercent: rounded(plan.load.budget),
      channelPercent: rounded(plan.load.channel),
      decodePercent: rounded(plan.load.decode),
      othersPercent: rounded(plan.load.others),
      isCalibrated: machine.calibration !== null,
    },
    warnings: [
      ...channelWarnings(plan, machine.problem),
      ...(plan.rungs.length === 0 ? [] : (machine.hardwareHeld ?? []).map(({ kind }) => heldWords(kind))),
      ...(player.warning === null ? [] : [player.warning]),
      ...outputs.flatMap(({ name, warning }) => (warning === null ? [] : [`${name}: ${warning}`])),
      ...outputs.flatMap(({ name, notices = [] }) =>
        notices.filter(({ code }) => isLoss(code)).map(({ message }) => `${name}: ${message}`),
      ),
    ],
  }
}

function channelWarnings(plan: Plan, problem: string | null): string[] {
  if (plan.fits) return []
  if (problem !== null) return [`This machine cannot encode: ${problem}. Outputs that need an encode take the source as it is.`]
  return [`This is more than the machine can encode: ${loadWords(plan)}. Outputs of the lowest priority are reduced first.`]
}

function offerOf(request: PlanRequest, plan: Plan): Pick<ChannelPlan['player'], 'offer'> {
  const offer = ladderOffer(request, plan, usualSteps)
  return offer === null ? {} : { offer: { ...offer, rungs: [...offer.rungs], cpuPercent: rounded(offer.cpuPercent) } }
}

const figuresOf = (cpuPercent: number, stats: RungStats | undefined) => ({
  cost: { cpuPercent: rounded(cpuPercent), measuredPercent: stats?.cpuPercent ?? null },
  latencyMs: stats?.latencyMs?.p95 ?? null,
})
const actualOf = (rung: RungActual | undefined) => (rung === undefined ? null : { state: rung.state, reason: rung.reason })

const rounded = (percent: number): number => Math.round(percent * 10) / 10
