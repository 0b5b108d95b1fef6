import type { AudioCodec, DataCodec, VideoCodec } from '@sluice/base/words'

/**
 * One elementary video stream. Immutable: a change of configuration in mid-stream is a new object with the same `id`, so
 * that `frame.track !== last` is the whole test for a change.
 */
export type VideoTrack = {
  readonly kind: 'video'
  /** 0 for the only or first of its kind; multitrack inputs count up. Unique per kind within an input. */
  readonly id: number
  readonly codec: VideoCodec
  /** The codec's configuration record as MP4 holds it (avcC, hvcC, av1C, vpcC box payload). */
  readonly config: Uint8Array
  /** RFC 6381 form: `avc1.64001f`. */
  readonly codecString: string
  /** Pixels as shown (cropping applied); 0 when the configuration does not tell. */
  readonly width: number
  readonly height: number
  /** Frames a second as the configuration declares, or null when it does not. */
  readonly fps: number | null
  /** Pictures may be fields, as H.264 says it: frame_mbs_only_flag is 0. Absent: they are not. */
  readonly isInterlaced?: true
  /** As an operator knows it: `High 4.0`. */
  readonly profile: string
}

/** One elementary audio stream. Immutable, like VideoTrack. */
export type AudioTrack = {
  readonly kind: 'audio'
  readonly id: number
  readonly codec: AudioCodec
  /**
   * AudioSpecificConfig, OpusHead (dOps order is the MP4 writer's business), dac3 or dec3 box payload, FLAC metadata blocks from
   * STREAMINFO on, or the four header bytes of an MP3 frame.
   */
  readonly config: Uint8Array
  /** RFC 6381 form: `mp4a.40.2`, `opus`. */
  readonly codecString: string
  /** Hz, of what is decoded. */
  readonly sampleRate: number
  readonly channels: number
  /** Of what is spoken, where the source says it: a tag such as `de` or `pt-BR`. Spec: BCP 47 */
  readonly language?: string
}

export type Track = VideoTrack | AudioTrack

/**
 * One stream of timed data beside pictures and sound. Nothing of it is decoded or cached, so it has no configuration and no key frames, and
 * it is no `Track`: whoever handles media can't take it for sound by mistake.
 */
export type DataTrack = { readonly kind: 'data'; readonly id: number; readonly codec: DataCodec }
