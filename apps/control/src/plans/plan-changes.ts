import type { HardwareKind, NewEvent } from '@sluice/contract/link'
import { heldWords, isLoss, noticeWords, type Plan, type PlanRequest, playerWords, reasonWords, warningWords } from '@sluice/judge/plan'

/** Who gets what, and the encodings themselves. */
export const isSame = (a: Plan, b: Plan): boolean => JSON.stringify(formOf(a)) === JSON.stringify(formOf(b))

/** The same but for presets: those are none of the viewers' business, and no reason to move anything. */
export const isSameToViewers = (a: Plan, b: Plan): boolean => JSON.stringify(formOf(a, 'any')) === JSON.stringify(formOf(b, 'any'))

const formOf = ({ rungs, outputs, player }: Plan, preset?: 'any') => [
  rungs.map(({ spec: { video, ...rest } }) => [rest, video === null ? null : { ...video, preset: preset ?? video.preset }]),
  outputs.map(({ outputId, rung, tracks }) => [outputId, rung, tracks]),
  player.rungs,
]

/** What encodes change of the source: who gets which encode may stay, and what viewers miss by it may be another thing. */
export const hasSameNotices = (a: Plan, b: Plan): boolean => JSON.stringify(lossesOf(a)) === JSON.stringify(lossesOf(b))

const lossesOf = ({ outputs }: Plan) => outputs.map(({ outputId, notices }) => [outputId, notices.map(({ code }) => code)])

type Told = { readonly names: ReadonlyMap<string, string>; readonly request: PlanRequest }

/** What a change of the plan means for outputs and for the player, one event each. */
export function eventsOf(channelId: string, before: Plan, after: Plan, { names, request }: Told): NewEvent[] {
  const was = new Map(before.outputs.map(({ outputId, rung }) => [outputId, rung]))
  const moved = after.outputs.filter(({ outputId, rung }) => was.get(outputId) !== rung)
  const events: NewEvent[] = moved.map((way) => {
    const { outputId, rung, reason, warning } = way
    const sentence = warningWords(way) ?? reasonWords(reason, after.rungs.find((one) => one.id === rung) ?? null)
    const message = `${names.get(outputId) ?? 'An output'}: ${sentence}`
    const code = warning?.code ?? reason.code
    return {
      name: 'plan.changed',
      severity: warning === null ? 'info' : 'warning',
      channelId,
      subjectId: outputId,
      message,
      data: { rung, code },
    }
  })
  events.push(...noticeEvents(channelId, before, after, names))
  if (JSON.stringify(before.player.rungs) === JSON.stringify(after.player.rungs)) return events
  const { reason, warning } = playerWords(after, request)
  const rung = after.player.rungs.join(',')
  return [
    ...events,
    {
      ...{ name: 'plan.changed', severity: warning === null ? 'info' : 'warning', channelId, subjectId: channelId },
      ...{ message: warning ?? reason, data: { rung, code: 'player' } },
    },
  ]
}

/** What viewers of an output miss from now on, one event for each. */
function noticeEvents(channelId: string, before: Plan, after: Plan, names: Told['names']): NewEvent[] {
  const was = new Map(before.outputs.map(({ outputId, notices }) => [outputId, notices]))
  return after.outputs.flatMap(({ outputId, rung, notices }) =>
    notices
      .filter(({ code }) => isLoss(code) && was.get(outputId)?.some((one) => one.code === code) !== true)
      .map((notice): NewEvent => {
        const { code } = notice
        const message = `${names.get(outputId) ?? 'An output'}: ${noticeWords(notice)}`
        return { name: 'plan.changed', severity: 'warning', channelId, subjectId: outputId, message, data: { rung, code } }
      }),
  )
}

/** A kind of hardware failed under an encode, and plans leave it alone for a while. */
export const hardwareHeld = (channelId: string, rung: string, { kind, forMs }: { kind: HardwareKind; forMs: number }): NewEvent => ({
  ...{ name: 'plan.changed', severity: 'warning', channelId, subjectId: rung, data: { rung, code: 'hardware-held' } },
  message: `${heldWords(kind)} Next try in ${Math.ceil(forMs / 60_000)} min.`,
})
