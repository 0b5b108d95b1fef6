import type { Channel } from '@sluice/contract/api'
import { standingLines } from './standing.ts'
import type { Style } from './style.ts'
import { formatFacts } from './table.ts'

/** What a channel does when an input fails, where each time comes from, and what stands outside of its class. */
export function formatFailover({ failover, slate, overrides, violations }: Channel, style: Style): string {
  const time = (field: 'triggerMs' | 'holdMs'): string => {
    const { class: outputClass, min, max } = failover.fromClasses[field]
    const from = failover.own.includes(field) ? 'set here' : `class ${outputClass}`
    return `${failover[field]} ms ${style.dim(`(${from}; class ${outputClass} allows ${min} to ${max})`)}`
  }
  const { noKeyFrame, bitrateShare, timeStall, audioLoss, blackMs = 0, freezeMs = 0, silenceMs = 0 } = failover.triggers
  const triggers = [
    noKeyFrame ? 'no key frame' : null,
    bitrateShare > 0 ? `bitrate under ${Math.round(bitrateShare * 100)} %` : null,
    timeStall ? 'timestamps stand still' : null,
    audioLoss ? 'audio lost' : null,
    blackMs > 0 ? `black for ${blackMs} ms` : null,
    freezeMs > 0 ? `frozen for ${freezeMs} ms` : null,
    silenceMs > 0 ? `silent for ${silenceMs} ms` : null,
  ].filter((one) => one !== null)
  const facts = formatFacts([
    ['Trigger', time('triggerMs')],
    ['Hold', time('holdMs')],
    ['Slate', failover.slateMs === 0 ? 'off' : `${slateWords(slate)}, up to ${failover.slateMs / 1000} s`],
    ['Content', triggers.length === 0 ? 'off' : triggers.join(', ')],
  ])
  const standing = standingLines({ overrides, violations }, style).map((line) => `${line}\n`)
  return `${facts}${standing.join('')}`
}

/** What was chosen, and why the last picture would be shown instead. */
function slateWords({ shows, clipId, now, reason }: Channel['slate']): string {
  const chosen = shows === 'clip' ? `clip ${clipId}` : shows === 'name' ? "the channel's name" : 'the last picture'
  return now === 'chosen' || reason === null ? chosen : `${chosen} (now the last picture: ${reason})`
}
