/** Error codes of every room of this floor, and what the operator does about each. */
export const containerErrors = {
  FLV_HEADER: 'This is not an FLV file. Check where it comes from.',
  FLV_VIDEO: 'The encoder sent a video message that ends too soon. Restart the encoder. If the error comes back, update it.',
  FLV_AUDIO: 'The encoder sent an audio message that ends too soon. Restart the encoder. If the error comes back, update it.',
  FLV_MULTITRACK: 'The encoder sent a broken multitrack message. Turn multitrack off in the encoder.',
  FLV_TAG_LENGTH: 'A picture is above 16 MiB and does not fit an FLV file. Lower the bitrate of the encoder.',
  FMP4_BOX: 'The MP4 data is broken. Check where it comes from.',
  FMP4_ENCRYPTED: 'The MP4 media is encrypted, and Sluice has no keys for it. Ask the source to send them unencrypted.',
  FMP4_NO_INIT: 'The MP4 media comes without the init segment that says what it is. Check where it comes from.',
  M3U8_SYNTAX: 'The playlist is broken. Check the address that it is read from.',
  TS_CODEC: 'The output speaks MPEG-TS, which has no form for this codec. Choose H.264 or H.265 with AAC, Opus, MP3 or AC-3 for it.',
  TS_ADTS_CONFIG: 'The output speaks MPEG-TS, which can carry only plain AAC. Set the encoder to AAC-LC with at most 7.1 channels.',
  TS_OPUS_CHANNELS: 'The output speaks MPEG-TS, which has no code for this Opus channel layout. Set the encoder to stereo.',
  PACKED_ID3: 'The audio segments begin with a broken ID3 tag. Check the packager.',
  PACKED_FORM: "The audio segments are in a form that Sluice can't carry. Set the packager to AAC.",
  PACKED_TIME: 'The audio segments have no timestamp. Set the packager to write one (RFC 8216, 3.4), or to MPEG-TS or fragmented MP4.',
} as const
