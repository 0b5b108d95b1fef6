import { desiredStates } from '@sluice/base/words'
import { z } from 'zod'
import { OutputClass, RetryPolicy } from '../policy/index.ts'
import { SourceCommand, SourcePolicy } from './failover.ts'
import { InputRole } from './input-role.ts'
import { ProbeRequest } from './probe.ts'
import { RecordingSpec } from './recording.ts'
import { BundleSpec, RungSpec } from './rung.ts'

/** The longest that an output may be delayed. */
export const maxOutputDelayMs = 60_000
/** What an engine keeps of one rung for the outputs that take it later. A delay that needs more is refused; one that comes to need more is shortened. */
export const maxDelayBytes = 128 * 1024 * 1024

/**
 * One way into a channel. Its role may change while it has a session. The engine knows keys as SHA-256 in lower-case hex, never as they are.
 */
export const InputSpec = z.object({
  inputId: z.string(),
  role: InputRole,
  enabled: z.boolean(),
  /** Stays connected and measured, and is never picked. Absent: false. */
  isInMaintenance: z.boolean().optional(),
  keyHash: z.string(),
  /** `port`: a UDP port for this input alone, where an encoder needs no stream id. */
  srt: z.object({ passphrase: z.string().nullable(), latencyMs: z.number().int(), port: z.number().int().optional() }),
  /** The engine calls this address (srt, rtmp, rtmps; http and https for HLS) and takes what comes; secrets stand in it. Absent: encoders call. */
  pull: z.object({ url: z.string() }).optional(),
  /** The engine plays this loop file (FLV on this machine's disk) round and round. Not beside `pull`. */
  clip: z.object({ file: z.string() }).optional(),
})
export type InputSpec = z.infer<typeof InputSpec>

/** One output as it should be. `generation` rises when the operator asks for a fresh start (rearm, restart). */
export const OutputSpec = z.object({
  outputId: z.string(),
  name: z.string(),
  desired: z.enum(desiredStates),
  generation: z.number().int(),
  /** `rtmp://host[:port]/app`, `rtmps://...` or `srt://host:port?...`, without the key. */
  url: z.string(),
  /** As the platform gave it, byte for byte; the link is the only place where it travels in the clear. */
  streamKey: z.string(),
  /** Rises with each change of address or key: by it control knows where the media goes. */
  placeNo: z.number().int().optional(),
  class: OutputClass,
  priority: z.number().int(),
  /** `rungId` of the encoding that goes there. `source` is the programme as it came in. Absent: source. */
  rung: z.string().default('source'),
  /** Never gathered with others on its way out. Absent: as its class has it. */
  isLowLatency: z.boolean().optional(),
  /** So much later than the programme. Absent: 0. */
  delayMs: z.number().int().min(0).max(maxOutputDelayMs).optional(),
  /** Of several audio tracks this one alone, as the first; the first one while the programme does not have it. Absent: all that the wire carries. */
  audioTrack: z.number().int().min(0).max(15).optional(),
  /** Over RTMP: the far end has asked for several video tracks, whatever it says of itself. Absent: it has not. */
  isMultitrack: z.boolean().optional(),
  tlsVerify: z.boolean(),
  retry: RetryPolicy,
  autoDisable: z.object({ failures: z.number().int(), windowMs: z.number().int() }).nullable(),
  queueMs: z.number().int(),
  keepSessionMs: z.number().int(),
})
export type OutputSpec = z.infer<typeof OutputSpec>

/** The whole desired state of one channel. The engine makes the smallest change that gets there. */
export const ChannelSpec = z.object({
  channelId: z.string(),
  revision: z.number().int(),
  name: z.string(),
  inputs: z.array(InputSpec),
  source: SourcePolicy,
  outputs: z.array(OutputSpec),
  /** Encoded rungs, all that some output or player takes. Absent: none. */
  rungs: z.array(RungSpec).max(64).optional(),
  /** Where the pictures lie that rungs name as overlays: PNG files on this machine's disk. Absent: none. */
  pictures: z
    .array(z.object({ pictureId: z.string(), file: z.string() }))
    .max(256)
    .optional(),
  /** Absent: every output takes one rung. */
  bundles: z.array(BundleSpec).max(32).optional(),
  /** SHA-256 of tokens that may pull the programme over RTMP play, besides the stream keys themselves. */
  playTokenHashes: z.array(z.string()),
  /** `partMs`: what a part of a segment lasts; absent: 500. `sounds`: what the operator says of audio tracks; absent: nothing. */
  hls: z.object({
    segmentMs: z.number().int(),
    windowSegments: z.number().int(),
    partMs: z.number().int().optional(),
    sounds: z
      .array(z.object({ track: z.number().int(), language: z.string().optional(), name: z.string().optional() }))
      .max(16)
      .optional(),
  }),
  /** What the player gets: ids of `rungs`, `source` for the programme as it came in, best first. Absent: the source alone. */
  playbackRungs: z.array(z.string()).min(1).max(9).optional(),
  /**
   * An operator ended the show: nothing is on the air and every output stays closed until an encoder that was stopped comes again, or until
   * this is absent. `no`: another one for each end. `by`: whose word it was.
   */
  ended: z.object({ no: z.number().int(), by: z.string() }).optional(),
  recording: RecordingSpec.optional(),
})
export type ChannelSpec = z.infer<typeof ChannelSpec>

/** Which engine owns which channel, and which key opens it: known to all engines, so that a publisher may land on any. */
export const Directory = z.object({
  engines: z.array(z.object({ engineId: z.string(), relayPath: z.string() })),
  channels: z.array(
    z.object({
      channelId: z.string(),
      engineId: z.string(),
      keyHashes: z.array(z.string()),
      playTokenHashes: z.array(z.string()),
      /** SHA-256 of the names under which HLS is served: to viewers, and to the console, whose preview counts as no viewer. */
      playback: z.object({ playIdHash: z.string(), previewIdHash: z.string() }).optional(),
      /** What an SRT caller is offered, on whichever engine it lands. */
      srt: z.array(z.object({ keyHash: z.string(), passphrase: z.string().nullable(), latencyMs: z.number().int() })).default([]),
    }),
  ),
})
export type Directory = z.infer<typeof Directory>

/** Messages from control to an engine. */
export const ToEngine = z.discriminatedUnion('type', [
  /** First, after the engine's hello. `afterSeq`: the last event control has stored of this engine's run, -1 for none. */
  z.object({ type: z.literal('welcome'), linkVersion: z.number().int(), afterSeq: z.number().int(), allowPrivateTargets: z.boolean() }),
  z.object({ type: z.literal('directory'), directory: Directory }),
  z.object({ type: z.literal('channel'), spec: ChannelSpec }),
  /** The full list of channels that this engine carries: it ends what is not on it. */
  z.object({ type: z.literal('sync'), channelIds: z.array(z.string()) }),
  /** Answered by `probe.result`. */
  ProbeRequest.extend({ type: z.literal('probe') }),
  /** Answered by `thumbnail.result`. To engines whose hello says that they draw. */
  z.object({ type: z.literal('thumbnail'), requestId: z.string(), channelId: z.string() }),
  z.object({ type: z.literal('source'), channelId: z.string(), command: SourceCommand }),
  /** Measures what encoding costs here, in a child of its own. Answered by `calibrated`; never while an earlier one runs. */
  z.object({ type: z.literal('calibrate') }),
  /** Answered by `marked` once all that was sent before it holds. */
  z.object({ type: z.literal('mark'), mark: z.number().int() }),
  /** End all sessions in good order and leave the process. */
  z.object({ type: z.literal('shutdown') }),
])
export type ToEngine = z.infer<typeof ToEngine>
