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
 * present state, sent whole at the start and on every change, and needs no resume. `stats` are sent when they differ from those of the second
 * before. `unchanged`, once a second: the last `stats` of this engine's channels hold for the second `at` too, where they are not newer and not
 * stale. `gone`: a channel or output was deleted.
 */
export const StreamMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: StoredEvent }),
  z.object({ type: z.literal('channel'), channel: Channel }),
  z.object({ type: z.literal('output'), output: Output }),
  /** `engineId`: the engine whose `unchanged` goes for them; null while none carries the channel. */
  z.object({ type: z.literal('stats'), engineId: z.string().nullable().optional(), stats: ChannelStats }),
  z.object({ type: z.literal('unchanged'), engineId: z.string(), at: z.iso.datetime() }),
  z.object({ type: z.literal('gone'), kind: z.enum(['channel', 'output']), id: z.string() }),
])
export type StreamMessage = z.infer<typeof StreamMessage>
export const streamTypes = ['event', 'channel', 'output', 'stats', 'unchanged', 'gone'] as const
