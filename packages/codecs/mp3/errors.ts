/** Error codes of this room and what the operator does about them. */
export const mp3Errors = {
  MP3_HEADER: 'The encoder sent a broken MP3 frame. Restart the encoder; if it stays, choose AAC.',
} as const
