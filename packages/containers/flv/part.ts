import type { Codec } from '@sluice/base/words'
import type { MediaNote } from '@sluice/codecs/frame'
import type { ExPart, ExParts } from './ex-parts.ts'

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
  /** Nothing to carry on. `counter` and `note` are null for what is known and says nothing (end of sequence). */
  | { readonly type: 'skip'; readonly counter: 'unknownCodecs' | 'unknownPackets' | 'brokenBodies' | null; readonly note: MediaNote | null }

/** All of one shape: what takes them apart reads them for each frame. */
export const mediaPart = (
  type: MediaPart['type'],
  codec: Codec,
  { trackId, offsetNs }: { readonly trackId: number; readonly offsetNs: number },
  { compositionMs, isKeyFlagged, at, end }: Pick<MediaPart, 'compositionMs' | 'isKeyFlagged' | 'at' | 'end'>,
): MediaPart => ({ type, codec, trackId, compositionMs, offsetNs, isKeyFlagged, at, end })

/** Where a classic message stands, which has one track. */
export const classicPlace = { trackId: 0, offsetNs: 0 } as const

type Kind = 'audio' | 'video'
export const unknownCodec = (media: Kind, subject: string): FlvPart => ({
  type: 'skip',
  counter: 'unknownCodecs',
  note: { code: 'codec-not-carried', media, subject },
})
export const unknownPacket = (media: Kind, subject: string): FlvPart => ({
  type: 'skip',
  counter: 'unknownPackets',
  note: { code: 'form-not-carried', media, subject },
})
/** A part of a message that ends within its own header; the other parts are good. */
export const brokenPart = (media: Kind, subject: string): FlvPart => ({
  type: 'skip',
  counter: 'brokenBodies',
  note: { code: 'broken-left-out', media, subject },
})
/** Told and not media: a command frame of an on-demand server. */
export const notMedia = (subject: string): FlvPart => ({
  type: 'skip',
  counter: null,
  note: { code: 'data-not-carried', media: 'data', subject },
})
export const nothingToCarry: FlvPart = { type: 'skip', counter: null, note: null }

/** The tracks of an enhanced message as parts, and what stands behind them that is none. */
export function toParts(media: Kind, { parts, rest }: ExParts, toPart: (ex: ExPart) => FlvPart): FlvPart[] {
  const out = parts.map(toPart)
  if (rest === 'command') out.push(notMedia('video command frame'))
  else if (rest === 'multitrack-type')
    out.push({ type: 'skip', counter: null, note: { code: 'form-not-carried', media, subject: 'unknown multitrack type' } })
  else if (rest === 'broken-track') out.push(brokenPart(media, 'multitrack message that ends within a track'))
  return out
}

/** Signed 24 bits. Spec: FLV 10.1 §E.4.3.1 CompositionTime */
export const readS24 = (b: Uint8Array, at: number): number => ((b[at]! << 24) >> 8) | (b[at + 1]! << 8) | b[at + 2]!
