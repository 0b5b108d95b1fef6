/** Error codes of this room and what the operator does about them. */
export const packedAudioErrors = {
  PACKED_ID3: 'The segments of sound begin with a broken ID3 tag. Check the packager that writes them.',
  PACKED_FORM: 'The segments are sound that Sluice does not carry. Set the packager to AAC.',
  PACKED_TIME: 'The segments of sound say no time. Set the packager to write one (RFC 8216, 3.4), or to MPEG-TS or fragmented MP4.',
} as const
