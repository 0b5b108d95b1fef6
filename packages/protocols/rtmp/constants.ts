/**
 * RTMP message type ids that Sluice reads or writes. Spec: RTMP 1.0 §5.4, §7.1
 *
 *    chunk on the wire (fmt 0, one-byte basic header):
 *     0               1               2               3
 *    +---+-----------+-----------------------------------------------+
 *    |fmt|   csid    | timestamp (ms; 0xffffff: extended follows)    |
 *    +---+-----------+-------------------------------+---------------+
 *    | message length                                | type id       |
 *    +-----------------------------------------------+---------------+
 *    | message stream id, little-endian                              |
 *    +---------------------------------------------------------------+
 *    | extended timestamp, only if announced                         |
 *    +---------------------------------------------------------------+
 */
export const MessageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  sharedObjectAmf3: 16,
  commandAmf3: 17,
  dataAmf0: 18,
  sharedObjectAmf0: 19,
  commandAmf0: 20,
  aggregate: 22,
} as const
export type MessageType = (typeof MessageType)[keyof typeof MessageType]

/** Chunk stream ids that Sluice writes on: fixed, so that media bytes depend on no connection. 2 is set by the spec (§5.4), 3 is custom. */
export const ChunkStreamId = { control: 2, command: 3, audio: 4, data: 5, video: 6 } as const
export type ChunkStreamId = (typeof ChunkStreamId)[keyof typeof ChunkStreamId]

/** Chunk payload bytes at the start of every connection. Spec: RTMP 1.0 §5.4.1 */
export const defaultChunkBytes = 128

/**
 * Chunk payload bytes of all media that Sluice writes: announced once per connection, so one buffer serves them all. Most messages
 * are one chunk then. SRS writes the same; nginx-rtmp takes up to 10 MiB.
 */
export const wireChunkBytes = 60_000

/** A 24-bit timestamp of this value says that 32 bits follow. Spec: RTMP 1.0 §5.3.1.3 */
export const extendedTimestampMarker = 0xffffff

/** Acknowledgement window that we announce to publishers and that we keep when they announce none: FMS's, and what GStreamer announces. */
export const defaultAckWindowBytes = 2_500_000

/** Where AMF strings of ours say who speaks. FMLE's form, because some ingest servers look for it (Limelight, Akamai). */
export const clientFlashVersion = 'FMLE/3.0 (compatible; Sluice)'
/** What our server calls itself: the FMS version that encoders with version checks know. */
export const serverVersion = 'FMS/3,5,7,7009'
