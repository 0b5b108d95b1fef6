import type { CuesParsedData, NonNativeTextTrack } from 'hls.js'

/** What is needed of hls.js to have subtitles of the playlist loaded: -1 is none. */
type Subtitles = { subtitleTrack: number }
type Made = { readonly track: TextTrack; readonly subtitleId: number | null }

/** Cues are kept for as long behind the picture as media is. */
const keepBehindS = 30

/**
 * Puts captions (CEA-608) and subtitles (WebVTT) that hls.js finds into text tracks of the video. hls.js would do so itself, but shows no
 * captions of muxed segments (1.7.4 waits for a buffer named `video`), and hangs them on `data:` addresses, which the policies of pages refuse.
 */
export class TextTracks {
  readonly #video: HTMLVideoElement
  readonly #hls: Subtitles
  readonly #closing = new AbortController()
  /** By hls.js' name. */
  // bound: four of CEA-608, and one a subtitle rendition of the playlist
  readonly #made = new Map<string, Made>()

  constructor(video: HTMLVideoElement, hls: Subtitles) {
    this.#video = video
    this.#hls = hls
    video.textTracks.addEventListener('change', () => this.#load(), { signal: this.#closing.signal })
  }

  found(tracks: readonly NonNativeTextTrack[]): void {
    for (const [at, { _id: name, label, kind, default: isDefault, subtitleTrack }] of tracks.entries()) {
      const key = name ?? (isDefault ? 'default' : `subtitles${at}`)
      if (this.#made.has(key)) continue
      const own = kind === 'captions' ? 'captions' : 'subtitles'
      const track = this.#unused(label, own) ?? this.#video.addTextTrack(own, label, subtitleTrack?.lang ?? '')
      track.mode = 'hidden'
      this.#made.set(key, { track, subtitleId: subtitleTrack === undefined ? null : at })
    }
  }

  parsed({ track: name, cues }: CuesParsedData): void {
    const track = this.#made.get(name)?.track
    if (track === undefined) return
    for (const cue of Array.from(track.cues ?? [])) if (cue.endTime < this.#video.currentTime - keepBehindS) track.removeCue(cue)
    for (const cue of cues as VTTCue[]) if (cue.id === '' || track.cues?.getCueById(cue.id) == null) track.addCue(cue)
  }

  /** A video keeps its tracks for good: they are emptied, and used again. */
  close(): void {
    this.#closing.abort()
    for (const { track } of this.#made.values()) {
      for (const cue of Array.from(track.cues ?? [])) track.removeCue(cue)
      track.mode = 'disabled'
    }
    this.#made.clear()
  }

  #unused(label: string, kind: TextTrackKind): TextTrack | undefined {
    const used = new Set([...this.#made.values()].map(({ track }) => track))
    return Array.from(this.#video.textTracks).find((track) => track.label === label && track.kind === kind && !used.has(track))
  }

  /** What nobody sees is not fetched. */
  #load(): void {
    const shown = [...this.#made.values()].find(({ track, subtitleId }) => subtitleId !== null && track.mode === 'showing')
    this.#hls.subtitleTrack = shown?.subtitleId ?? -1
  }
}
