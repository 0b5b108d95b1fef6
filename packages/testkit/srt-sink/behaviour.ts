/** How an SRT destination treats its callers. Times count from the accepted connection. */
export type SrtSinkBehaviour =
  /** Takes everything. */
  | { readonly type: 'accept' }
  /** Hears its callers and never answers, as nobody at all would. */
  | { readonly type: 'silent' }
  /** Answers each packet with noise. */
  | { readonly type: 'garbage' }
  /** Refuses with this code, as libsrt prints it: 1..17, 1000..2999. */
  | { readonly type: 'reject'; readonly code: number }
  /** Takes everything and acknowledges nothing. */
  | { readonly type: 'never-acknowledge' }
  /** Takes no more media after so long, but keeps the connection alive. */
  | { readonly type: 'stall'; readonly afterMs: number }
  /** Neither hears nor answers after so long: a cable that was pulled. */
  | { readonly type: 'vanish'; readonly afterMs: number }
  /** Ends the connection in good order after so long. */
  | { readonly type: 'close'; readonly afterMs: number }
  /** Hears each packet, and answers, so much later: half of the round trip that it adds. */
  | { readonly type: 'late'; readonly latencyMs: number }
