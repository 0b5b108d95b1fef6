/** What the reader remembers of one chunk stream: the header that later ones are relative to, and the message in progress. */
export type ChunkStream = {
  readonly id: number
  /** Absolute, of the message begun last: 32 bits, wraps. */
  timestampMs: number
  /** What a fmt 3 header that begins a message adds. */
  deltaMs: number
  /** The last full header was fmt 0: `deltaMs` is then its timestamp, which only some writers mean (see reader.ts). */
  isDeltaAbsolute: boolean
  bodyBytes: number
  type: number
  messageStreamId: number
  /** The last header of fmt 0-2 had an extended timestamp, of this value. */
  hasExtended: boolean
  extendedValue: number
  /** The message in progress, or null between messages. */
  body: Uint8Array | null
  filledBytes: number
  /** The message in progress is above the limit: its bytes are passed over, and nothing is held of it. */
  isSkipped: boolean
}

/** A chunk stream before its first header. */
export const makeChunkStream = (id: number): ChunkStream => ({
  id,
  timestampMs: 0,
  deltaMs: 0,
  isDeltaAbsolute: false,
  bodyBytes: 0,
  type: 0,
  messageStreamId: 0,
  hasExtended: false,
  extendedValue: 0,
  body: null,
  filledBytes: 0,
  isSkipped: false,
})
