import type { ErrorCode } from '@sluice/base/errors'
import type { AmfObject } from './amf0/index.ts'
import type { EnhancedCapabilities } from './command/enhanced.ts'
import type { MediaKind } from './wire.ts'

/** Why a session's media ended. `local`: we ended it. `message` is one sentence without keys. */
export type RtmpCloseReason = {
  kind: 'unpublish' | 'fin' | 'reset' | 'idle-timeout' | 'wire-error' | 'local'
  code?: ErrorCode
  message: string
}

/** Takes one publisher's media. All calls are synchronous from the socket's read: none may throw or wait. */
export interface RtmpSink {
  /**
   * One message. `timestampMs` is 32 bits, absolute, and wraps. `body` is an FLV tag body, for data the AMF0 values; it is a
   * fresh buffer, the callee's from now on.
   */
  onMessage(kind: MediaKind, timestampMs: number, body: Uint8Array): void
  /** A message beside the media that is broken, or of a kind that nobody takes, was left out; the session goes on. `name` is ours. */
  onLeftOut?(what: 'broken' | 'unknown', name: string): void
  /** After the last message of one socket read: the place to flush. */
  onReadEnd?(): void
  /** Exactly once, after the last message. */
  onClose(reason: RtmpCloseReason): void
}

/** Who wants to publish what. `name` is the stream key: a secret. `query` is the app's query and the name's, joined by `&`. */
export type PublishRequest = {
  app: string
  name: string
  query: string
  tcUrl: string
  remoteAddress: string
  remotePort: number
  /** What the encoder calls itself (connect's flashVer): OBS and ffmpeg say FMLE or Lavf here. */
  encoder: string
  /** Null when the peer names no capability: one of before Enhanced RTMP, but also OBS (2024), which publishes HEVC and AV1 all the same. */
  enhanced: EnhancedCapabilities | null
  /** All of connect's object. */
  extras: AmfObject
}
export type PlayRequest = PublishRequest

/** `bad-key` and `in-use` are told to the encoder as such; `description` goes to it too, so it holds no secret. */
export type PublishVerdict =
  | { accept: true; sink: RtmpSink }
  | { accept: false; code: 'bad-key' | 'in-use' | 'refused'; description: string }
export type PlayVerdict =
  | { accept: true; onReady(player: RtmpPlayer): void }
  | { accept: false; code: 'not-found' | 'refused'; description: string }

/** A viewer or puller that we feed with wire bytes of `writeMediaMessage`. */
export interface RtmpPlayer {
  /** To be passed to `writeMediaMessage`. */
  readonly messageStreamId: number
  readonly enhanced: EnhancedCapabilities | null
  /** Hands bytes to the socket; they may be shared with other players. After the close it does nothing. */
  write(wire: Uint8Array): void
  /** Bytes that the kernel has not taken yet. */
  readonly queuedBytes: number
  /** Says to the player that the stream is over, then closes. */
  close(message: string): void
  /** Set it in `onReady`; called once. */
  onClose: (reason: RtmpCloseReason) => void
}

export type RtmpServerState = 'handshake' | 'connecting' | 'connected' | 'deciding' | 'publishing' | 'playing' | 'closed'

export type RtmpServerStats = {
  readonly state: RtmpServerState
  /** On the clock's monotonic scale. */
  readonly connectedAtMs: number
  readonly bytesReceived: number
  readonly bytesSent: number
}

/** One connection of a client to us. */
export interface RtmpServerSession {
  readonly remoteAddress: string
  readonly stats: RtmpServerStats
  /** Ends it, with `local` as the reason and `message` as its text. */
  close(message: string): void
}

/** Decides who may publish and play. An answer may come later: the connection waits, and nothing is read from it meanwhile. */
export interface RtmpServerHandler {
  onPublish(request: PublishRequest, session: RtmpServerSession): PublishVerdict | Promise<PublishVerdict>
  onPlay(request: PlayRequest, session: RtmpServerSession): PlayVerdict | Promise<PlayVerdict>
  /** Once for every session, after its sink's or player's onClose. */
  onSessionEnd?(session: RtmpServerSession): void
}
