import { protocolNames, roleName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'

/** A source as a title: `Primary`, `Backup 2`, `Slate`. */
export function sourceTitle(source: Channel['source']): string {
  if (source === 'none') return 'No source'
  const name = roleName(source)
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** The input that the channel is fed from, if it is one. */
export function onAirInput(channel: Channel): Channel['inputs'][number] | undefined {
  return channel.inputs.find((input) => input.actual?.onAir === true)
}

/** `Primary, RTMP, OBS 30.2`. */
export function sourceLine(channel: Channel): string {
  const actual = onAirInput(channel)?.actual
  const parts = [sourceTitle(channel.source), actual?.protocol ? protocolNames[actual.protocol] : null, actual?.encoder ?? null]
  return parts.filter((part) => part !== null).join(', ')
}
