import type { Channel } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'

/** What a screen reader says of an event; nothing for edits, which the one who made them knows of. */
export function announcementOf(event: StoredEvent, channels: readonly Channel[]): string {
  if (/\.(created|updated|deleted)$/.test(event.name)) return ''
  const name = channels.find((channel) => channel.id === event.channelId)?.name
  return name === undefined ? event.message : `${name}: ${event.message}`
}
