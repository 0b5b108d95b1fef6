/** How a destination treats its publishers. Times count from the accepted publish, or from the connection where none is accepted. */
export type SinkBehaviour =
  /** Takes everything. */
  | { readonly type: 'accept' }
  /** Accepts the connection and never says a word. */
  | { readonly type: 'mute' }
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
  /** Reads everything and never sends an Acknowledgement. */
  | { readonly type: 'never-acknowledge' }
  /** Reads each byte so much later. */
  | { readonly type: 'late'; readonly latencyMs: number }
