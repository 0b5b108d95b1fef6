import type { DataTrack } from '@sluice/codecs/frame'

/**
 * A message of timed data beside the media: a cue point, a text, a splice point. Nobody has to decode, cache or splice it: whoever can carry it
 * does so at its place between the frames. Spec: FLV 10.1 §E.5
 */
export type ProgrammeData = {
  readonly track: DataTrack
  /** 90 kHz, on the time of the frames around it. */
  readonly dts: number
  /** What it announces happens so many ticks after `dts`: a splice point. Absent: now. */
  readonly aheadTicks?: number
  /** `amf0`: AMF0 values, the first one the message's name, checked, so that it can be sent on as it is. `scte35`: a whole section. `id3`: whole tags. */
  readonly body: Uint8Array
  /** The publisher asked servers to keep it (`@setDataFrame`, which is not in `body`). */
  readonly isSet: boolean
}

/** More tracks of timed data are carried all the same, but not listed. */
const maxDataTracks = 16

/** The tracks with `track` among them: the same list when it is there already, by id and codec. */
export function withDataTrack(tracks: readonly DataTrack[], track: DataTrack): readonly DataTrack[] {
  const isKnown = tracks.some(({ id, codec }) => id === track.id && codec === track.codec)
  return isKnown || tracks.length >= maxDataTracks ? tracks : [...tracks, track]
}
