import { z } from 'zod'
import { type ClipType, clipTypes } from './limits.ts'

const Rational = z.object({ num: z.number().int().positive(), den: z.number().int().positive() })

/** Codec parameters of a programme's video that a slate must have too. */
export const SlateVideo = z.object({
  codec: z.enum(['h264', 'h265']),
  /** As x264 and x265 name it. */
  profile: z.enum(['baseline', 'main', 'high', 'main10']),
  /** `3.1` */
  level: z.string(),
  width: z.number().int().min(16).max(8192),
  height: z.number().int().min(16).max(8192),
  fps: Rational,
  pixelAspect: Rational,
  maxBps: z.number().int().min(50_000),
})
export type SlateVideo = z.infer<typeof SlateVideo>

/** Codec parameters of a programme's audio; absent where no encoder makes them: silence or nothing is sent then. */
export const SlateAudio = z.object({
  codec: z.enum(['aac', 'opus']),
  sampleRate: z.number().int(),
  channels: z.number().int().min(1).max(2),
})
export type SlateAudio = z.infer<typeof SlateAudio>

/** What a slate shows: a loop file, or a text on a plain card. */
const SlateFrom = z.discriminatedUnion('type', [
  z.object({ type: z.literal('loop') }),
  z.object({ type: z.literal('text'), text: z.string() }),
])

/**
 * What the conversion child is asked for: the one line on its standard input. It names no file: those are open already, as `convertFiles`
 * says, so that the child needs no way to any folder.
 */
export const ConvertTask = z.discriminatedUnion('do', [
  /** An upload becomes a loop file: H.264 High up to 1080p30 with closed GOPs of 2 s, AAC 48 kHz stereo. */
  z.object({ do: z.literal('normalise'), type: z.enum(Object.keys(clipTypes) as [ClipType, ...ClipType[]]) }),
  z.object({ do: z.literal('slate'), from: SlateFrom, video: SlateVideo, audio: SlateAudio.nullable() }),
  /** A picture for web pages: upright, without what the file says besides, within `box`. A JPEG, or a PNG where it may be transparent. */
  z.object({
    do: z.literal('picture'),
    type: z.enum(['image/png', 'image/jpeg', 'image/webp']),
    as: z.enum(['jpeg', 'png']),
    box: z.object({ width: z.number().int().min(16).max(4096), height: z.number().int().min(16).max(4096) }),
  }),
  /** Bars that move, with a tone. */
  z.object({ do: z.literal('test-card') }),
])
export type ConvertTask = z.infer<typeof ConvertTask>

/** A task with its files, as whoever orders it knows them. `target` is written whole or not at all. */
export type ConvertJob =
  | (Extract<ConvertTask, { do: 'normalise' }> & { file: string; target: string })
  | (Omit<Extract<ConvertTask, { do: 'slate' }>, 'from'> & {
      from: { type: 'loop'; file: string } | { type: 'text'; text: string }
      target: string
    })
  | (Extract<ConvertTask, { do: 'picture' }> & { file: string; target: string })
  | (Extract<ConvertTask, { do: 'test-card' }> & { target: string })

/** Descriptors of the child. The source is opened for each of its readers: each has a place of its own in the file. */
export const convertFiles = { target: 3, probe: 4, video: 5, audio: 6 } as const

const LoopFacts = z.object({
  durationMs: z.number().int(),
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  fps: z.number(),
  hasAudio: z.boolean(),
})
/** What a loop file holds. `hasAudio`: sound of its own, not silence that was put in. */
export type LoopFacts = z.infer<typeof LoopFacts>

/** What the child says, a line each; the last one is not `progress`. */
export const ConvertNews = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), share: z.number().min(0).max(1) }),
  z.object({ type: z.literal('done'), facts: LoopFacts }),
  /** The file or the disk is at fault: one sentence for the operator. */
  z.object({ type: z.literal('refused'), code: z.string(), message: z.string() }),
  /** This machine has no codecs for Sluice. */
  z.object({ type: z.literal('unavailable'), message: z.string() }),
])
export type ConvertNews = z.infer<typeof ConvertNews>
