/** Error codes of every room of this floor, and what the operator does about each. */
export const codecErrors = {
  H264_AVCC: 'The encoder announced H.264 with a broken configuration record. Restart the encoder. If the error comes back, update it.',
  H264_SPS: 'The encoder sent a broken H.264 sequence parameter set. Restart the encoder. If the error comes back, update it.',
  H265_HVCC: 'The encoder announced H.265 with a broken configuration record. Restart the encoder. If the error comes back, update it.',
  H265_SPS: 'The encoder sent a broken H.265 sequence parameter set. Restart the encoder. If the error comes back, update it.',
  AV1_CONFIG: 'The encoder announced AV1 with a broken configuration record. Restart the encoder. If the error comes back, update it.',
  AV1_SEQUENCE: 'The encoder sent a broken AV1 sequence header. Restart the encoder. If the error comes back, update it.',
  AV1_OBU: 'The encoder sent a damaged AV1 picture. Check the encoder and the network between it and Sluice.',
  VP9_CONFIG: 'The encoder announced VP9 with a broken configuration record. Restart the encoder. If the error comes back, update it.',
  AAC_CONFIG:
    'The encoder announced AAC with a broken configuration. Restart the encoder. If the error comes back, choose AAC-LC at 48 kHz stereo.',
  AAC_ADTS: 'The encoder sent a broken AAC frame header. Check the encoder and the network between it and Sluice.',
  OPUS_HEAD: 'The encoder announced Opus with a broken header. Restart the encoder. If the error comes back, choose AAC.',
  MP3_HEADER: 'The encoder sent a broken MP3 frame. Restart the encoder. If the error comes back, choose AAC.',
  AC3_CONFIG: 'The AC-3 or E-AC-3 configuration is broken. Restart the encoder. If the error comes back, choose AAC.',
  FLAC_INFO: 'The encoder announced FLAC with a broken header. Restart the encoder. If the error comes back, choose AAC.',
  NAL_LENGTH:
    'The encoder sent a damaged picture: a NAL unit is longer than the picture. Check the encoder and the network between it and Sluice.',
  NAL_COUNT: 'The encoder sent a picture in thousands of pieces. Check the encoder.',
  TRACK_CODEC: 'The input announced a codec that Sluice does not carry. Set the encoder to H.264 and AAC.',
  TRACK_NUMBERS: 'The input announced audio that nothing can play. Set the encoder to 48 kHz stereo.',
} as const
