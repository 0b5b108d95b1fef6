import { WireError } from '@sluice/base/errors'
import type { AudioTrack, Codec, Track, VideoTrack } from '@sluice/codecs/frame'
import { readAacTrack } from './aac.ts'
import { readH264Track } from './h264.ts'

type Reader = (id: number, config: Uint8Array) => Track
const readers: { readonly [codec in Codec]?: Reader } = {
  h264: readH264Track,
  aac: readAacTrack,
}

/**
 * Makes the Track that `config` describes; the track keeps `config` itself, so pass bytes that nobody writes to. For every
 * track `readTrack(t.kind, t.id, t.codec, t.config)` gives the same facts again. Throws WireError on a broken record.
 */
export function readTrack(kind: 'video', id: number, codec: Codec, config: Uint8Array): VideoTrack
export function readTrack(kind: 'audio', id: number, codec: Codec, config: Uint8Array): AudioTrack
export function readTrack(kind: Track['kind'], id: number, codec: Codec, config: Uint8Array): Track
export function readTrack(kind: Track['kind'], id: number, codec: Codec, config: Uint8Array): Track {
  const track = readers[codec]?.(id, config)
  if (track?.kind !== kind) throw new WireError('TRACK_CODEC', 0, `${codec} is no ${kind} codec`)
  return track
}
