import type { StoredEvent } from '@sluice/contract/events'
import type { Style } from './style.ts'
import { plain } from './text.ts'

const nameColumns = 18

/** One line of the timeline: local time, severity as a word where it is not plain news, name, sentence. */
export function formatEvent(event: StoredEvent, channelName: string | null, style: Style): string {
  const at = new Date(event.at)
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
  const channel = channelName === null ? '' : `${style.strong(plain(channelName))}: `
  return `${style.dim(time)} ${severity(event, style)} ${event.name.padEnd(nameColumns)} ${channel}${plain(event.message)}\n`
}

function severity(event: StoredEvent, style: Style): string {
  if (event.severity === 'error') return style.bad('error')
  return event.severity === 'warning' ? style.warn('warn ') : '     '
}
