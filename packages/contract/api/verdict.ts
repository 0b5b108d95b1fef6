import { z } from 'zod'

/** What a verdict is about: the media of an input, the line it comes in by or goes out on, an output, the player page. */
export const verdictSubjects = ['source', 'line', 'output', 'playback'] as const
export const VerdictSubject = z.enum(verdictSubjects)
export type VerdictSubject = z.infer<typeof VerdictSubject>

/** `warn`: it works, and not as it should. `bad`: viewers or destinations lose something now. */
export const verdictLevels = ['ok', 'warn', 'bad'] as const
export const VerdictLevel = z.enum(verdictLevels)
export type VerdictLevel = z.infer<typeof VerdictLevel>

/** Everything that is judged, by subject. Limits, units and reasons: packages/judge/limits.ts. Sentences: packages/judge/words.ts. */
export const verdictCodes = [
  // The media of an input.
  'no-video',
  'no-audio',
  'picture-black',
  'picture-frozen',
  'sound-silent',
  'notice',
  'bitrate-drop',
  'pace',
  'frame-rate',
  'keyframe-distance',
  'clock-jump',
  'audio-mapping',
  'keyframe-irregular',
  'keyframe-burst',
  'bitrate-over',
  'bitrate-low',
  'bitrate-high',
  'video-codec',
  'audio-codec',
  'audio-low',
  'audio-high',
  // A line, in or out.
  'gap',
  'drop',
  'loss',
  'rtt',
  'headroom',
  'contribution',
  // An output.
  'output-down',
  'output-unknown',
  'connect-slow',
  'handover-failed',
  'queue',
  'target-under',
  'limit-over',
  'output-unseen',
  // The player page.
  'playlist-late',
  'segment-late',
  'join-late',
  'probe-failed',
  'probe-missing',
  'player-late',
  'not-playable',
] as const
export const VerdictCode = z.enum(verdictCodes)
export type VerdictCode = z.infer<typeof VerdictCode>

/** Recommendations that a source does not follow, and no faults: a show with nothing else is a healthy one. */
export const adviceCodes: readonly VerdictCode[] = [
  'keyframe-irregular',
  'keyframe-burst',
  'bitrate-over',
  'bitrate-low',
  'bitrate-high',
  'video-codec',
  'audio-codec',
  'audio-low',
  'audio-high',
  'not-playable',
]

/**
 * One thing that is not as it should be. `figures` are what it was judged by, each with its unit in its name; `sentence` says what happens
 * and what it means for the show, `tryFirst` what to do first.
 */
export const Verdict = z.object({
  subject: VerdictSubject,
  code: VerdictCode,
  level: VerdictLevel,
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  sentence: z.string(),
  tryFirst: z.string().nullable(),
})
export type Verdict = z.infer<typeof Verdict>
