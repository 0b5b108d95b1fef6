/** How a destination treats its publishers. Times count from the accepted publish, or from the connection where none is accepted. */
export type SinkBehaviour =
  /** Takes everything. */
  | { readonly type: 'accept' }
  /** Accepts the connection and never says a word. */
  | { readonly type: 'mute' }
  /** Closes in good order as soon as somebody connects. */
  | { readonly type: 'hang-up' }
  /** Cuts by RST: as soon as somebody connects, or at the first byte of the handshake. */
  | { readonly type: 'reset-at'; readonly stage: 'connect' | 'handshake' }
  /** Answers the first bytes with what is no RTMP: an HTTP error, or noise. */
  | { readonly type: 'garbage'; readonly says: 'http' | 'noise' }
  /** A byte of a handshake each second: alive, and never done. */
  | { readonly type: 'drip' }
  /** Refuses the stream key, by a status with words. */
  | { readonly type: 'reject-auth' }
  /** Closes instead of answering the publish. */
  | { readonly type: 'reject-publish' }
  /** Says that somebody publishes under this key already. */
  | { readonly type: 'duplicate' }
  /** Accepts, and reads nothing more after so long. */
  | { readonly type: 'stall'; readonly afterMs: number }
  /** Accepts, and reads no faster than that. */
  | { readonly type: 'slow'; readonly bytesPerSecond: number }
  /** Accepts, and cuts the connection by RST after so long. */
  | { readonly type: 'reset'; readonly afterMs: number }
  /** Accepts, and sends its FIN after so long, but goes on reading. */
  | { readonly type: 'half-close'; readonly afterMs: number }
  /** Accepts, and ends the session in good order after so long, as at the end of a planned event. */
  | { readonly type: 'close'; readonly afterMs: number }
  /** Accepts, and calls the stream key revoked after so long; from then on it refuses it. */
  | { readonly type: 'revoke'; readonly afterMs: number }
  /** Reads everything and never sends an Acknowledgement. */
  | { readonly type: 'never-acknowledge' }
  /** Reads each byte, and answers, so much later: half of the round trip that it adds. */
  | { readonly type: 'late'; readonly latencyMs: number }
