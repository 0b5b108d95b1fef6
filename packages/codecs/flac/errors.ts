/** Error codes of this room and what the operator does about them. */
export const flacErrors = {
  FLAC_INFO: 'The encoder announced FLAC with a broken header. Restart the encoder; if it stays, choose AAC.',
} as const
