/** Error codes of this room and what the operator does about them. */
export const m3u8Errors = {
  M3U8_SYNTAX: 'The playlist is broken. Check the address that it is read from.',
} as const
