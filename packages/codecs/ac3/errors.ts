/** Error codes of this room and what the operator does about them. */
export const ac3Errors = {
  AC3_CONFIG: 'The AC-3 or E-AC-3 configuration is broken. Restart the encoder; if it stays, choose AAC.',
} as const
