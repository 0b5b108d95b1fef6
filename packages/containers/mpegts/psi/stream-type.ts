import { type Descriptor, DescriptorTag, formatIdentifier } from './descriptor.ts'

/** Stream types that Sluice reads or writes. Spec: ISO/IEC 13818-1 table 2-34, ATSC A/53-3 §6.9 */
export const StreamType = {
  mpeg1Audio: 0x03,
  mpeg2Audio: 0x04,
  privatePes: 0x06,
  adts: 0x0f,
  latm: 0x11,
  h264: 0x1b,
  h265: 0x24,
  ac3: 0x81,
  eac3: 0x87,
} as const

/** Forms of media that a reader exists for. MPEG audio may turn out to be layer I or II, which is not carried. */
export type CarriedForm = 'h264' | 'h265' | 'adts' | 'latm' | 'mpegAudio' | 'ac3' | 'eac3' | 'opus'

/** What a PMT says of one stream: a form that is carried, or its name for the operator. */
export type StreamForm = { readonly form: CarriedForm } | { readonly form: null; readonly name: string }

const byType: { readonly [streamType: number]: CarriedForm } = {
  [StreamType.mpeg1Audio]: 'mpegAudio',
  [StreamType.mpeg2Audio]: 'mpegAudio',
  [StreamType.adts]: 'adts',
  [StreamType.latm]: 'latm',
  [StreamType.h264]: 'h264',
  [StreamType.h265]: 'h265',
  [StreamType.ac3]: 'ac3',
  [StreamType.eac3]: 'eac3',
}

/** Registered format identifiers of streams whose type is private. Spec: SMPTE registration authority */
const byIdentifier: { readonly [identifier: string]: CarriedForm } = {
  Opus: 'opus',
  'AC-3': 'ac3',
  EAC3: 'eac3',
  HEVC: 'h265',
}

/** Spec: ISO/IEC 13818-1 table 2-34, ATSC A/53-3 §6.9, HLS Sample Encryption §2, GB/T 20090, Blu-ray */
const nameByType: { readonly [streamType: number]: string } = {
  1: 'MPEG-1 video',
  2: 'MPEG-2 video',
  5: 'private sections',
  6: 'private data',
  7: 'MHEG data',
  8: 'DSM-CC data',
  9: 'auxiliary data',
  10: 'DSM-CC data',
  11: 'DSM-CC data',
  12: 'DSM-CC data',
  13: 'DSM-CC sections',
  14: 'auxiliary data',
  16: 'MPEG-4 Part 2 video',
  18: 'MPEG-4 systems data',
  19: 'MPEG-4 systems sections',
  20: 'DSM-CC download data',
  21: 'timed metadata',
  22: 'metadata sections',
  23: 'metadata in a DSM-CC carousel',
  24: 'metadata in an object carousel',
  25: 'metadata download data',
  26: 'MPEG-2 IPMP data',
  28: 'raw MPEG-4 audio',
  29: 'timed text',
  30: 'auxiliary video',
  31: 'SVC video',
  32: 'MVC video',
  33: 'JPEG 2000 video',
  34: 'second MPEG-2 video view',
  35: 'second H.264 video view',
  37: 'H.265 temporal layer video',
  38: 'MVCD video',
  39: 'timeline data',
  40: 'scalable H.265 video',
  41: 'scalable H.265 video',
  42: 'multiview H.265 video',
  43: 'multiview H.265 video',
  44: 'green metadata',
  45: 'MPEG-H audio',
  46: 'MPEG-H auxiliary audio',
  47: 'quality metadata',
  48: 'media orchestration data',
  49: 'H.265 tile video',
  50: 'JPEG XS video',
  51: 'VVC video',
  52: 'VVC temporal layer video',
  53: 'EVC video',
  54: 'LCEVC video',
  66: 'AVS video',
  127: 'IPMP data',
  128: 'LPCM audio',
  130: 'DTS audio',
  131: 'TrueHD audio',
  132: 'E-AC-3 audio (Blu-ray)',
  133: 'DTS-HD audio',
  134: 'SCTE-35 splice information',
  136: 'DTS Express audio',
  138: 'DTS audio',
  144: 'PGS subtitles',
  145: 'interactive graphics',
  146: 'text subtitles',
  161: 'secondary E-AC-3 audio',
  162: 'secondary DTS-HD audio',
  193: 'encrypted AC-3 audio',
  194: 'encrypted E-AC-3 audio',
  207: 'encrypted AAC audio',
  209: 'Dirac video',
  210: 'AVS2 video',
  211: 'AVS2 audio',
  212: 'AVS3 video',
  213: 'AVS3 audio',
  219: 'encrypted H.264 video',
  234: 'VC-1 video',
}

/** Registered format identifiers. A private stream of another one is told by its four characters where they are plain. Spec: SMPTE registration authority */
const nameByIdentifier: { readonly [identifier: string]: string } = {
  AV01: 'AV1 video',
  VP09: 'VP9 video',
  BSSD: 'SMPTE 302M audio',
  DTS1: 'DTS audio',
  DTS2: 'DTS audio',
  DTS3: 'DTS audio',
  KLVA: 'KLV metadata',
  VANC: 'SMPTE 2038 ancillary data',
  'ID3 ': 'ID3 metadata',
  CUEI: 'SCTE-35 splice information',
  fLaC: 'FLAC audio',
  drac: 'Dirac video',
  'VC-1': 'VC-1 video',
  'AC-4': 'AC-4 audio',
  LCEV: 'LCEVC video',
  ETV1: 'EBIF data',
  GA94: 'ATSC data',
  TTML: 'TTML subtitles',
}

const nameByTag: { readonly [tag: number]: string } = {
  69: 'VBI data',
  70: 'VBI teletext',
  86: 'teletext',
  89: 'DVB subtitles',
  123: 'DTS audio',
  124: 'AAC audio',
}
/** Of the DVB extension descriptor. Spec: ETSI EN 300 468 §6.4 */
const nameByExtension: { readonly [tag: number]: string } = {
  14: 'DTS-HD audio',
  15: 'DTS Neural audio',
  21: 'AC-4 audio',
  32: 'TTML subtitles',
  33: 'DTS-UHD audio',
}

/** Timed data that is given out where somebody takes it. Spec: SCTE 35 §8.1, RFC 8216 §3.2 (HLS timed metadata in MPEG-TS) */
export function dataForm(streamType: number, descriptors: readonly Descriptor[]): 'scte35' | 'id3' | null {
  if (streamType === 0x86) return 'scte35'
  const isId3 = formatIdentifier(descriptors) === 'ID3 ' || descriptors.some(({ tag, body }) => tag === metadataTag && hasId3Format(body))
  return streamType === 0x15 && isId3 ? 'id3' : null
}

/** metadata_descriptor with metadata_format_identifier `ID3 `. Spec: ISO/IEC 13818-1 §2.6.60 */
const metadataTag = 0x26
function hasId3Format(body: Uint8Array): boolean {
  const at = body[0] === 0xff && body[1] === 0xff ? 6 : 2
  return body[at] === 0xff && String.fromCharCode(...body.subarray(at + 1, at + 5)) === 'ID3 '
}

/** Finds out what a stream is from its type and descriptors. Spec: ISO/IEC 13818-1 §2.4.4.9, ETSI EN 300 468 Annex D */
export function streamForm(streamType: number, descriptors: readonly Descriptor[]): StreamForm {
  const identifier = formatIdentifier(descriptors)
  const has = (tag: number): boolean => descriptors.some((one) => one.tag === tag)
  let form = byType[streamType]
  if (streamType === StreamType.privatePes) {
    if (has(DescriptorTag.ac3)) form = 'ac3'
    else if (has(DescriptorTag.eac3)) form = 'eac3'
    else if (identifier !== null) form = byIdentifier[identifier]
  }
  if (form !== undefined) return { form }
  const name = (identifier === null ? undefined : nameByIdentifier[identifier]) ?? tagNameOf(descriptors) ?? nameByType[streamType]
  const byCode = name ?? `stream type 0x${streamType.toString(16).padStart(2, '0')}`
  return { form: null, name: `${byCode}${name === undefined || name === 'private data' ? identifierWords(identifier) : ''}` }
}

function tagNameOf(descriptors: readonly Descriptor[]): string | undefined {
  const names = descriptors.map(({ tag, body }) => (tag === DescriptorTag.extension ? nameByExtension[body[0] ?? -1] : nameByTag[tag]))
  return names.find((name) => name !== undefined)
}

/** An identifier that has no name here; what is no plain text is left out. */
const identifierWords = (identifier: string | null): string =>
  identifier !== null && /^[A-Za-z0-9][A-Za-z0-9 _.-]{3}$/.test(identifier) ? ` (${identifier.trim()})` : ''
