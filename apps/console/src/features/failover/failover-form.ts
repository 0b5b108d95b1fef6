import type { Channel, PatchChannelBody, SlateChoice } from '@sluice/contract/api'
import { pictureTriggerRanges } from '@sluice/contract/link'
import { violationText } from '../../ui/policy/index.ts'

type Failover = Channel['failover']

/** The dialog's state. A time that is '' comes from the classes. */
export type FailoverForm = {
  triggerMs: number | ''
  holdMs: number | ''
  slate: boolean
  /** What it shows: `name`, `last-picture`, or the id of a clip. */
  shows: string
  noKeyFrame: boolean
  timeStall: boolean
  audioLoss: boolean
  /** Percent of the usual bitrate; 0: off. */
  bitratePercent: number
  /** 0: off. '': on, with the time still to be typed. */
  blackMs: number | ''
  freezeMs: number | ''
  silenceMs: number | ''
  reason: string
}

export function failoverFormOf({ failover, slate }: Pick<Channel, 'failover' | 'slate'>): FailoverForm {
  const { own, triggerMs, holdMs, slateMs, triggers } = failover
  const { noKeyFrame, timeStall, audioLoss, bitrateShare, blackMs = 0, freezeMs = 0, silenceMs = 0 } = triggers
  return {
    triggerMs: own.includes('triggerMs') ? triggerMs : '',
    holdMs: own.includes('holdMs') ? holdMs : '',
    slate: slateMs > 0,
    shows: slate.clipId ?? slate.shows,
    noKeyFrame,
    timeStall,
    audioLoss,
    bitratePercent: Math.round(bitrateShare * 100),
    blackMs,
    freezeMs,
    silenceMs,
    reason: '',
  }
}

const times = ['triggerMs', 'holdMs'] as const
const measured = ['blackMs', 'freezeMs', 'silenceMs'] as const

/** Times that are another now and outside of what the tightest class allows: a sentence each. */
export function outsideOf(form: FailoverForm, channel: Pick<Channel, 'failover' | 'slate'>): string[] {
  const { failover } = channel
  const before = failoverFormOf(channel)
  return times.flatMap((field) => {
    const [found, { class: outputClass, min, max }] = [form[field], failover.fromClasses[field]]
    if (found === '' || found === before[field] || (found >= min && found <= max)) return []
    return [violationText({ field: `failover.${field}`, found, limit: { class: outputClass, min, max } })]
  })
}

/** Times that came to be outside since they were set, and stay as they are. */
export const driftedIn = (form: FailoverForm, violations: Channel['violations']): Channel['violations'] =>
  violations.filter(({ field, found }) => times.some((time) => field === `failover.${time}` && form[time] === found))

/** Only what differs is sent, and what drifted when it has its reason. A time that stays keeps its override. */
export function failoverPatch(form: FailoverForm, channel: Pick<Channel, 'failover' | 'slate' | 'violations'>): PatchChannelBody {
  const before = failoverFormOf(channel)
  const triggers = {
    ...(form.noKeyFrame !== before.noKeyFrame && { noKeyFrame: form.noKeyFrame }),
    ...(form.timeStall !== before.timeStall && { timeStall: form.timeStall }),
    ...(form.audioLoss !== before.audioLoss && { audioLoss: form.audioLoss }),
    ...(form.bitratePercent !== before.bitratePercent && { bitrateShare: form.bitratePercent / 100 }),
    ...Object.fromEntries(
      measured
        .filter((field) => form[field] !== before[field])
        .map((field) => [field, form[field] || (form[field] === '' ? usual(field) : 0)]),
    ),
  }
  const answered = form.reason.trim() === '' ? [] : driftedIn(form, channel.violations).map(({ field }) => field)
  const isSent = (time: 'triggerMs' | 'holdMs'): boolean => form[time] !== before[time] || answered.includes(`failover.${time}`)
  return {
    failover: {
      ...(isSent('triggerMs') && { triggerMs: form.triggerMs === '' ? null : form.triggerMs }),
      ...(isSent('holdMs') && { holdMs: form.holdMs === '' ? null : form.holdMs }),
      ...slatePatch(form, before),
      ...(Object.keys(triggers).length > 0 && { triggers }),
    },
    ...((outsideOf(form, channel).length > 0 || answered.length > 0) && { override: { reason: form.reason } }),
  }
}

const usual = (field: (typeof measured)[number]): number => pictureTriggerRanges[field].usual

/** A choice switches it on, too. */
function slatePatch(form: FailoverForm, before: FailoverForm): { slate?: boolean | SlateChoice } {
  if (form.slate && form.shows !== before.shows) return { slate: form.shows as SlateChoice }
  return form.slate === before.slate ? {} : { slate: form.slate }
}

/** What of the media counts as a loss, in words. */
export function triggerWords(triggers: Failover['triggers']): string {
  const { noKeyFrame, bitrateShare, timeStall, audioLoss, blackMs = 0, freezeMs = 0, silenceMs = 0 } = triggers
  const words = [
    noKeyFrame ? 'no keyframes' : null,
    bitrateShare > 0 ? `bitrate below ${Math.round(bitrateShare * 100)}%` : null,
    timeStall ? 'timestamps that stand still' : null,
    audioLoss ? 'lost audio' : null,
    blackMs > 0 ? `${blackMs / 1000} s of black` : null,
    freezeMs > 0 ? `${freezeMs / 1000} s of frozen picture` : null,
    silenceMs > 0 ? `${silenceMs / 1000} s of silence` : null,
  ].filter((word) => word !== null)
  return words.length === 0 ? 'signal loss and disconnects only' : words.join(', ')
}
