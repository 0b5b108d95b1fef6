/** Error codes of this room and what the operator does about them. */
export const fmp4Errors = {
  FMP4_BOX: 'The MP4 data is broken. Check where it comes from.',
} as const
