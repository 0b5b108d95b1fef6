import type { Codec } from '@sluice/codecs/frame'

/** A configuration or a coded frame of one track: `at` to `end` is its payload within the body. */
export type MediaPart = {
  readonly type: 'config' | 'frame'
  readonly codec: Codec
  readonly trackId: number
  /** Presentation minus decoding time, signed. */
  readonly compositionMs: number
  /** Nanoseconds to add to the message's timestamp, 0..999999. */
  readonly offsetNs: number
  /** The message calls itself a key frame. */
  readonly isKeyFlagged: boolean
  readonly at: number
  readonly end: number
}

/** What one track's share of a message is, in one form for classic and enhanced messages. */
export type FlvPart =
  | MediaPart
  | { readonly type: 'metadata'; readonly trackId: number; readonly at: number; readonly end: number }
  /** Nothing to carry on; `counter` is null for what is known and says nothing (end of sequence). */
  | { readonly type: 'skip'; readonly counter: 'unknownCodecs' | 'unknownPackets' | null }

export const unknownCodec: FlvPart = { type: 'skip', counter: 'unknownCodecs' }
export const unknownPacket: FlvPart = { type: 'skip', counter: 'unknownPackets' }
export const nothingToCarry: FlvPart = { type: 'skip', counter: null }

/** Signed 24 bits. Spec: FLV 10.1 §E.4.3.1 CompositionTime */
export const readS24 = (b: Uint8Array, at: number): number => ((b[at]! << 24) >> 8) | (b[at + 1]! << 8) | b[at + 2]!
