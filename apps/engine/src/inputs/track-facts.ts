import type { Track } from '@sluice/codecs/frame'
import { hdrOf } from '@sluice/codecs/track'
import type { AudioFacts, VideoFacts } from '@sluice/contract/link'

/** What an operator sees of a track of video; null for audio. */
export function videoFacts(track: Track): VideoFacts | null {
  if (track.kind !== 'video') return null
  const { codec, codecString, profile, width, height, fps, isInterlaced } = track
  const hdr = hdrOf(track)
  const facts = { codec, codecString, profile, width, height, declaredFps: fps }
  return { ...facts, ...(hdr === null ? {} : { hdr }), ...(isInterlaced === true ? { isInterlaced } : {}) }
}

/** What an operator sees of a track of audio; null for video. */
export function audioFacts(track: Track): AudioFacts | null {
  if (track.kind !== 'audio') return null
  const { codec, codecString, sampleRate, channels } = track
  return { codec, codecString, sampleRate, channels }
}

/** All that people see of a track, to tell a change. */
export const factsOf = (track: Track): unknown => [track.id, videoFacts(track), audioFacts(track)]

/** `audio 1: aac 48000 Hz 2 ch`, `video 0: h264 1920x1080` */
export function describeTrack(track: Track): string {
  const facts = track.kind === 'video' ? `${track.width}x${track.height}` : `${track.sampleRate} Hz ${track.channels} ch`
  return `${track.kind} ${track.id}: ${track.codec} ${facts}`
}
