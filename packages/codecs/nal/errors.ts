/** Error codes of this room and what the operator does about them. */
export const nalErrors = {
  NAL_LENGTH: 'The encoder sent a damaged picture: a NAL unit is longer than the picture. Check the encoder and the way to Sluice.',
  NAL_COUNT: 'The encoder sent a picture in thousands of pieces. Check the encoder.',
} as const
