/** Error codes of this room and what the operator does about them. */
export const fmp4Errors = {
  FMP4_BOX: 'The MP4 data is broken. Check where it comes from.',
  FMP4_ENCRYPTED: 'The MP4 media is encrypted, and Sluice has no keys for it. Have its source sent in the clear.',
  FMP4_NO_INIT: 'The MP4 media comes without the init segment that says what it is. Check where it comes from.',
} as const
