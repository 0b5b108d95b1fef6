import { z } from 'zod'
import { EventName, severities } from '../events/index.ts'
import { thumbnailLimits } from '../watch/index.ts'
import { ChannelActual, InputStats, OutputStats, PlaybackStats } from './actual.ts'
import type { EventOf } from './event-data.ts'
import { Broadcast, ProcessingTimes } from './measures.ts'
import { ProbeStep } from './probe.ts'
import { RecordingStats } from './recording.ts'
import { Calibration, HardwareEncoder, HardwareRefusal, RungStats } from './rung.ts'

/** Four characters for three bytes. */
const thumbnailBase64Bytes = 4 * Math.ceil(thumbnailLimits.bytes / 3)

/** First message of an engine on every link connection. `runId` is new with each process. */
export const EngineHello = z.object({
  type: z.literal('hello'),
  linkVersion: z.number().int(),
  engineId: z.string(),
  runId: z.string(),
  pid: z.number().int(),
  startedAt: z.iso.datetime(),
  /** 0: this process does not listen there. The viewers' process has the media port, and engines all others. */
  ports: z.object({ rtmp: z.number(), rtmps: z.number().nullable(), srt: z.number().nullable(), mediaHttp: z.number() }),
  /** A digest of the settings it was started with: control replaces an idle engine whose settings are old. */
  settingsDigest: z.string(),
  liveChannels: z.number().int(),
  /** It answers `thumbnail`. Absent: an engine from before there were any. */
  draws: z.literal(true).optional(),
})
export type EngineHello = z.infer<typeof EngineHello>

/** An event with its place in the engine's run. The engine keeps the last 10,000, so that a control that was away misses none. */
export const EngineEvent = z.object({
  type: z.literal('event'),
  seq: z.number().int(),
  at: z.iso.datetime(),
  name: EventName,
  severity: z.enum(severities),
  channelId: z.string().nullable(),
  subjectId: z.string().nullable(),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type EngineEvent = z.infer<typeof EngineEvent>

/** An event as the place that saw it tells it, before it has a number and a time. */
export type EventDraft = EventOf<Readonly<Pick<EngineEvent, 'severity' | 'channelId' | 'subjectId' | 'message'>>>

/** Messages from an engine to control. */
export const FromEngine = z.discriminatedUnion('type', [
  EngineHello,
  EngineEvent,
  /** Whole and on every change, at most four a second and channel. */
  z.object({ type: z.literal('actual'), channel: ChannelActual }),
  /** Once a second for the channels that move. */
  z.object({
    type: z.literal('stats'),
    at: z.iso.datetime(),
    process: z.object({ cpuSeconds: z.number(), rssBytes: z.number().int(), loopLagMs: z.number() }),
    channels: z.array(
      z.object({
        channelId: z.string(),
        inputs: z.array(InputStats),
        outputs: z.array(OutputStats),
        playback: PlaybackStats.nullable(),
        /** Absent: the spec has no encoded rung. */
        rungs: z.array(RungStats).optional(),
        /** Absent: there was no broadcast since the engine's start. */
        broadcast: Broadcast.optional(),
        /** Absent: nothing was written in the last ten seconds. */
        processing: ProcessingTimes.optional(),
        /** Absent: nothing is recorded. */
        recording: RecordingStats.optional(),
      }),
    ),
  }),
  z.object({
    type: z.literal('marked'),
    mark: z.number().int(),
    /** Channels that do not run by the spec that they were last given: a fault in the engine. Absent: none. */
    failed: z.array(z.string()).optional(),
  }),
  /** `calibration` null: for the reason in `problem`. `ENCODER_UNAVAILABLE`: this machine can't encode at all; `ENCODER_NOT_MEASURED`: it could not be measured now. */
  z.object({
    type: z.literal('calibrated'),
    calibration: Calibration.nullable(),
    code: z.enum(['ENCODER_UNAVAILABLE', 'ENCODER_NOT_MEASURED']).nullable().default(null),
    problem: z.string().nullable(),
  }),
  /** Encoders in hardware, after all were tried, and again to each control that comes. */
  z.object({ type: z.literal('hardware'), encoders: z.array(HardwareEncoder), refused: z.array(HardwareRefusal) }),
  z.object({ type: z.literal('probe.result'), probeId: z.string(), steps: z.array(ProbeStep) }),
  z.object({
    type: z.literal('thumbnail.result'),
    requestId: z.string(),
    /** A JPEG in base64; null: there is no key frame, or it could not be drawn. */
    jpeg: z.base64().max(thumbnailBase64Bytes).nullable(),
    /** When the key frame had come in; null: nothing is on the air. */
    takenAt: z.iso.datetime().nullable(),
  }),
])
export type FromEngine = z.infer<typeof FromEngine>
