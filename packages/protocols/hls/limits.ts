/** Bounds on one source. What crosses one of them ends the session, or costs it the one segment. */
export type HlsLimits = {
  /** A day of segments of 2 s with long names is 4 MB; live playlists have some kilobytes. */
  readonly maxPlaylistBytes: number
  /** 10 s at 38 Mbit/s. */
  readonly maxSegmentBytes: number
  /** Init segments have about a kilobyte. */
  readonly maxMapBytes: number
  /** Segments and frames that wait for their time: nothing more is fetched above. */
  readonly maxQueuedBytes: number
  /** An answer may unpack to so many times what came, beyond the first 64 KiB: playlists repeat themselves, a bomb does so a thousandfold. */
  readonly maxUnpackRatio: number
  /** Frames that wait for their time, of all playlists together. */
  readonly maxQueuedFrames: number
  readonly maxRedirects: number
  /** From the request to the headers of its answer, name lookup and TLS included. */
  readonly answerTimeoutMs: number
  /** Between two pieces of an answer. */
  readonly idleTimeoutMs: number
  /** For one whole answer: a server that drips bytes is no source. */
  readonly totalTimeoutMs: number
  /** Playlists, or segments, that fail one after the other before the source is given up. */
  readonly maxMisses: number
}

export const defaultHlsLimits: HlsLimits = {
  maxPlaylistBytes: 4 * 1024 * 1024,
  maxSegmentBytes: 48 * 1024 * 1024,
  maxMapBytes: 1024 * 1024,
  maxQueuedBytes: 64 * 1024 * 1024,
  maxQueuedFrames: 200_000,
  maxUnpackRatio: 100,
  maxRedirects: 5,
  answerTimeoutMs: 8_000,
  idleTimeoutMs: 8_000,
  totalTimeoutMs: 30_000,
  maxMisses: 4,
}
