/** Error codes of this room and what the operator does about them. */
export const flvErrors = {
  FLV_HEADER: 'This is no FLV file. Check what is being read.',
  FLV_VIDEO: 'The encoder sent a video message that ends too soon. Restart the encoder; if it stays, update it.',
  FLV_AUDIO: 'The encoder sent an audio message that ends too soon. Restart the encoder; if it stays, update it.',
  FLV_MULTITRACK: 'The encoder sent a broken multitrack message. Turn multitrack off in the encoder.',
  FLV_TAG_LENGTH: 'A picture is above 16 MiB and does not fit an FLV file. Lower the bitrate of the encoder.',
} as const
