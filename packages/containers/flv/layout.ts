import type { AudioTrack, Track } from '@sluice/codecs/frame'

/** `enhanced`: the far end understands Enhanced RTMP. The classic form is used wherever it can say the same. */
export type FlvForm = { readonly enhanced: boolean }

/** How a track's messages are laid out. */
export type FlvLayout = 'classic' | 'enhanced' | 'multitrack'

/** SoundRate of a classic MP3 body. 48 kHz has no number of its own: ffmpeg writes 44.1 kHz, and readers look at the frames. Spec: FLV 10.1 §E.4.2.1 */
export const classicMp3Rates: { readonly [hz: number]: number } = { 11025: 1, 22050: 2, 44100: 3, 48000: 3 }

/** The layout for `track`, or null when `form` has no words for it. Track ids above 255 fit none. */
export function flvLayout(track: Track, form: FlvForm): FlvLayout | null {
  if (track.id === 0 && isClassic(track)) return 'classic'
  if (!form.enhanced || track.id > 255) return null
  return track.id === 0 ? 'enhanced' : 'multitrack'
}

/** True when `form` can carry this track. The classic form: one H.264 track, and AAC, or MP3 at 11025, 22050, 44100 or 48000 Hz. */
export const canCarry = (track: Track, form: FlvForm): boolean => flvLayout(track, form) !== null

function isClassic(track: Track): boolean {
  return track.codec === 'h264' || track.codec === 'aac' || (track.codec === 'mp3' && hasClassicRate(track))
}

const hasClassicRate = (track: AudioTrack): boolean => classicMp3Rates[track.sampleRate] !== undefined
