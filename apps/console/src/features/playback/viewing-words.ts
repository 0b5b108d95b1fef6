import type { Channel } from '@sluice/contract/api'

export type SoundRow = { readonly track: number; readonly language: string; readonly name: string }

/** A row for each audio track: those that the source on the air has, and those that somebody named. One at least. */
export function soundRows({ inputs, source, playback }: Channel): SoundRow[] {
  const onAir = inputs.find(({ role }) => role === source)?.actual
  const count = onAir?.audio == null ? 0 : 1 + onAir.otherTracks.filter((track) => track.startsWith('audio ')).length
  const { sounds } = playback.viewing
  const tracks = new Set([0, ...Array.from({ length: count }, (_, track) => track), ...sounds.map(({ track }) => track)])
  return [...tracks]
    .sort((a, b) => a - b)
    .map((track) => {
      const { language = '', name = '' } = sounds.find((one) => one.track === track) ?? {}
      return { track, language, name }
    })
}
