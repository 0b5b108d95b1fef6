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
export const SlateFrom = z.discriminatedUnion('type', [
  z.object({ type: z.literal('loop'), file: z.string() }),
  z.object({ type: z.literal('text'), text: z.string() }),
])
export type SlateFrom = z.infer<typeof SlateFrom>

/** One job of the conversion child: the one line on its standard input. `target` is written whole or not at all. */
export const ConvertJob = z.discriminatedUnion('do', [
  /** An upload becomes a loop file: H.264 High up to 1080p30 with closed GOPs of 2 s, AAC 48 kHz stereo. */
  z.object({
    do: z.literal('normalise'),
    file: z.string(),
    type: z.enum(Object.keys(clipTypes) as [ClipType, ...ClipType[]]),
    target: z.string(),
  }),
  z.object({ do: z.literal('slate'), from: SlateFrom, video: SlateVideo, audio: SlateAudio.nullable(), target: z.string() }),
  /** Bars that move, with a tone. */
  z.object({ do: z.literal('test-card'), target: z.string() }),
])
export type ConvertJob = z.infer<typeof ConvertJob>

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
