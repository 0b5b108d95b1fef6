import { type BusView, maxHistoryBytes } from '@sluice/media/rung'

export type OutputNotice = { readonly code: 'AUDIO_TRACK_MISSING' | 'DELAY_SHORTENED'; readonly message: string }

const none: readonly OutputNotice[] = []

/** What of an output's own sound and delay is not as it was asked for, in plain words. */
export function noticesOf(view: BusView | null): readonly OutputNotice[] {
  if (view === null) return none
  const { wish, delayMs, lacksTrack } = view
  const isShort = delayMs !== null && delayMs < wish.delayMs
  if (!lacksTrack && !isShort) return none
  return [
    ...(lacksTrack
      ? [
          {
            code: 'AUDIO_TRACK_MISSING' as const,
            message: `The source has no audio track ${wish.audioTrack}: the first track is sent until it does. Check the tracks in the encoder.`,
          },
        ]
      : []),
    ...(isShort
      ? [
          {
            code: 'DELAY_SHORTENED' as const,
            message: `The delay is ${(delayMs / 1000).toFixed(0)} s and not ${wish.delayMs / 1000} s: Sluice keeps at most ${maxHistoryBytes / 1024 / 1024} MiB of a rung. Lower the bitrate or the delay.`,
          },
        ]
      : []),
  ]
}
