import { writeChunkPieces, writeChunks } from './chunk/writer.ts'
import { ChunkStreamId, MessageType, wireChunkBytes } from './constants.ts'

/** What a media message is. Data is onMetaData and its like. */
export type MediaKind = 'audio' | 'video' | 'data'

const typeOf = { audio: MessageType.audio, video: MessageType.video, data: MessageType.dataAmf0 } as const

/**
 * One media message as wire bytes that depend on no connection: any peer that was told chunk size 60000 can take it at any
 * message boundary, so one buffer serves all outputs with the same message stream id, and any message can be left out.
 * `timestampMs` is taken modulo 2^32. The body is all of `parts` in order; one allocation. Spec: RTMP 1.0 §5.3.1, §7.1
 */
export function writeMediaMessage(kind: MediaKind, timestampMs: number, messageStreamId: number, parts: readonly Uint8Array[]): Uint8Array {
  return writeChunks(ChunkStreamId[kind], typeOf[kind], timestampMs, messageStreamId, parts, wireChunkBytes)
}

/** The same message for whoever joins it with others: two pieces, the second of them `payload` itself. One piece where it is longer than a chunk. */
export function writeMediaPieces(
  kind: MediaKind,
  timestampMs: number,
  messageStreamId: number,
  head: Uint8Array,
  payload: Uint8Array,
): readonly Uint8Array[] {
  const pieces = writeChunkPieces(ChunkStreamId[kind], typeOf[kind], timestampMs, messageStreamId, head, payload, wireChunkBytes)
  return pieces ?? [writeMediaMessage(kind, timestampMs, messageStreamId, [head, payload])]
}
