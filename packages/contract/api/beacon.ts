import { z } from 'zod'
import { visibleText } from '../text/index.ts'

/** How a playback gets its media. */
export const playbackSteps = ['webrtc', 'll-hls', 'hls', 'native', 'other'] as const
export const PlaybackStep = z.enum(playbackSteps)
export type PlaybackStep = z.infer<typeof PlaybackStep>

/** What goes wrong in a player. */
export const playbackErrors = ['network', 'media', 'codec', 'other'] as const
export const PlaybackErrorKind = z.enum(playbackErrors)
export type PlaybackErrorKind = z.infer<typeof PlaybackErrorKind>

export const beaconTimes = {
  /** A player sends one in so many seconds. */
  everyMs: 10_000,
  /** Sooner than this after the last of the same view it is dropped; the last word of a view is not. */
  leastMs: 5000,
  /** A view that says nothing for so long is over. */
  goneMs: 30_000,
} as const

const count = z.number().int().min(0).max(1_000_000)
const spanMs = z
  .number()
  .min(0)
  .max(7 * 86_400_000)
  .transform(Math.round)

/**
 * What one view has seen so far, as players send it: the keys of CMCD version 2 in JSON, and two of our own with a hyphen, as CMCD asks of
 * those. Counts and durations are totals of the view, so that a lost beacon loses nothing. Other keys are dropped. Spec: CTA-5004-B §3
 */
export const Beacon = z.object({
  /** Random, of this view alone. */
  sid: z.string().regex(/^[0-9A-Za-z-]{16,64}$/),
  /** The player's state: `s` starting, `p` playing, `r` rebuffering, `a` paused, `w` waiting, `e` ended, `f` failed, `q` quit. */
  sta: z.enum(['s', 'p', 'k', 'r', 'a', 'w', 'e', 'f', 'q', 'd']),
  /** Media start delay: from the wish to play to the first picture, ms. */
  msd: spanMs.optional(),
  /** Behind live, ms. */
  ltc: spanMs.optional(),
  /** Stalls so far, and how long they took together, ms. */
  bsa: count.optional(),
  bsda: spanMs.optional(),
  /** Encoded bitrate, kbps. */
  br: count.optional(),
  /** Frames dropped so far. */
  dfa: count.optional(),
  /** Errors so far, each by its kind. */
  ec: z.array(PlaybackErrorKind).max(20).optional(),
  /** Played so far, ms: no stall, no pause. */
  'sluice-played': spanMs.optional(),
  'sluice-step': PlaybackStep.optional(),
  /** Lines of the picture, `720p`; `audio` without one. */
  'sluice-rung': z
    .string()
    .regex(/^([1-9][0-9]{1,3}p|audio)$/)
    .optional(),
})
export type Beacon = z.infer<typeof Beacon>

const Spread = z.object({ p50: z.number(), p95: z.number() })

/** Figures over a set of views. A percentile is exact to about 3 %. */
export const PlaybackFigures = z.object({
  /** Views that got a first picture, and those that left before one. */
  starts: z.number().int(),
  exitsBeforeStart: z.number().int(),
  startupMs: Spread.nullable(),
  playedMs: z.number(),
  stalls: z.number().int(),
  stalledMs: z.number(),
  stallsPerHour: z.number().nullable(),
  /** Stalled over stalled and played. */
  rebufferRatio: z.number().nullable(),
  latencyMs: Spread.nullable(),
  errors: z.record(PlaybackErrorKind, z.number().int()),
})
export type PlaybackFigures = z.infer<typeof PlaybackFigures>

export const PlaybackMinute = PlaybackFigures.extend({ at: z.iso.datetime(), viewers: z.number().int() })
export type PlaybackMinute = z.infer<typeof PlaybackMinute>

const ByFormat = PlaybackFigures.extend({
  rung: z.string(),
  step: PlaybackStep,
  /** Views in this format, in the minute that had most of them. */
  viewers: z.number().int(),
})

/** What stands beside the figures on the time line. */
export const PlaybackMark = z.object({
  at: z.iso.datetime(),
  kind: z.enum(['complaint', 'switch', 'stalls', 'latency', 'show']),
  text: z.string(),
})
export type PlaybackMark = z.infer<typeof PlaybackMark>

const report = {
  channelId: z.string(),
  total: PlaybackFigures,
  formats: z.array(ByFormat),
  /** Oldest first; minutes without a view are left out. */
  minutes: z.array(PlaybackMinute),
  /** Views that reached each minute of watching, from the first picture (index 0) on. */
  retention: z.array(z.number().int()),
  marks: z.array(PlaybackMark),
}

/** `GET /channels/{id}/playback/stats`: the last 15 minutes, as players tell it. [EMB-04] */
export const PlaybackStats = z.object({
  ...report,
  at: z.iso.datetime(),
  /** By media requests, in every player; null while no engine reports. */
  viewers: z.number().int().nullable(),
  /** Of these, players that report what their viewers see. */
  reporting: z.number().int(),
  /** Beacons that were dropped since the start: malformed, too many, or of too many views. */
  droppedBeacons: z.number().int(),
})
export type PlaybackStats = z.infer<typeof PlaybackStats>

/** `GET /broadcasts/{id}/playback` */
export const BroadcastPlayback = z.object({ ...report, broadcastId: z.string(), peakViewers: z.number().int() })
export type BroadcastPlayback = z.infer<typeof BroadcastPlayback>

/** `POST /channels/{id}/complaints`: what a viewer said, and when it happened; now unless given. [EMB-06] */
export const ComplaintBody = z.strictObject({ at: z.iso.datetime().optional(), text: visibleText({ min: 1, max: 400 }) })
export type ComplaintBody = z.infer<typeof ComplaintBody>
