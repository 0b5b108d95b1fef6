import { z } from 'zod'
import { RecordingProblem, RecordingStats, recordingEnds } from '../link/index.ts'
import { Name } from '../text/index.ts'
import { PageQuery } from './page.ts'

/**
 * `finishing`: it ended, and its files are checked. `ready`: whole. `partial`: it can be used, and something of the programme is missing in it.
 * `failed`: there is nothing in it that plays.
 */
export const recordingStates = ['recording', 'finishing', 'ready', 'partial', 'failed'] as const

/** A recorded broadcast, or a part of one. Figures of one that runs are of now. */
export const Recording = z.object({
  id: z.string(),
  channelId: z.string(),
  /** As it was named when the recording began. */
  channelName: z.string(),
  name: z.string(),
  state: z.enum(recordingStates),
  startedBy: z.enum(['always', 'manual']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  endedBy: z.enum(recordingEnds).nullable(),
  /** Of the media in it; holes are left out. */
  durationMs: z.number().int(),
  bytes: z.number().int(),
  /** Programme that was on air since its start and is not in it. */
  lostMs: z.number().int(),
  /** While it runs: why nothing is written now. Later: what is wrong with it. Null: nothing. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** It is never deleted by age or for want of room. */
  pinned: z.boolean(),
  /** When it is deleted by age; null: it is not. */
  deletesAt: z.iso.datetime().nullable(),
})
export type Recording = z.infer<typeof Recording>

const recordingModes = ['off', 'always'] as const
/** Of a channel. `keepDays`: recordings are deleted so long after their end, and sooner where the disk needs the room; null: never. */
export const ChannelRecording = z.object({
  mode: z.enum(recordingModes),
  keepDays: z.number().int().min(1).max(3650).nullable(),
  /** Under way; null: nothing is recorded. */
  now: RecordingStats.pick({ recordingId: true, durationMs: true, bytes: true, lostMs: true })
    .extend({ state: z.enum(['recording', 'interrupted']), startedAt: z.iso.datetime(), problem: RecordingProblem.nullable() })
    .nullable(),
})
export type ChannelRecording = z.infer<typeof ChannelRecording>
export const noRecording: ChannelRecording = { mode: 'off', keepDays: null, now: null }
export const ChannelRecordingPatch = ChannelRecording.pick({ mode: true, keepDays: true }).partial()
export type ChannelRecordingPatch = z.infer<typeof ChannelRecordingPatch>

/** `GET /recordings`, newest first. */
export const RecordingsQuery = PageQuery.extend({ channel: z.string().max(64).optional(), state: z.enum(recordingStates).optional() })

/** `PATCH /recordings/{id}`. */
export const PatchRecordingBody = z.strictObject({ name: Name.optional(), pinned: z.boolean().optional() })
export type PatchRecordingBody = z.infer<typeof PatchRecordingBody>

const longestMs = 30 * 24 * 3_600_000
const positionMs = z.coerce.number().int().min(0).max(longestMs)
/** `GET /recordings/{id}/download`: milliseconds of the recording. `exact`: from this very frame on; else from the key frame before it. */
export const DownloadRecordingQuery = z.object({
  fromMs: positionMs.optional(),
  toMs: positionMs.optional(),
  exact: z.enum(['true', 'false']).optional(),
})
/** `POST /recordings/{id}/clip` -> Clip. */
export const ClipRecordingBody = z.strictObject({
  name: Name,
  fromMs: z.number().int().min(0).max(longestMs).optional(),
  toMs: z.number().int().min(0).max(longestMs).optional(),
})

/** `GET /recordings/{id}/metadata`: what there is to know of it, for an archive. `atMs` is a place in the recording. */
export const RecordingMetadata = z.object({
  version: z.literal(1),
  recording: Recording,
  /** Without a hole; between two of them something is missing. */
  pieces: z.array(z.object({ atMs: z.number().int(), durationMs: z.number().int(), startedAt: z.iso.datetime() })),
  tracks: z.array(z.object({ name: z.string(), kind: z.enum(['video', 'audio']) })),
  /** What happened on the channel meanwhile that an editor looks for. */
  chapters: z.array(z.object({ atMs: z.number().int(), at: z.iso.datetime(), event: z.string(), title: z.string() })),
  /** The outputs of its broadcast, with their publish success. */
  outputs: z.array(z.object({ outputId: z.string(), name: z.string(), share: z.number().nullable() })),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int(), sha256: z.string() })),
})
export type RecordingMetadata = z.infer<typeof RecordingMetadata>
