/** Error codes of this room and what the operator does about them. */
export const fmp4Errors = {
  FMP4_CODEC: 'This codec is not carried in MP4 segments. Set the encoder to H.264 and AAC.',
  FMP4_BOX: 'The MP4 data is broken. Check where it comes from.',
} as const
