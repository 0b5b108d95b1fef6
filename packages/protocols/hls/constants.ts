/**
 * A live stream is begun so many segments before the end of its playlist: one that plays while the next is made, and one as the reserve.
 * RFC 8216 §6.3.3 asks for three target durations, which is a segment more; a backup is better nearer to the edge.
 */
export const liveStartSegments = 2
/** A live stream that hangs back by so many target durations more than at its start is taken up at its edge again. */
export const maxBehindTargets = 5
/** A playlist that goes back, as of a stale cache, is waited with for so many target durations before it is taken as a new stream. */
export const staleTargets = 3
/** Target durations outside are none that anyone means; they are drawn into it. */
export const targetDurationRangeS = { min: 0.5, max: 60 } as const
/** A playlist of 4 MB takes 50 ms to read: one so long is not loaded oftener than every 2 s, whatever its target duration is. */
export const reloadBytesPerMs = 2000
/** Media that a recording is fetched ahead, milliseconds: at least, and at most. */
export const recordingAheadMs = { min: 4000, max: 30_000 } as const
