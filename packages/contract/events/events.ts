import { z } from 'zod'

/** Everything that happens and is kept: past tense, `what.happened`. The console, webhooks and the database read alike. */
export const eventNames = [
  'channel.created',
  'channel.updated',
  'channel.deleted',
  'channel.live',
  'channel.idle',
  'broadcast.ended',
  'input.created',
  'input.deleted',
  'input.moved',
  'input.connected',
  'input.refused',
  'input.lost',
  'input.changed',
  'input.warned',
  'source.switched',
  'source.settled',
  'source.locked',
  'source.taken',
  'latency.breached',
  'latency.recovered',
  'latency.drifted',
  'rollback.armed',
  'rollback.disarmed',
  'rollback.started',
  'rollback.ended',
  'rehearsal.started',
  'rehearsal.finished',
  'output.created',
  'output.updated',
  'output.deleted',
  'output.connecting',
  'output.live',
  'output.stalled',
  'output.backoff',
  'output.failed',
  'output.disabled',
  'output.stopped',
  'output.rearmed',
  'output.moving',
  'output.moved',
  'output.unmoved',
  'destination.created',
  'destination.updated',
  'destination.deleted',
  'destination.rotated',
  'destination.overdue',
  'guest.invited',
  'guest.ended',
  'clip.created',
  'clip.ready',
  'clip.failed',
  'clip.deleted',
  'slate.ready',
  'slate.failed',
  'policy.changed',
  'policy.overridden',
  'policy.restored',
  'engine.started',
  'engine.lost',
] as const
export const EventName = z.enum(eventNames)
export type EventName = z.infer<typeof EventName>

export const severities = ['info', 'warning', 'error'] as const
export type Severity = (typeof severities)[number]

/** One entry of a channel's timeline. `message` is one sentence for the operator; `data` holds the figures behind it. */
export const StoredEvent = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  name: EventName,
  severity: z.enum(severities),
  channelId: z.string().nullable(),
  /** The input, output or destination it is about. */
  subjectId: z.string().nullable(),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type StoredEvent = z.infer<typeof StoredEvent>
