export const videoCodecs = ['h264', 'h265', 'av1', 'vp9'] as const
export type VideoCodec = (typeof videoCodecs)[number]

export const audioCodecs = ['aac', 'opus', 'mp3', 'ac3', 'eac3', 'flac'] as const
export type AudioCodec = (typeof audioCodecs)[number]

export type Codec = VideoCodec | AudioCodec

/** Timed data: `amf0` are cue points, texts and captions of RTMP; `scte35` and `id3` come in MPEG-TS. */
const dataCodecs = ['amf0', 'scte35', 'id3'] as const
export type DataCodec = (typeof dataCodecs)[number]

/** Codec names as the encoder's own settings have them. */
export const codecNames = {
  h264: 'H.264',
  h265: 'H.265',
  av1: 'AV1',
  vp9: 'VP9',
  aac: 'AAC',
  opus: 'Opus',
  mp3: 'MP3',
  ac3: 'AC-3',
  eac3: 'E-AC-3',
  flac: 'FLAC',
} as const satisfies Record<Codec, string>

/** The name of `codec`; a codec of another version of Sluice as it is spelled. */
export const codecName = (codec: string): string => (codecNames as Readonly<Record<string, string>>)[codec] ?? codec

const dataNames: Readonly<Record<DataCodec, string>> = {
  amf0: 'cue points and text data',
  scte35: 'SCTE-35 splice information',
  id3: 'ID3 timed metadata',
}

/** What timed data of `codec` is to an operator; a codec of another version of Sluice as it is spelled. */
export const dataName = (codec: string): string => (dataNames as Readonly<Record<string, string>>)[codec] ?? `${codec} data`
