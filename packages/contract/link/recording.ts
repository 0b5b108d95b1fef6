import { z } from 'zod'

/** Absent: the channel is not recorded. */
export const RecordingSpec = z.object({
  /** Of this machine's disk: each recording has a folder of its own in it, named by its id. */
  folder: z.string(),
  /** Every broadcast, from its first media on. */
  always: z.boolean(),
  /** The one to write while something is on air: somebody started it, or an earlier process began it in this broadcast. */
  recordingId: z.uuid().optional(),
  /** Somebody stopped the recording of this broadcast: `always` means the next one. */
  isPaused: z.boolean().optional(),
})
export type RecordingSpec = z.infer<typeof RecordingSpec>

/** Why a recording ended. `over`: the show did. */
export const recordingEnds = ['over', 'asked', 'off', 'engine'] as const
export type RecordingEnd = (typeof recordingEnds)[number]

export const recordingProblems = ['RECORDING_DISK_FULL', 'RECORDING_DISK_SLOW', 'RECORDING_WRITE_FAILED', 'RECORDING_WRITER_LOST'] as const
/** Why nothing is written at the moment, though it is asked for. */
export const RecordingProblem = z.object({ code: z.enum(recordingProblems), message: z.string() })
export type RecordingProblem = z.infer<typeof RecordingProblem>

/** The recording under way. `interrupted`: what is on air is not written now; it goes on by itself once it can. */
export const RecordingActual = z.object({
  recordingId: z.string(),
  startedAt: z.iso.datetime(),
  state: z.enum(['recording', 'interrupted']),
  problem: RecordingProblem.nullable(),
})
export type RecordingActual = z.infer<typeof RecordingActual>

/** `lostMs`: programme that was on air since its start and is not in it. Of the disk null until it was looked at. */
export const RecordingStats = z.object({
  recordingId: z.string(),
  durationMs: z.number().int(),
  bytes: z.number().int(),
  lostMs: z.number().int(),
  queuedBytes: z.number().int(),
  diskUsedShare: z.number().nullable(),
  diskFreeBytes: z.number().int().nullable(),
})
export type RecordingStats = z.infer<typeof RecordingStats>
