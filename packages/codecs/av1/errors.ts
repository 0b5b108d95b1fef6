/** Error codes of this room and what the operator does about them. */
export const av1Errors = {
  AV1_CONFIG: 'The encoder announced AV1 with a broken configuration record. Restart the encoder; if it stays, update it.',
  AV1_SEQUENCE: 'The encoder sent a broken AV1 sequence header. Restart the encoder; if it stays, update it.',
  AV1_OBU: 'The encoder sent a damaged AV1 picture. Check the encoder and the way to Sluice.',
} as const
