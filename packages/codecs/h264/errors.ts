/** Error codes of this room and what the operator does about them. */
export const h264Errors = {
  H264_AVCC: 'The encoder announced H.264 with a broken configuration record. Restart the encoder; if it stays, update it.',
  H264_SPS: 'The encoder sent a broken H.264 sequence parameter set. Restart the encoder; if it stays, update it.',
} as const
