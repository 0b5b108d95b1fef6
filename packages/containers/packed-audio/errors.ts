/** Error codes of this room and what the operator does about them. */
export const packedAudioErrors = {
  PACKED_ID3: 'The audio segments begin with a broken ID3 tag. Check the packager.',
  PACKED_FORM: "The audio segments are in a form that Sluice can't carry. Set the packager to AAC.",
  PACKED_TIME: 'The audio segments have no timestamp. Set the packager to write one (RFC 8216, 3.4), or to MPEG-TS or fragmented MP4.',
} as const
