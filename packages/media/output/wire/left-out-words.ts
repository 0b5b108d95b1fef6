import type { Track } from '@sluice/codecs/frame'

/** `audio 1 (mp3): its codec`, for each track that `why` gives a reason for. The first of a kind that does not fit is refused, and told there. */
export const describeLeftOut = (tracks: readonly Track[], why: (track: Track) => string | null): string[] =>
  tracks.flatMap((track) => {
    const reason = track.id === 0 ? null : why(track)
    return reason === null ? [] : [`${track.kind} ${track.id} (${track.codec}): ${reason}`]
  })
