import type { Codec } from '@sluice/codecs/frame'

/** What one track's share of a message is, the same for classic and enhanced messages. */
export type FlvPart = {
  /** `skip`: nothing that Sluice carries, `why` tells what. */
  readonly type: 'config' | 'frame' | 'end' | 'metadata' | 'skip'
  readonly why?: 'unknownCodecs' | 'unknownPackets'
  readonly codec: Codec
  readonly trackId: number
  /** Presentation minus decoding time, signed. */
  readonly compositionMs: number
  /** Nanoseconds to add to the message's timestamp. */
  readonly offsetNs: number
  /** The message calls itself a key frame. */
  readonly isKeyFlagged: boolean
  /** Payload within the body. */
  readonly at: number
  readonly end: number
}

/** Signed 24 bits. Spec: FLV 10.1 §E.4.3.1 CompositionTime */
export const readS24 = (b: Uint8Array, at: number): number => ((b[at]! << 24) >> 8) | (b[at + 1]! << 8) | b[at + 2]!
