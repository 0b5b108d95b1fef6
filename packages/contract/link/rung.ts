import { z } from 'zod'

const rungVideoCodecs = ['h264', 'h265', 'av1'] as const
const rungAudioCodecs = ['aac', 'opus'] as const
/** Presets of x264, from the cheapest on. Parameter sets are the same in all of them, so that one may change in mid-show. */
export const rungPresets = ['ultrafast', 'superfast', 'veryfast', 'faster'] as const
/** What is done with a source of another shape: bars, a window that is cut out of it, or the source over a blurred copy of itself. */
export const rungFits = ['fit', 'fill', 'blur'] as const

/** Of a rung in HDR: SMPTE ST 2084 and ARIB STD-B67, each in 10 bits and BT.2020. */
const hdrTransfers = ['pq', 'hlg'] as const
export type HdrTransfer = (typeof hdrTransfers)[number]

/** Rungs faster than this, in frames a second, have a picture of each field of an interlaced source; others of each second one. */
export const fieldRate = 49

/** Overlays that one rung may have. */
export const maxOverlays = 4

/**
 * A picture over the picture. `x`, `y`: where it stands in the room that is left beside it, 0 left or top to 1 right or bottom. `width`: share of the
 * rung's width; its height follows.
 */
export const RungOverlay = z.object({
  pictureId: z.uuid(),
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
  width: z.number().min(0.01).max(1),
  opacity: z.number().min(0).max(1).default(1),
})
export type RungOverlay = z.infer<typeof RungOverlay>

/** Encoders in hardware, by FFmpeg's names for them. */
const hardwareKinds = ['nvenc', 'qsv', 'vaapi'] as const
export type HardwareKind = (typeof hardwareKinds)[number]

const even = (max: number) => z.number().int().min(64).max(max).multipleOf(2)

/** The picture of a rung. Size, frame rate and key frames are exact: whatever comes in, what leaves never changes its parameters. */
export const RungVideo = z.object({
  codec: z.enum(rungVideoCodecs),
  width: even(4096),
  height: even(4096),
  /** Frames a second as a fraction: 30000/1001 for 29.97. */
  fps: z.object({ num: z.number().int().positive(), den: z.number().int().positive() }),
  bitrateKbps: z.number().int().min(100).max(50_000),
  /** Distance of key frames in programme time, the same grid for all rungs of a channel. */
  gopMs: z.number().int().min(500).max(10_000),
  preset: z.enum(rungPresets),
  /** In hardware; absent: by the processor. Where it can't be had the processor encodes instead, from a key frame on. */
  encoder: z.enum(hardwareKinds).optional(),
  fit: z.enum(rungFits).default('fit'),
  /** In HDR with this transfer, whatever the source is: not in H.264, and without overlays. Absent: SDR. */
  hdr: z.enum(hdrTransfers).optional(),
  /** Key frames stand where the source has its own and not on the grid, so that a player changes between the two at any of them. */
  followsSourceKeys: z.boolean().optional(),
  /** Where the window of `fill` stands, 0 left or top to 1 right or bottom. */
  cropAt: z.number().min(0).max(1).default(0.5),
  /** From the lowest to the topmost. Absent: none. */
  overlays: z.array(RungOverlay).max(maxOverlays).optional(),
})
export type RungVideo = z.infer<typeof RungVideo>

/** The sound of a rung: 48 kHz, in mono or stereo. */
export const RungAudio = z.object({
  codec: z.enum(rungAudioCodecs),
  bitrateKbps: z.number().int().min(16).max(512),
  channels: z.union([z.literal(1), z.literal(2)]),
  /** Which audio track of the source, by its number; the first where the source does not have it. */
  track: z.number().int().min(0).max(15).default(0),
  gainDb: z.number().min(-60).max(20).default(0),
})
export type RungAudio = z.infer<typeof RungAudio>

/** One encoding of the programme that a channel has beside its source. `null`: the source's own pictures or sound pass through. Not both. */
export const RungSpec = z.object({
  rungId: z.string(),
  name: z.string(),
  video: RungVideo.nullable(),
  audio: RungAudio.nullable(),
  /**
   * Its pictures are a video track that the input's own encoder made, by number, for as long as the source has such a track of this size.
   * `otherwise`: while it has not, they are encoded here by `video`, or they are the source's. Absent: nothing of the kind.
   */
  from: z.object({ inputTrack: z.number().int().min(1).max(255), otherwise: z.enum(['encode', 'source']) }).optional(),
})
export type RungSpec = z.infer<typeof RungSpec>

/**
 * Several rungs that one output takes in one stream, each as a video track in this order, with the sound of the first. `rungId`: what outputs
 * name it by; it says what its tracks are, so that another set of tracks is another bundle. A track is `source` or a rung of the spec.
 */
export const BundleSpec = z.object({ rungId: z.string(), tracks: z.array(z.string()).min(1).max(10) })
export type BundleSpec = z.infer<typeof BundleSpec>

/**
 * `waiting`: the programme gives nothing to encode. `starting`: its encoder is not ready. `reduced`: it runs with less than was asked for, to
 * keep real time. `off`: it was given up to keep real time. `failed`: its encoder can't be had; it is tried again.
 */
const rungStates = ['waiting', 'starting', 'running', 'reduced', 'off', 'failed'] as const

/** What a rung is right now, and why it is not running as it should. */
export const RungActual = z.object({
  rungId: z.string(),
  state: z.enum(rungStates),
  since: z.iso.datetime(),
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Its pictures are this video track of the input now. Absent: they are encoded here, or the source's. */
  inputTrack: z.number().int().optional(),
})
export type RungActual = z.infer<typeof RungActual>

/**
 * An encoder in hardware that has encoded, in a trial. `maxSessions`: as many as it opened at once, of eight that were tried. `cpuPercent`: of one
 * core, to have 1280x720 at 30 frames a second encoded.
 */
export const HardwareEncoder = z.object({
  kind: z.enum(hardwareKinds),
  codec: z.enum(rungVideoCodecs),
  maxWidth: z.number().int().positive(),
  maxHeight: z.number().int().positive(),
  maxSessions: z.number().int().positive(),
  cpuPercent: z.number().min(0),
})
export type HardwareEncoder = z.infer<typeof HardwareEncoder>
/** One that did not pass. */
export const HardwareRefusal = z.object({ kind: z.enum(hardwareKinds), codec: z.enum(rungVideoCodecs), problem: z.string() })
export type HardwareRefusal = z.infer<typeof HardwareRefusal>

/** Figures of one rung over the last second (`...Total` since it was made). */
export const RungStats = z.object({
  rungId: z.string(),
  fps: z.number(),
  videoBps: z.number(),
  audioBps: z.number(),
  framesTotal: z.number().int(),
  /** Slots that were left out to keep real time, or the bitrate. */
  skippedTotal: z.number().int(),
  /** From the arrival of a source frame to the arrival of the picture made of it, over the last ten seconds; null: none was. */
  latencyMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  /** Of one core, its share of decoding and scaling included; null: not measured yet. */
  cpuPercent: z.number().nullable(),
})
export type RungStats = z.infer<typeof RungStats>

/**
 * What encoding costs on this machine, measured. An encode takes `k[preset] x (megapixels a second) ^ 0.91` percent of a core for content of
 * the calibration's difficulty; `decode` is percent of a core for a second of 1080p30 H.264. `cpu` and `version` tell when to measure anew.
 */
export const Calibration = z.object({
  cpu: z.string(),
  cores: z.number().int().positive(),
  version: z.string(),
  k: z.object({
    ultrafast: z.number().positive(),
    superfast: z.number().positive(),
    veryfast: z.number().positive(),
    faster: z.number().positive(),
  }),
  decode: z.number().positive(),
})
export type Calibration = z.infer<typeof Calibration>
