import type { Choice } from '../session/attach-hls.ts'

/** One that is disabled is left over from a stream before. */
const isCaption = ({ kind, mode }: TextTrack): boolean => (kind === 'captions' || kind === 'subtitles') && mode !== 'disabled'

const labelOf = ({ label, language }: TextTrack, at: number): string => {
  if (label !== '' && label !== language) return label
  if (language === '') return `Captions ${at + 1}`
  try {
    return new Intl.DisplayNames(undefined, { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

/** Captions of the video, whoever put them there: hls.js makes text tracks of CEA-608 and WebVTT, and browsers of their own HLS. -1 is none. */
export function captionChoices({ textTracks }: HTMLVideoElement): Choice[] {
  const tracks = Array.from(textTracks)
  const own = tracks.flatMap((track, id) =>
    isCaption(track) ? [{ id, label: labelOf(track, id), isChosen: track.mode === 'showing' }] : [],
  )
  if (own.length === 0) return []
  return [{ id: -1, label: 'Off', isChosen: own.every(({ isChosen }) => !isChosen) }, ...own]
}

export function chooseCaption({ textTracks }: HTMLVideoElement, id: number): void {
  for (const [at, track] of Array.from(textTracks).entries()) {
    if (!isCaption(track)) continue
    // A track that is hidden still collects its cues: what is turned on later shows at once.
    track.mode = at === id ? 'showing' : 'hidden'
  }
}

/** The next of the choices, as a key goes through them. */
export function nextCaption(video: HTMLVideoElement): Choice | null {
  const choices = captionChoices(video)
  const at = choices.findIndex(({ isChosen }) => isChosen)
  const next = choices[(at + 1) % choices.length]
  if (next === undefined) return null
  chooseCaption(video, next.id)
  return next
}
