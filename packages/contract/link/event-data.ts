import { failureKinds } from '@sluice/base/errors'
import { desiredStates, handoverStates, inputProtocols, inputRoles, measuredFaults, outputStates } from '@sluice/base/words'
import { z } from 'zod'
import type { EventName, Severity } from '../events/index.ts'
import { OutputClass } from '../policy/index.ts'
import { OutputReason } from './actual.ts'
import { ConformityDifference, RehearsalResult, SettledFigures, SourceLock, SwitchFigures } from './failover.ts'
import { InputNoticeDraft } from './input-notice.ts'
import { BroadcastFigures } from './measures.ts'
import { recordingEnds, recordingProblems } from './recording.ts'

const nothing = z.object({})
const role = z.object({ role: z.enum(inputRoles) })
const outputMove = z.object({
  from: z.enum(outputStates),
  to: z.enum(outputStates),
  reason: OutputReason.nullable(),
  sentTo: z.string().optional(),
})
const handoverMove = z.object({ handover: z.enum([...handoverStates, 'done']), reason: OutputReason.nullable() })
/** A stage against its budget, or one figure of the line. */
const latencyMove = z.object({
  stage: z.string(),
  ms: z.number().nullable().optional(),
  budgetMs: z.number().optional(),
  figures: z.array(z.looseObject({})).optional(),
  figure: z.string().optional(),
  rttMedianMs: z.number().nullable().optional(),
  lossShare: z.number().nullable().optional(),
})
/** Ids of the rungs that it is about. */
const rungs = z.object({ rungs: z.array(z.string()) })
const autoRollback = z.object({ isArmed: z.boolean(), keep: z.number().int() })
/** With the figures of the automatic rollback, where it was one. */
const rollback = z.looseObject({ cause: z.string(), isAutomatic: z.boolean() })
const recording = z.object({ recordingId: z.string() })
const engine = z.object({ runId: z.string(), pid: z.number().int() })

/**
 * The figures behind each event's sentence, by its name: what an emitter must give, and what control takes from an engine. They stand here
 * and not beside the names because most of them are shapes of the link.
 */
const eventData = {
  'channel.created': nothing,
  'channel.updated': z.object({ latencyBudgets: z.looseObject({}).optional(), failover: z.looseObject({}).optional() }),
  'channel.deleted': nothing,
  'channel.live': SwitchFigures,
  'channel.idle': SwitchFigures,
  /** `rearmed`: outputs that a guardrail had disabled and that are tried again. */
  'broadcast.started': z.object({ startedAt: z.iso.datetime(), rearmed: z.array(z.string()) }),
  'broadcast.end_requested': z.object({ by: z.string() }),
  'broadcast.ended': BroadcastFigures,
  'broadcast.reopened': z.object({ by: z.string() }),
  'input.created': role,
  'input.deleted': role,
  'input.moved': z.object({ before: z.enum(inputRoles), after: z.enum(inputRoles), other: z.string() }),
  'input.connected': z.object({
    protocol: z.enum(inputProtocols),
    remoteAddress: z.string().nullable(),
    encoder: z.string().nullable(),
    isPulled: z.boolean().optional(),
    sentTo: z.string().optional(),
  }),
  'input.refused': z.object({ code: z.string(), more: z.number().int().optional() }),
  'input.lost': nothing,
  'input.changed': nothing,
  /** Differences from the primary, a fault of picture or sound, or a call that failed; nothing for a port that is not open. */
  'input.warned': z.object({
    differences: z.array(ConformityDifference).optional(),
    fault: z.enum(measuredFaults).optional(),
    kind: z.enum(failureKinds).optional(),
    code: z.string().optional(),
  }),
  /** Nothing for a port that is open. */
  'input.noticed': InputNoticeDraft.partial(),
  'plan.changed': z.object({ rung: z.string(), code: z.string() }),
  'source.switched': SwitchFigures,
  'source.settled': SettledFigures,
  'source.locked': z.object({ lock: SourceLock }),
  'source.taken': role,
  'slate.held': z.object({ seconds: z.number().int() }),
  /** Of the viewers whose players report, in the minute from `at` on. */
  'playback.stalled': z.object({ at: z.iso.datetime(), viewers: z.number().int(), stalls: z.number().int(), stalledMs: z.number() }),
  /** `code`: what a probe found; `figures`: what it was found by. */
  'probe.failed': z.object({ format: z.string(), code: z.string(), figures: z.record(z.string(), z.union([z.number(), z.string()])) }),
  'probe.recovered': z.object({ format: z.string(), code: z.string(), forMs: z.number().int() }),
  'prober.lost': z.object({ reason: z.string() }),
  'prober.restored': nothing,
  'complaint.noted': z.object({ at: z.iso.datetime(), text: z.string(), by: z.string() }),
  'latency.breached': latencyMove,
  'latency.recovered': latencyMove,
  'latency.drifted': z.object({ msPerMinute: z.number().nullable(), ownMs: z.number() }),
  'rollback.armed': autoRollback,
  'rollback.disarmed': autoRollback,
  'rollback.started': rollback.extend({ keep: z.number().int(), kept: z.array(z.string()), stopped: z.array(z.string()) }),
  'rollback.ended': rollback.extend({ lock: SourceLock, restored: z.array(z.string()) }),
  'rehearsal.started': z.object({
    rehearsalId: z.string(),
    cutMs: z.number().int(),
    limitMs: z.number().int(),
    on: z.literal('shadow').optional(),
  }),
  'rehearsal.finished': RehearsalResult,
  'rung.failed': rungs.extend({ code: z.string() }),
  'rung.reduced': rungs.extend({ code: z.string() }),
  /** `gapMs`: for how long the encoder gave nothing; absent: it ran, with less than was asked for. */
  'rung.encoder_changed': rungs.extend({ cause: z.string() }),
  'rung.restored': rungs.extend({ gapMs: z.number().optional() }),
  'output.created': nothing,
  'output.updated': z.object({ desired: z.enum(desiredStates).optional() }),
  'output.deleted': nothing,
  'output.connecting': outputMove,
  'output.live': outputMove,
  'output.stalled': outputMove,
  'output.backoff': outputMove,
  'output.failed': outputMove,
  'output.disabled': outputMove,
  'output.stopped': outputMove,
  'output.rearmed': nothing,
  /** What the platform said when it was asked for Enhanced Broadcasting. */
  'output.enhanced': z.object({ code: z.string() }),
  'output.enhanced_failed': z.object({ code: z.string() }),
  'output.unseen': z.object({ code: z.string() }),
  'output.seen': nothing,
  'output.moving': handoverMove,
  'output.moved': handoverMove,
  'output.move_failed': handoverMove,
  'destination.created': nothing,
  'destination.updated': nothing,
  'destination.deleted': nothing,
  'destination.rotated': z.object({ state: z.string().optional() }),
  'destination.overdue': nothing,
  'guest.invited': nothing,
  'guest.ended': z.object({ ended: z.enum(['revoked', 'expired']) }),
  'picture.created': nothing,
  'picture.deleted': nothing,
  'clip.created': nothing,
  'clip.ready': nothing,
  'clip.failed': nothing,
  'clip.deleted': nothing,
  'slate.ready': nothing,
  'slate.failed': nothing,
  'policy.changed': z.object({ class: OutputClass, version: z.number().int(), changed: z.array(z.string()), reason: z.string() }),
  'policy.overridden': z.object({ reason: z.string(), violations: z.array(z.looseObject({ field: z.string() })) }),
  'policy.restored': z.object({ fields: z.array(z.string()) }),
  /** It goes to the channel's own recording, which control knows by this event where nobody asked for it by hand. */
  'recording.started': recording,
  /** `lostMs` null: nobody knows how much is missing. */
  'recording.resumed': recording.extend({ lostMs: z.number().int().nullable() }),
  'recording.interrupted': recording.extend({ code: z.enum(recordingProblems) }),
  'recording.stopped': recording.extend({
    by: z.enum(recordingEnds),
    durationMs: z.number().int(),
    bytes: z.number().int(),
    lostMs: z.number().int(),
  }),
  'recording.ready': recording.extend({ durationMs: z.number().int(), bytes: z.number().int(), lostMs: z.number().int() }),
  'recording.failed': recording.extend({ code: z.string() }),
  'recording.deleted': recording,
  'recording.disk': z.object({ usedShare: z.number(), freeBytes: z.number().int() }),
  'engine.started': engine,
  'engine.silent': engine,
  'viewers.lost': engine,
  'viewers.started': engine,
  'engine.recovered': engine,
  'engine.lost': engine,
  'events.lost': z.object({ count: z.number().int(), since: z.iso.datetime() }),
  'clock.doubted': z.object({ known: z.iso.datetime(), now: z.iso.datetime(), believedFrom: z.iso.datetime() }),
  'watch.failed': nothing,
  'watch.restored': nothing,
} as const satisfies Record<EventName, z.ZodType>

type DataOf<Name extends EventName> = Readonly<z.input<(typeof eventData)[Name]>>
type WithData<Name extends EventName> =
  Record<never, never> extends DataOf<Name> ? { readonly data?: DataOf<Name> } : { readonly data: DataOf<Name> }

/** `Base` for each event name, with the data that this event has. */
export type EventOf<Base, Name extends EventName = EventName> = Name extends EventName
  ? Base & { readonly name: Name } & WithData<Name>
  : never

/** An event of control's own, before it has its place in the log. */
export type NewEvent = EventOf<{ severity?: Severity; channelId: string | null; subjectId: string | null; message: string }>

/** What is wrong with an event's data, in one sentence; null when it is as its name asks. */
export function faultOfData(name: EventName, data: unknown): string | null {
  const parsed = eventData[name].safeParse(data)
  const issue = parsed.success ? undefined : parsed.error.issues[0]
  return issue === undefined ? null : `data of ${name}: ${issue.path.join('.') || 'all of it'}: ${issue.message}`
}
