import { roleName } from '@sluice/base/words'
import type { ChannelSpec, EventDraft, SwitchFigures } from '@sluice/contract/link'
import type { SourceActivation } from '@sluice/media/programme'

/** TO stands for the new source. */
const causes: Readonly<Record<SourceActivation['cause'], string>> = {
  start: 'media arrived',
  closed: 'its session ended',
  silent: 'it fell silent',
  'no-key-frame': 'it gave no key frame for two GOPs',
  'bitrate-collapsed': 'its bitrate collapsed',
  'time-stalled': 'its time stamps stood still',
  'audio-lost': 'its audio went missing',
  black: 'its picture was black',
  frozen: 'its picture stood still',
  'audio-silent': 'its audio was silent',
  returned: 'the TO was clean for the whole hold',
  locked: 'the operator locked the TO',
  taken: 'the operator took the TO',
  maintenance: 'the operator put it into maintenance',
  resumed: 'an input is back',
  expired: 'no input came back within the limit',
}

const calm: readonly SourceActivation['cause'][] = ['start', 'returned', 'resumed', 'taken', 'locked', 'maintenance']

/** A switch as events: the switch itself with its figures, and the channel going live or idle with it. */
export function switchEvents(spec: ChannelSpec, change: SourceActivation, figures: SwitchFigures): EventDraft[] {
  const base = { channelId: spec.channelId, subjectId: null }
  const [from, to] = [roleName(change.from), roleName(change.to)]
  const left = change.from === 'none' || change.from === 'slate' ? '' : `${from} left the air, `
  const took =
    figures.activationMs === null ? '' : `; ${Math.round(figures.activationMs)} ms from its last packet to the first frame of ${to}`
  const drafts: EventDraft[] = [
    {
      ...base,
      name: 'source.switched',
      severity: change.to === 'slate' ? 'error' : calm.includes(change.cause) ? 'info' : 'warning',
      message: `Source ${from} -> ${to}: ${left}${causes[change.cause].replace('TO', to)}${took}`,
      data: { ...figures },
    },
  ]
  if (change.from === 'none')
    drafts.push({ ...base, name: 'channel.live', severity: 'info', message: `${spec.name} is live`, data: { ...figures } })
  if (change.to === 'none') {
    const message =
      change.cause === 'expired'
        ? `${spec.name} is over: no input came back while the slate was on`
        : `${spec.name} has no source; outputs hold their sessions for a while`
    drafts.push({ ...base, name: 'channel.idle', severity: 'warning', message, data: { ...figures } })
  }
  return drafts
}
