import { failureKinds } from '@sluice/base/errors'
import { handoverStates, inputProtocols, measuredFaults, outputNeeds, outputStates, sourceNames } from '@sluice/base/words'
import { z } from 'zod'
import { Conformity } from './failover.ts'
import { InputNotice } from './input-notice.ts'
import { InputRole } from './input-role.ts'
import { LineAdvice, LineStats } from './line.ts'
import { PublishSuccess } from './measures.ts'
import { RecordingActual } from './recording.ts'
import { RungActual } from './rung.ts'

export const VideoFacts = z.object({
  codec: z.string(),
  codecString: z.string(),
  profile: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  declaredFps: z.number().nullable(),
  /** By its configuration: HDR10 (`pq`) or HLG. Absent: SDR, or it does not tell. */
  hdr: z.enum(['pq', 'hlg']).optional(),
  /** Its pictures may be fields: encodes take each of them apart. Absent: they are not. */
  isInterlaced: z.literal(true).optional(),
})
export type VideoFacts = z.infer<typeof VideoFacts>

export const AudioFacts = z.object({ codec: z.string(), codecString: z.string(), sampleRate: z.number().int(), channels: z.number().int() })
export type AudioFacts = z.infer<typeof AudioFacts>

/** How an input that calls its source itself gets on. `backoff` waits for `nextTryAt` after a call that failed. */
export const PullActual = z.object({
  state: z.enum(['calling', 'connected', 'backoff']),
  attempts: z.number().int(),
  nextTryAt: z.iso.datetime().nullable(),
})
export type PullActual = z.infer<typeof PullActual>

/** What an input is right now; it changes rarely. */
export const InputActual = z.object({
  inputId: z.string(),
  role: InputRole,
  state: z.enum(['waiting', 'connected', 'receiving']),
  onAir: z.boolean(),
  since: z.iso.datetime(),
  protocol: z.enum(inputProtocols).nullable(),
  remoteAddress: z.string().nullable(),
  encoder: z.string().nullable(),
  video: VideoFacts.nullable(),
  audio: AudioFacts.nullable(),
  /** Tracks beyond the first video and audio, in short (`audio 1: aac 48 kHz stereo`). */
  otherTracks: z.array(z.string()),
  /** Codecs of the timed data that its session has sent: `amf0` for cue points and text data of RTMP, `scte35` and `id3` in MPEG-TS. Absent: none. */
  data: z.array(z.string()).optional(),
  /** Why the last session ended or was refused, in one sentence. */
  lastProblem: z.string().nullable(),
  /** Its own SRT port. `problem`: why it is not open; it is tried again all the time. Absent: it has none. */
  srtPort: z.object({ port: z.number().int(), isOpen: z.boolean(), problem: z.string().nullable() }).optional(),
  /** Absent: encoders come to this input, it calls nobody. */
  pull: PullActual.optional(),
  /** Without gap, loss of a hundredth, overlong GOP or fault since then; null while it gives nothing. `brokenBy`: what last broke it. */
  clean: z.object({ since: z.iso.datetime().nullable(), brokenBy: z.enum(['gap', 'loss', 'gop', 'fault']).nullable() }).optional(),
  /** Held against the primary; absent for the primary itself. */
  conformity: Conformity.optional(),
  /** What of its media is changed, left out or can't be used, in the session under way or, while none is, in the last one. Absent: nothing. */
  notices: z.array(InputNotice).optional(),
})
export type InputActual = z.infer<typeof InputActual>

export const OutputReason = z.object({ kind: z.enum(failureKinds).nullable(), code: z.string(), message: z.string(), hint: z.string() })

/** A live output on its way to another place. */
export const OutputHandover = z.object({
  state: z.enum(handoverStates),
  since: z.iso.datetime(),
  attempts: z.number().int(),
  nextRetryAt: z.iso.datetime().nullable(),
  /** Why it did not get there yet, and what to do first; the old session stays live meanwhile. */
  reason: OutputReason.nullable(),
})
export type OutputHandover = z.infer<typeof OutputHandover>

/** What an output is right now, with its reason in plain words. */
export const OutputActual = z.object({
  outputId: z.string(),
  state: z.enum(outputStates),
  since: z.iso.datetime(),
  generation: z.number().int(),
  /** Why it is not live, or null. `hint` says what to do first. */
  reason: OutputReason.nullable(),
  attempts: z.number().int(),
  nextRetryAt: z.iso.datetime().nullable(),
  /**
   * What it lacks of the source before anything can go out to it: media at all, a key frame to begin with, or a decoder configuration that
   * the encoder does not send; `encoder`: its rung is not encoded now. Null: nothing. `waitingSince`: since when.
   */
  waitingFor: z.enum(outputNeeds).nullable().optional(),
  waitingSince: z.iso.datetime().nullable().optional(),
  /** What of the programme this output's protocol leaves out, in words (`audio 1 (mp3): its codec`). Absent: nothing. */
  leavesOut: z.array(z.string()).optional(),
  /** How far behind the programme its media is on purpose; less than was asked for where that does not fit into memory. Absent: not delayed, or nothing came out yet. */
  delayMs: z.number().int().optional(),
  /** What is not as it was asked for, while media goes out all the same. `AUDIO_TRACK_MISSING`, `DELAY_SHORTENED`. Absent: nothing. */
  notices: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
  /** When the far end first took media in this session. */
  liveSince: z.iso.datetime().nullable(),
  /** `placeNo` of the spec that its session was opened with: which key is in use. Null: no session, or the spec named none. */
  placeNo: z.number().int().nullable().optional(),
  /** Scheme, host and port that its server sent the session on to. Absent: the address of the output itself. */
  sentTo: z.string().optional(),
  /** When its session ends by itself unless an input comes back. Absent: it has none, or an input is on the air. */
  closesAt: z.iso.datetime().optional(),
  /** Absent: it is where it should be. */
  handover: OutputHandover.optional(),
})
export type OutputActual = z.infer<typeof OutputActual>

/** The prepared slate of the spec. `misfit`: the programme has other parameters now; the last picture would be shown, as for `failed`. */
export const SlateActual = z.object({
  key: z.string(),
  state: z.enum(['loading', 'ready', 'misfit', 'failed']),
  problem: z.string().nullable(),
})
export type SlateActual = z.infer<typeof SlateActual>

/**
 * A codec that HLS playback leaves out for everybody or that only some browsers play. `why`: `browsers` do not play it in HLS, only
 * `some-browsers` do, they do not play its channel `layout`, its configuration can't be `packaged`.
 */
export const PlaybackLimit = z.object({
  kind: z.enum(['video', 'audio']),
  codec: z.string(),
  codecString: z.string(),
  why: z.enum(['browsers', 'some-browsers', 'layout', 'packaged']),
})
export type PlaybackLimit = z.infer<typeof PlaybackLimit>

/** `leftOut` is in no segment; `limited` is, and not every browser plays it. */
const PlaybackActual = z.object({
  leftOut: z.array(PlaybackLimit),
  limited: z.array(PlaybackLimit),
  /** Key frames are this far apart, more than a segment may last: segments are cut between them. Absent: they are not. */
  longGopMs: z.number().int().optional(),
})

export const ChannelActual = z.object({
  channelId: z.string(),
  revision: z.number().int(),
  state: z.enum(['idle', 'live']),
  source: z.enum(sourceNames),
  since: z.iso.datetime(),
  inputs: z.array(InputActual),
  outputs: z.array(OutputActual),
  hlsReady: z.boolean(),
  /** Absent: the spec has no encoded rung. */
  rungs: z.array(RungActual).optional(),
  /** Absent: playback holds all that the programme has. */
  playback: PlaybackActual.optional(),
  slate: SlateActual.optional(),
  /** Absent: nothing is recorded. */
  recording: RecordingActual.optional(),
  /** When the slate on the air ends by itself unless an input comes back. Absent: no slate is on air. */
  slateEndsAt: z.iso.datetime().optional(),
  /** The `ended.no` of the spec that does not hold any more: an encoder that was stopped came again. */
  resumedNo: z.number().int().optional(),
  /** When an input of a higher rank has the air back if it stays clean, and which; null when none is on its way back. */
  returnsAt: z.iso.datetime().nullable().optional(),
  returnsTo: InputRole.nullable().optional(),
})
export type ChannelActual = z.infer<typeof ChannelActual>

/** What a decoder sees and hears of an input on which such triggers are on. `picture` and `sound` are null while nothing was measured of late. */
export const ContentMeasures = z.object({
  /** Triggers on what is not measured never act. With `measuring`, a reason means that not all of the input can be decoded. */
  state: z.enum(['measuring', 'starting', 'unavailable']),
  reason: z.string().nullable(),
  picture: z
    .object({
      isBlack: z.boolean(),
      /** Mean, black 0 to white 1. */
      luma: z.number(),
      /** From the first key picture that was black, or alike, to the last one. */
      blackForMs: z.number(),
      frozenForMs: z.number(),
    })
    .nullable(),
  /** dBFS over about half a second; -120 is digital silence. */
  sound: z.object({ rmsDb: z.number(), peakDb: z.number(), silentForMs: z.number() }).nullable(),
  /** What of it counts as a fault now, by the triggers. */
  fault: z.enum(measuredFaults).nullable(),
})
export type ContentMeasures = z.infer<typeof ContentMeasures>

/** Figures of one input over the last second (`...Total` since its session began). */
export const InputStats = z.object({
  inputId: z.string(),
  bitrateBps: z.number(),
  videoBps: z.number(),
  audioBps: z.number(),
  fps: z.number(),
  /** Milliseconds between the last two key frames; null before the second. */
  gopMs: z.number().nullable(),
  /** The shortest and the longest of the last `count` distances between key frames, at most eight; absent before the second key frame. */
  keyframes: z.object({ count: z.number().int(), minMs: z.number(), maxMs: z.number() }).optional(),
  /** Its pictures carried closed captions (CEA-608 or 708) in the last ten seconds. Absent: they did not. */
  hasCaptions: z.literal(true).optional(),
  framesTotal: z.number().int(),
  bytesTotal: z.number().int(),
  /**
   * The session's bits a second as they came over the wire, what is left out included: where `bitrateBps` is 0 and this is not, an encoder
   * sends what Sluice can't carry. Absent where nobody counts them (clips).
   */
  receivedBps: z.number().optional(),
  timestampJumpsTotal: z.number().int(),
  /** Longest silence between two frames in the last second. */
  maxGapMs: z.number(),
  sessionMs: z.number(),
  /** Null for protocols over TCP, which hide what the line loses. */
  line: LineStats.nullable(),
  /** Absent without a line, and until a connection is 10 s old. */
  lineAdvice: LineAdvice.optional(),
  /**
   * Further encodings of the same picture that the encoder sends beside the first track (Enhanced Broadcasting), by track number. Rates are
   * means over the last whole GOPs. `gopMs` null: not known yet. Absent: none.
   */
  renditions: z
    .array(
      z.object({
        track: z.number().int(),
        codec: z.string(),
        width: z.number().int(),
        height: z.number().int(),
        fps: z.number(),
        videoBps: z.number(),
        gopMs: z.number().nullable(),
      }),
    )
    .optional(),
  /** Absent while no trigger on picture or sound is on, and from engines that can't look. */
  content: ContentMeasures.optional(),
})
export type InputStats = z.infer<typeof InputStats>

export const OutputStats = z.object({
  outputId: z.string(),
  bitrateBps: z.number(),
  bytesTotal: z.number().int(),
  /** What the far end says it has received; null when it never said. */
  ackedBytesTotal: z.number().int().nullable(),
  queueBytes: z.number().int(),
  queueMs: z.number(),
  framesDroppedTotal: z.number().int(),
  reconnectsTotal: z.number().int(),
  sessionMs: z.number(),
  line: LineStats.nullable(),
  lineAdvice: LineAdvice.optional(),
  /** Of the present broadcast, or of the last one; absent before the first. */
  publish: PublishSuccess.optional(),
  /** How long the newest byte that the far end has acknowledged was on its way; null until it acknowledges. */
  ackAgeMs: z.number().nullable().optional(),
  /** How long ago it last acknowledged anything; null until it does. */
  lastAckAgoMs: z.number().nullable().optional(),
  /** How far behind the programme its media is on purpose. Absent: not delayed. */
  delayMs: z.number().optional(),
})
export type OutputStats = z.infer<typeof OutputStats>

/**
 * The buffer policy in force, constant under an address. A part should last `partMs` and never over `partTargetMs`; `holdBackMs` is how far behind
 * the newest part players stay, `plainHoldBackMs` those that know no parts. `windowMs`: what the playlist holds.
 */
export const BufferPolicy = z.object({
  partMs: z.number().int(),
  partTargetMs: z.number().int(),
  segmentMs: z.number().int(),
  targetDurationMs: z.number().int(),
  windowMs: z.number().int(),
  holdBackMs: z.number().int(),
  plainHoldBackMs: z.number().int(),
})
export type BufferPolicy = z.infer<typeof BufferPolicy>

export const PlaybackStats = z.object({
  segmentsTotal: z.number().int(),
  lastSegmentMs: z.number(),
  /** Playbacks that asked for the playlist in the last 10 s. */
  viewers: z.number().int(),
  /** Bytes of playlists and segments that were handed to viewers' connections and taken. */
  bytesServedTotal: z.number().int(),
  /** How far behind the newest media players are told to stay: those that know parts. */
  holdBackMs: z.number().optional(),
  buffer: BufferPolicy.optional(),
})
export type PlaybackStats = z.infer<typeof PlaybackStats>
