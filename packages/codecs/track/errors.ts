/** Error codes of this room and what the operator does about them. */
export const trackErrors = {
  TRACK_CODEC: 'The input announced a codec that Sluice does not carry. Set the encoder to H.264 and AAC.',
  TRACK_NUMBERS: 'The input announced sound that nothing can play. Set the encoder to 48 kHz stereo.',
} as const
