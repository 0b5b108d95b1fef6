/** Error codes of this room and what the operator does about them. */
export const mpegtsErrors = {
  TS_CODEC: 'The output speaks MPEG-TS, which has no form for this codec. Choose H.264 or H.265 with AAC, Opus, MP3 or AC-3 for it.',
  TS_ADTS_CONFIG: 'The output speaks MPEG-TS, which can carry only plain AAC. Set the encoder to AAC-LC with at most 7.1 channels.',
  TS_OPUS_CHANNELS: 'The output speaks MPEG-TS, which has no code for this Opus channel layout. Set the encoder to stereo.',
} as const
