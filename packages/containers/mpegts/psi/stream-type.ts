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

const nameByType: { readonly [streamType: number]: string } = {
  1: 'MPEG-1 video',
  2: 'MPEG-2 video',
  5: 'private sections',
  6: 'private data',
  16: 'MPEG-4 Part 2 video',
  21: 'timed metadata',
  27: 'H.264 video',
  32: 'MVC video',
  33: 'JPEG 2000 video',
  50: 'JPEG XS video',
  51: 'VVC video',
  66: 'AVS video',
  128: 'LPCM audio',
  130: 'DTS audio',
  131: 'TrueHD audio',
  133: 'DTS-HD audio',
  134: 'SCTE-35 splice information',
  138: 'DTS audio',
  144: 'PGS subtitles',
  207: 'encrypted AAC audio',
  209: 'Dirac video',
  219: 'encrypted H.264 video',
  234: 'VC-1 video',
}

const nameByIdentifier: { readonly [identifier: string]: string } = {
  AV01: 'AV1 video',
  VP09: 'VP9 video',
  BSSD: 'SMPTE 302M audio',
  DTS1: 'DTS audio',
  DTS2: 'DTS audio',
  DTS3: 'DTS audio',
  KLVA: 'KLV metadata',
  VANC: 'ancillary data',
  'ID3 ': 'ID3 metadata',
  CUEI: 'SCTE-35 splice information',
  fLaC: 'FLAC audio',
}

const nameByTag: { readonly [tag: number]: string } = {
  69: 'VBI data',
  86: 'teletext',
  89: 'DVB subtitles',
  123: 'DTS audio',
  124: 'AAC audio',
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
  const tagName = descriptors.map((one) => nameByTag[one.tag]).find((name) => name !== undefined)
  const name = (identifier === null ? undefined : nameByIdentifier[identifier]) ?? tagName ?? nameByType[streamType]
  return { form: null, name: name ?? `stream type 0x${streamType.toString(16).padStart(2, '0')}` }
}
