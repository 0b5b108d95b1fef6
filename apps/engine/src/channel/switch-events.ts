import { roleName } from '@sluice/base/words'
import type { Severity } from '@sluice/contract/events'
import type { ChannelSpec, EventDraft, SwitchFigures } from '@sluice/contract/link'
import type { SourceActivation } from '@sluice/media/programme'

/** TO stands for the new source. */
const causes: Readonly<Record<SourceActivation['cause'], string>> = {
  start: 'media arrived',
  closed: 'its connection was lost',
  stopped: 'its encoder ended the stream',
  silent: 'it fell silent',
  'no-key-frame': 'it sent no key frame for two GOPs',
  'bitrate-collapsed': 'its bitrate collapsed',
  'time-stalled': 'its timestamps stood still',
  'audio-lost': 'its audio went missing',
  black: 'its picture was black',
  frozen: 'its picture was frozen',
  'audio-silent': 'its audio was silent',
  returned: 'the TO was clean for its whole hold time',
  locked: 'the operator locked the TO',
  taken: 'the operator switched to the TO',
  maintenance: 'the operator put it into maintenance',
  resumed: 'an input is back',
  expired: 'no input returned within the limit',
  ended: 'the operator ended the show',
}

const calm: readonly SourceActivation['cause'][] = ['start', 'returned', 'resumed', 'taken', 'locked', 'maintenance', 'ended']

/** A switch as events: the switch itself with its figures, and the channel going live or idle with it. */
export function switchEvents(spec: ChannelSpec, change: SourceActivation, figures: SwitchFigures): EventDraft[] {
  const base = { channelId: spec.channelId, subjectId: null }
  const [from, to] = [roleName(change.from), roleName(change.to)]
  const left = change.from === 'none' || change.from === 'slate' ? '' : `${from} went off air, `
  const took =
    figures.activationMs === null ? '' : `; ${Math.round(figures.activationMs)} ms from its last packet to the first frame of ${to}`
  const drafts: EventDraft[] = [
    {
      ...base,
      name: 'source.switched',
      severity: severityOf(change),
      message: `Source ${from} -> ${to}: ${left}${causes[change.cause].replace('TO', to)}${took}`,
      data: { ...figures },
    },
  ]
  if (change.from === 'none')
    drafts.push({ ...base, name: 'channel.live', severity: 'info', message: `${spec.name} is live`, data: { ...figures } })
  if (change.to === 'none') {
    const severity = change.cause === 'ended' || change.cause === 'stopped' ? 'info' : 'warning'
    drafts.push({ ...base, name: 'channel.idle', severity, message: `${spec.name} ${idleWords(change)}`, data: { ...figures } })
  }
  return drafts
}

/** An encoder that is stopped is somebody's will: only what was lost is an error. */
function severityOf({ to, cause }: SourceActivation): Severity {
  if (cause === 'stopped') return to === 'none' ? 'info' : 'warning'
  if (to === 'slate') return 'error'
  return calm.includes(cause) ? 'info' : 'warning'
}

function idleWords({ cause }: SourceActivation): string {
  if (cause === 'ended') return 'is off air: the show was ended, and all outputs close'
  if (cause === 'expired') return 'is over: no input returned while the slate was on'
  return 'has no source; outputs keep their sessions open for now'
}
