import { z } from 'zod'
import { maxOverlays, RungAudio, RungOverlay, RungVideo, rungFits } from '../link/index.ts'
import { Name, visibleText } from '../text/index.ts'

/** What a rung that is given neither shall have: key frames every 2 s, as platforms ask, and AAC at 128 kbps. */
const usualGopMs = 2000
const { codec, height, bitrateKbps, gopMs, hdr } = RungVideo.shape

const videoWish = z.object({
  codec,
  height,
  width: RungVideo.shape.width.optional(),
  fps: z.number().min(1).max(60).optional(),
  bitrateKbps,
  gopMs: gopMs.default(usualGopMs),
  fit: z.enum(rungFits).optional(),
  cropAt: z.number().min(0).max(1).optional(),
  /** Logos and other pictures of the workspace over it, from the lowest to the topmost. */
  overlays: z.array(RungOverlay).max(maxOverlays).optional(),
  /** The picture stays HDR, in 10 bits and BT.2020 with this transfer; SDR is brought up to it. Absent: HDR becomes SDR. */
  hdr,
})
/** H.264 in 10 bits plays nowhere, and overlays are drawn in 8 bits. */
const hdrCodecs = { message: 'HDR needs H.265 or AV1: set `codec` to h265 or av1', path: ['hdr'] }
const hdrOverlays = { message: 'a rung in HDR has no overlays: leave out `overlays` or `hdr`', path: ['hdr'] }
type HdrWish = Pick<z.infer<typeof videoWish>, 'codec' | 'hdr'> & { readonly overlays?: readonly unknown[] | undefined }
const hasHdrCodec = (wish: HdrWish): boolean => wish.hdr === undefined || wish.codec !== 'h264'
const hasPlainHdr = (wish: HdrWish): boolean => wish.hdr === undefined || (wish.overlays ?? []).length === 0

/**
 * The picture that a rung is asked to have. Without `width` it follows the shape of the source, without `fps` its frame rate, up to 60.
 * `fps` 29.97 means 30000/1001. `fit` says what happens to a source of another shape.
 */
export const RungVideoWish = videoWish.refine(hasHdrCodec, hdrCodecs).refine(hasPlainHdr, hdrOverlays)
export type RungVideoWish = z.infer<typeof RungVideoWish>

/** The sound that a rung is asked to have: 48 kHz stereo of the first audio track, unless told otherwise. */
export const RungAudioWish = z.object({
  codec: RungAudio.shape.codec,
  bitrateKbps: RungAudio.shape.bitrateKbps,
  channels: RungAudio.shape.channels.optional(),
  track: z.number().int().min(0).max(15).optional(),
  gainDb: z.number().min(-60).max(20).optional(),
})
export type RungAudioWish = z.infer<typeof RungAudioWish>

/** What an encoding is asked to be. `null`: the source's own picture or sound passes through; not both. */
export type RungWish = { readonly video: RungVideoWish | null; readonly audio: RungAudioWish | null }

const usualAudio: RungAudioWish = { codec: 'aac', bitrateKbps: 128 }
const isEncoding = ({ video, audio }: RungWish): boolean => video !== null || audio !== null
const bothNull = { message: 'a rung encodes the picture, the sound or both: `video` and `audio` cannot both be null', path: ['video'] }
const wish = { video: RungVideoWish.nullable(), audio: RungAudioWish.nullable().default(usualAudio) }

/** One encoding of a channel's programme. Outputs name it by its id. */
export const Rung = z.object({
  id: z.string(),
  channelId: z.string(),
  name: z.string(),
  video: RungVideoWish.nullable(),
  audio: RungAudioWish.nullable(),
  /** Outputs that name it. It can't be deleted while there are any. */
  outputs: z.array(z.string()),
  createdAt: z.iso.datetime(),
})
export type Rung = z.infer<typeof Rung>

export const CreateRungBody = z.object({ name: Name, ...wish }).refine(isEncoding, bothNull)
export type CreateRungBody = z.input<typeof CreateRungBody>

/** `video` and `audio` replace what was there whole. */
export const PatchRungBody = z.object({
  name: Name.optional(),
  video: RungVideoWish.nullable().optional(),
  audio: RungAudioWish.nullable().optional(),
})
export type PatchRungBody = z.input<typeof PatchRungBody>

/** A form for new rungs: one that Sluice ships, or one of the workspace's own. */
export const RungTemplate = z.object({
  id: z.string(),
  name: z.string(),
  /** What it is for, in one sentence. */
  note: z.string(),
  isShipped: z.boolean(),
  video: RungVideoWish.nullable(),
  audio: RungAudioWish.nullable(),
})
export type RungTemplate = z.infer<typeof RungTemplate>

/** A template of the workspace's own. Overlays are not part of it: a picture belongs to the rung that shows it. */
export const CreateRungTemplateBody = z
  .object({
    name: Name,
    note: visibleText({ min: 0, max: 300 }).default(''),
    ...wish,
    video: videoWish.omit({ overlays: true }).refine(hasHdrCodec, hdrCodecs).nullable(),
  })
  .refine(isEncoding, bothNull)
export type CreateRungTemplateBody = z.input<typeof CreateRungTemplateBody>

/** What an output takes: what fits it best, the programme as it came in, or the rung of that id. */
export const OutputRung = z
  .string()
  .max(64)
  .regex(/^[\w-]+$/, 'auto, source or the id of a rung')

/**
 * What the player gets beside the source. `off`: nothing. `auto`: 1080p, 720p, 480p and 360p, as far as they are below the source and fit on the machine. A list:
 * ids of rungs of the channel and of templates.
 */
export const PlaybackLadder = z.union([
  z.enum(['off', 'auto']),
  z
    .array(OutputRung)
    .min(1)
    .max(8)
    .refine((ids) => new Set(ids).size === ids.length, 'a rung is named twice'),
])
export type PlaybackLadder = z.infer<typeof PlaybackLadder>

/** `PUT /channels/{id}/ladder`, answered with the plan that follows. */
export const LadderBody = z.object({ ladder: PlaybackLadder })
export type LadderBody = z.infer<typeof LadderBody>

/** `low`: nothing is gathered on the way out, and the key frames of its rung are 1 s apart. */
export const latencyModes = ['standard', 'low'] as const
export type LatencyMode = (typeof latencyModes)[number]
