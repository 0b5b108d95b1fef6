import type { VideoTrack } from '@sluice/codecs/frame'

/** Parameter sets in the order that decoders want them. */
export type ParameterSetKind = 'vps' | 'sps' | 'pps'
export type ParameterSets = { readonly [kind in ParameterSetKind]: readonly Uint8Array[] }

/**
 * Where a NAL unit stands: `prefix` before the first slice (parameter sets, SEI, delimiter), `slice` with a header that tells its
 * picture, `part` with a slice and of the same picture (data partitions, other layers), `suffix` behind the slices.
 */
export type UnitPlace = 'prefix' | 'slice' | 'part' | 'suffix'

/** What demuxers, muxers and the normaliser must know of a codec with NAL units. Units are whole, header included, without start code. */
export type VideoSyntax = {
  readonly codec: VideoTrack['codec']
  readonly isDelimiter: (unit: Uint8Array) => boolean
  /** Null: no parameter set. */
  readonly parameterSet: (unit: Uint8Array) => ParameterSetKind | null
  /** Where the unit that begins with `b[at]` stands in an access unit. */
  readonly place: (b: Uint8Array, at: number) => UnitPlace
  /** A slice of a picture. */
  readonly isSlice: (unit: Uint8Array) => boolean
  /** True when a unit that begins with `b[at]` and the bytes behind can only stand at the start of an access unit. */
  readonly startsAccessUnit: (b: Uint8Array, at: number) => boolean
  /** pic_parameter_set_id of a PPS. */
  readonly ppsId: (unit: Uint8Array) => number
  /** The track that the sets describe. Throws WireError when they can't be read. */
  readonly readTrack: (id: number, sets: ParameterSets) => VideoTrack
  /** A delimiter in the middle of a PES packet parts the fields of one frame, not two frames. Throws WireError. */
  readonly isInterlaced: (sets: ParameterSets) => boolean
  /** The sets of a configuration record, and the bytes of its length fields. Throws WireError. */
  readonly readSets: (config: Uint8Array) => ParameterSets & { readonly lengthBytes: 1 | 2 | 4 }
  /** An access unit delimiter that allows every slice type. */
  readonly delimiter: Uint8Array
}
