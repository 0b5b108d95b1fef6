import { z } from 'zod'

/** What the child for recordings is asked for: the one line on its standard input. It reads files that Sluice wrote, and decodes nothing. */
export const RecordingTask = z.discriminatedUnion('do', [
  /** Cuts what is torn, reads every byte against its checksum, and says what there is. */
  z.object({ do: z.literal('finish'), folder: z.string() }),
  /** Writes an MP4 file to its standard output, behind one line that says how long it is. */
  z.object({
    do: z.literal('movie'),
    folder: z.string(),
    fromMs: z.number().int().optional(),
    toMs: z.number().int().optional(),
    isExact: z.boolean(),
  }),
])
export type RecordingTask = z.infer<typeof RecordingTask>

/** What is in a recording. `lostMs`: on air while it ran, and not in it. `damaged`: segments whose bytes are not those that were written. */
export const RecordingFacts = z.object({
  durationMs: z.number().int(),
  bytes: z.number().int(),
  lostMs: z.number().int(),
  damaged: z.number().int(),
  pieces: z.array(z.object({ atMs: z.number().int(), durationMs: z.number().int(), startedAtMs: z.number().int() })),
  tracks: z.array(z.object({ name: z.string(), kind: z.enum(['video', 'audio']) })),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int(), sha256: z.string() })),
})
export type RecordingFacts = z.infer<typeof RecordingFacts>

/** Its first line. `movie`: so many bytes follow. `empty`: there is no media in the window. */
export const RecordingNews = z.discriminatedUnion('type', [
  z.object({ type: z.literal('finished'), facts: RecordingFacts }),
  z.object({ type: z.literal('movie'), bytes: z.number().int(), durationMs: z.number().int() }),
  z.object({ type: z.literal('empty') }),
])
export type RecordingNews = z.infer<typeof RecordingNews>
