import { inputRoles, outputStates, sourceNames, switchCauses } from '@sluice/base/words'
import { z } from 'zod'
import { InputRole } from './input-role.ts'

/** Milliseconds of the triggers that need a decoder: what may be set, and what to start with. 0 switches one off. */
export const pictureTriggerRanges = {
  blackMs: { min: 1000, max: 60_000, usual: 4000 },
  freezeMs: { min: 4000, max: 300_000, usual: 10_000 },
  silenceMs: { min: 2000, max: 300_000, usual: 10_000 },
} as const

const offOr = ({ min, max }: { min: number; max: number }) =>
  z
    .number()
    .int()
    .refine((ms) => ms === 0 || (ms >= min && ms <= max), { message: `expected 0 (off) or ${min} to ${max} milliseconds` })

/** Which faults of an input's media count as its loss, besides a close and silence. All off is the default. */
export const ContentTriggers = z.object({
  /** No key frame for two of its usual GOPs. */
  noKeyFrame: z.boolean(),
  /** The bitrate of four seconds is under this share of the running mean; 0: not looked at. */
  bitrateShare: z.number().min(0).max(0.9),
  /** Frames come, their time stamps do not go on. */
  timeStall: z.boolean(),
  /** Video comes, the audio that was there does not. */
  audioLoss: z.boolean(),
  /** The picture is black for so many milliseconds; 0 or absent: not looked at. Judged at key frames, and so are frozen pictures. */
  blackMs: offOr(pictureTriggerRanges.blackMs).optional(),
  /** The picture stands still. A slide of a presentation does too. */
  freezeMs: offOr(pictureTriggerRanges.freezeMs).optional(),
  /** Audio comes, there is nothing to hear in it. */
  silenceMs: offOr(pictureTriggerRanges.silenceMs).optional(),
})
export type ContentTriggers = z.infer<typeof ContentTriggers>

/** `auto`, or the input that is pinned. */
export const SourceLock = z.enum(['auto', ...inputRoles])
export type SourceLock = z.infer<typeof SourceLock>

/** How a channel picks its source. Absent: no slate, GOPs of up to 5 s are clean, no content triggers. */
export const SourcePolicy = z.object({
  lock: SourceLock,
  triggerMs: z.number().int(),
  holdMs: z.number().int(),
  /** Longest time that a still picture and silence stand in when no input is left. */
  slateMs: z.number().int().optional(),
  /** A prepared loop in the programme's parameters (FLV on this machine's disk); absent, or where it does not fit: the last picture. */
  slate: z.object({ key: z.string(), file: z.string() }).optional(),
  maxGopMs: z.number().int().optional(),
  triggers: ContentTriggers.optional(),
})
export type SourcePolicy = z.infer<typeof SourcePolicy>

/** The same on a shadow: a channel with the same rules and no outputs, whose inputs play `clipFile`, a loop file on this machine's disk. */
export const ShadowOrder = z.object({
  do: z.literal('rehearse-shadow'),
  rehearsalId: z.string(),
  cutMs: z.number().int(),
  limitMs: z.number().int(),
  clipFile: z.string(),
})
export type ShadowOrder = z.infer<typeof ShadowOrder>

/** What an engine is asked to do at once with a channel's source; nothing of it is kept. */
export const SourceCommand = z.discriminatedUnion('do', [
  z.object({ do: z.literal('take'), role: InputRole }),
  /** Leaves out the primary's media for `cutMs` and judges the switch: pass when another source is on the air within `limitMs`. */
  z.object({ do: z.literal('rehearse'), rehearsalId: z.string(), cutMs: z.number().int(), limitMs: z.number().int() }),
  ShadowOrder,
  /** Keeps the slate on the air, and the outputs that show it, for so much longer. */
  z.object({ do: z.literal('hold-slate'), forMs: z.number().int() }),
])
export type SourceCommand = z.infer<typeof SourceCommand>

const conformityFields = ['video', 'audio', 'videoCodec', 'profile', 'size', 'fps', 'gop', 'audioCodec', 'sampleRate', 'channels'] as const

/** Where a backup differs from the primary. `breaks`: outputs that do not take the other codec or track would fail at a switch. */
export const ConformityDifference = z.object({
  field: z.enum(conformityFields),
  primary: z.string(),
  backup: z.string(),
  effect: z.enum(['breaks', 'seen', 'none']),
})
export type ConformityDifference = z.infer<typeof ConformityDifference>

/** One backup held against the primary, each second while both give media. */
export const Conformity = z.object({
  state: z.enum(['unknown', 'alike', 'differs']),
  differences: z.array(ConformityDifference),
  /** Since when the verdict is this one; null for `unknown`. */
  since: z.iso.datetime().nullable(),
  /** When both were last seen side by side; null while they are right now. */
  lastComparedAt: z.iso.datetime().nullable(),
})
export type Conformity = z.infer<typeof Conformity>

/** `data` of `source.switched`. Times as measured by the engine; null where there was nothing to measure. */
export const SwitchFigures = z.object({
  switchId: z.string(),
  from: z.enum(sourceNames),
  to: z.enum(sourceNames),
  cause: z.enum(switchCauses),
  /** Last packet of the source before. */
  lastPacketAt: z.iso.datetime().nullable(),
  detectedAt: z.iso.datetime(),
  activatedAt: z.iso.datetime().nullable(),
  /** The first frame of the new source was handed to all outputs. */
  firstFrameAt: z.iso.datetime().nullable(),
  /** Last packet to detection. */
  silenceMs: z.number().nullable(),
  /** Last packet to first frame: what viewers may notice. */
  activationMs: z.number().nullable(),
  /** Detection to first frame: Sluice's own share. */
  reactionMs: z.number().nullable(),
  /** Frames of video that were due between last packet and first frame. */
  framesLost: z.number().int().nullable(),
  triggerMs: z.number().int(),
})
export type SwitchFigures = z.infer<typeof SwitchFigures>

/** What a switch did to one output within the seconds after it. */
export const SwitchEffect = z.object({
  outputId: z.string(),
  state: z.enum(outputStates),
  reconnects: z.number().int(),
  framesDropped: z.number().int(),
})
export type SwitchEffect = z.infer<typeof SwitchEffect>

/** `data` of `source.settled`. */
export const SettledFigures = z.object({ switchId: z.string(), outputs: z.array(SwitchEffect) })
export type SettledFigures = z.infer<typeof SettledFigures>

/** `data` of `rehearsal.finished`. */
export const RehearsalResult = z.object({
  rehearsalId: z.string(),
  passed: z.boolean(),
  /** Cut to the first frame of another input; null when none took over. */
  activationMs: z.number().nullable(),
  limitMs: z.number().int(),
  cutMs: z.number().int(),
  /** Where the programme was at the end. */
  source: z.enum(sourceNames),
  reconnects: z.number().int(),
  message: z.string(),
  /** Absent: on the live channel. */
  on: z.enum(['live', 'shadow']).optional(),
})
export type RehearsalResult = z.infer<typeof RehearsalResult>
