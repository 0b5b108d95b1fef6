/** Error codes of this room and what the operator does about them. */
export const vp9Errors = {
  VP9_CONFIG: 'The encoder announced VP9 with a broken configuration record. Restart the encoder; if it stays, update it.',
} as const
