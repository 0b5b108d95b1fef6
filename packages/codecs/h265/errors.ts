/** Error codes of this room and what the operator does about them. */
export const h265Errors = {
  H265_HVCC: 'The encoder announced H.265 with a broken configuration record. Restart the encoder; if it stays, update it.',
  H265_SPS: 'The encoder sent a broken H.265 sequence parameter set. Restart the encoder; if it stays, update it.',
} as const
