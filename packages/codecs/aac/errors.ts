/** Error codes of this room and what the operator does about them. */
export const aacErrors = {
  AAC_CONFIG: 'The encoder announced AAC with a broken configuration. Restart the encoder; if it stays, choose AAC-LC at 48 kHz stereo.',
  AAC_ADTS: 'The encoder sent a broken AAC frame header. Check the encoder and the way to Sluice.',
} as const
