/** Error codes of this room and what the operator does about them. */
export const opusErrors = {
  OPUS_HEAD: 'The encoder announced Opus with a broken header. Restart the encoder; if it stays, choose AAC.',
} as const
