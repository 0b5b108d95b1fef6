import { z } from 'zod'
import { StoredEvent } from '../events/index.ts'
import { Channel } from './channel.ts'
import { Output } from './output.ts'
import { PageQuery } from './page.ts'
import { ChannelStats } from './stats.ts'

/** `GET /event-log`: `channel` is the id of a channel, or `none` for what concerns the machine and the workspace as a whole. */
export const EventLogQuery = PageQuery.extend({
  channel: z
    .string()
    .regex(/^(none|[0-9A-Za-z-]{1,64})$/, 'is neither the id of a channel nor none')
    .optional(),
  /** This severity and worse. */
  severity: z.enum(['info', 'warning', 'error']).default('info'),
})

/**
 * `GET /events[?channel=]`, server-sent events. `event` entries carry an id and are resumed by `Last-Event-ID`; the rest is the
 * present state, sent whole at the start and on every change, and needs no resume. `gone`: a channel or output was deleted.
 */
export const StreamMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: StoredEvent }),
  z.object({ type: z.literal('channel'), channel: Channel }),
  z.object({ type: z.literal('output'), output: Output }),
  z.object({ type: z.literal('stats'), stats: ChannelStats }),
  z.object({ type: z.literal('gone'), kind: z.enum(['channel', 'output']), id: z.string() }),
])
export type StreamMessage = z.infer<typeof StreamMessage>
export const streamTypes = ['event', 'channel', 'output', 'stats', 'gone'] as const
