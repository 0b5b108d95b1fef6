import type { AudioCodec, VideoCodec } from '@sluice/base/words'

/** Tag types of a file and message type ids of RTMP: the same numbers. Spec: FLV 10.1 §E.4.1, RTMP 1.0 §7.1 */
export const FlvTagType = { audio: 8, video: 9, data: 18 } as const
export type FlvTagType = (typeof FlvTagType)[keyof typeof FlvTagType]
/** What a message carries: the words of FlvTagType. */
export type FlvKind = keyof typeof FlvTagType

/** First nibble of a video body (under the enhanced flag: its low three bits). Spec: FLV 10.1 §E.4.3.1 */
export const VideoFrameType = { key: 1, inter: 2, command: 5 } as const

/** Second nibble of a classic video body. 12 is in no specification: CDNs in China carry HEVC so, in the layout of AVC. Spec: FLV 10.1 §E.4.3.1 */
export const VideoCodecId = { avc: 7, hevc: 12 } as const

/** First nibble of an audio body. Spec: FLV 10.1 §E.4.2.1, Enhanced RTMP v2 "Enhanced Audio" */
export const SoundFormat = { mp3: 2, exHeader: 9, aac: 10, mp3At8k: 14 } as const

/** Byte 1 of a classic AVC or AAC body. Spec: FLV 10.1 §E.4.2.2, §E.4.3.1 */
export const ClassicPacketType = { sequenceHeader: 0, coded: 1, sequenceEnd: 2 } as const

/** Spec: Enhanced RTMP v2 "Enhanced Video" */
export const VideoPacketType = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  codedFramesX: 3,
  metadata: 4,
  mpeg2TsSequenceStart: 5,
  multitrack: 6,
  modEx: 7,
} as const

/** Spec: Enhanced RTMP v2 "Enhanced Audio" */
export const AudioPacketType = { sequenceStart: 0, codedFrames: 1, sequenceEnd: 2, multichannelConfig: 4, multitrack: 5, modEx: 7 } as const

/** Spec: Enhanced RTMP v2 "AvMultitrackType" */
export const MultitrackType = { oneTrack: 0, manyTracks: 1, manyTracksManyCodecs: 2 } as const

/** Spec: Enhanced RTMP v2 "VideoFourCc" */
export const videoFourCcs = { h264: 'avc1', h265: 'hvc1', av1: 'av01', vp9: 'vp09' } as const satisfies Record<VideoCodec, string>

/** Spec: Enhanced RTMP v2 "AudioFourCc" */
export const audioFourCcs = {
  aac: 'mp4a',
  opus: 'Opus',
  mp3: '.mp3',
  ac3: 'ac-3',
  eac3: 'ec-3',
  flac: 'fLaC',
} as const satisfies Record<AudioCodec, string>

/** The four ASCII characters as the number that stands on the wire. */
export const fourCcNumber = (text: string): number =>
  ((text.charCodeAt(0) << 24) | (text.charCodeAt(1) << 16) | (text.charCodeAt(2) << 8) | text.charCodeAt(3)) >>> 0
