/** Sound formats of a classic audio body, by the first nibble. Spec: FLV 10.1 §E.4.2.1 */
const soundFormats = [
  'PCM of the platform’s byte order',
  'ADPCM',
  'MP3',
  'PCM, little-endian',
  'Nellymoser 16 kHz',
  'Nellymoser 8 kHz',
  'Nellymoser',
  'G.711 A-law',
  'G.711 mu-law',
  'Enhanced RTMP',
  'AAC',
  'Speex',
  'sound format 12',
  'sound format 13',
  'MP3 8 kHz',
  'device-specific sound',
] as const

/** Codec ids of a classic video body. 8, 9 and 13 are in no specification: FFmpeg and CDNs use them so. Spec: FLV 10.1 §E.4.3.1 */
const videoCodecs: { readonly [id: number]: string } = {
  1: 'JPEG',
  2: 'Sorenson H.263',
  3: 'Screen video',
  4: 'VP6',
  5: 'VP6 with alpha',
  6: 'Screen video 2',
  7: 'H.264',
  8: 'H.263',
  9: 'MPEG-4 Part 2',
  12: 'H.265',
  13: 'AV1 under the codec id 13',
}

/** FourCCs that somebody has given a meaning and Sluice does not carry. */
const fourCcNames: { readonly [fourCc: string]: string } = {
  vp08: 'VP8',
  vvc1: 'VVC',
  vvi1: 'VVC',
  avc3: 'H.264 (avc3)',
  hev1: 'H.265 (hev1)',
  dvh1: 'Dolby Vision',
  dvhe: 'Dolby Vision',
  'ac-4': 'AC-4',
  mp3a: 'MP3 (mp3a)',
  alac: 'ALAC',
  speX: 'Speex',
}

/** `format`: the first nibble, 0..15. */
export const soundFormatName = (format: number): string => soundFormats[format] ?? `sound format ${format}`

/** `id`: the second nibble, 0..15. */
export const videoCodecName = (id: number): string => videoCodecs[id] ?? `codec id ${id}`

/** A fourCC as a number: a name, else its four characters where they are plain ones, else its bytes. */
export function fourCcName(fourCc: number): string {
  const text = String.fromCharCode(fourCc >>> 24, (fourCc >>> 16) & 255, (fourCc >>> 8) & 255, fourCc & 255)
  const named = fourCcNames[text]
  if (named !== undefined) return named
  return /^[A-Za-z0-9.-]{4}$/.test(text) ? `fourCC ${text}` : `fourCC 0x${fourCc.toString(16).padStart(8, '0')}`
}

/** Names of packet types that carry no media, by kind. Spec: Enhanced RTMP v2 */
const packetTypeNames: { readonly [kind in 'audio' | 'video']: { readonly [type: number]: string } } = {
  audio: { 4: 'multichannel configuration' },
  video: { 4: 'metadata', 5: 'MPEG-2 TS sequence start' },
}
export const packetTypeName = (kind: 'audio' | 'video', type: number): string =>
  packetTypeNames[kind][type] === undefined ? `packet type ${type}` : `packet type ${type} (${packetTypeNames[kind][type]})`
