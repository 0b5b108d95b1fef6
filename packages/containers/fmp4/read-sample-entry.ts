import { WireError } from '@sluice/base/errors'
import type { Codec } from '@sluice/base/words'
import type { Track } from '@sluice/codecs/frame'
import { readOpusBox, writeOpusHead } from '@sluice/codecs/opus'
import { BoxFields } from './box-fields.ts'
import { EsdsObjectType, readEsds } from './esds.ts'
import { findBox, type Mp4Box } from './read-box.ts'

/** What a sample entry says: the codec, and its configuration in the form of Track.config; null where the frames tell it (MP3). */
export type SampleEntry = { readonly kind: Track['kind']; readonly codec: Codec; readonly config: Uint8Array | null }

const videoEntries: { readonly [entry: string]: readonly [codec: Codec, configBox: string] } = {
  avc1: ['h264', 'avcC'],
  avc3: ['h264', 'avcC'],
  hvc1: ['h265', 'hvcC'],
  hev1: ['h265', 'hvcC'],
  av01: ['av1', 'av1C'],
  vp09: ['vp9', 'vpcC'],
}
const audioEntries: { readonly [entry: string]: readonly [codec: Codec, configBox: string] } = {
  Opus: ['opus', 'dOps'],
  'ac-3': ['ac3', 'dac3'],
  'ec-3': ['eac3', 'dec3'],
  fLaC: ['flac', 'dfLa'],
}
const encryptedEntries: readonly string[] = ['encv', 'enca']
const fullBoxBytes = 4

/** Reads one sample entry of stsd. Null: a kind or codec that Sluice does not carry. Throws WireError, also for encrypted media. */
export function readSampleEntry(b: Uint8Array, entry: Mp4Box): SampleEntry | null {
  if (encryptedEntries.includes(entry.type)) {
    throw new WireError('FMP4_ENCRYPTED', entry.at, `sample entry "${entry.type}": the media is encrypted, clear media expected`)
  }
  const video = videoEntries[entry.type]
  if (video !== undefined) return { kind: 'video', codec: video[0], config: configOf(b, entry, video[1]) }
  if (entry.type === 'mp4a') return readMp4Audio(b, entry)
  const audio = audioEntries[entry.type]
  if (audio === undefined) return null
  const [codec, configBox] = audio
  const config = configOf(b, entry, configBox)
  if (codec === 'opus') return { kind: 'audio', codec, config: writeOpusHead(readOpusBox(config)) }
  return { kind: 'audio', codec, config: codec === 'flac' ? config.subarray(fullBoxBytes) : config }
}

function readMp4Audio(b: Uint8Array, entry: Mp4Box): SampleEntry | null {
  const { objectType, config } = readEsds(b, boxOf(entry, 'esds'))
  if (objectType === EsdsObjectType.aac) return { kind: 'audio', codec: 'aac', config }
  const isMp3 = objectType === EsdsObjectType.mp3 || objectType === EsdsObjectType.mp3LowRate
  return isMp3 ? { kind: 'audio', codec: 'mp3', config: null } : null
}

/** A copy, as a track outlives the bytes that it was read from. */
const configOf = (b: Uint8Array, entry: Mp4Box, type: string): Uint8Array => {
  const box = boxOf(entry, type)
  return new Uint8Array(new BoxFields(b, box).readBytes(box.end - box.bodyAt))
}

function boxOf(entry: Mp4Box, type: string): Mp4Box {
  const box = findBox(entry.children, [type])
  if (box === null) throw new WireError('FMP4_BOX', entry.at, `"${entry.type}" holds no "${type}"`)
  return box
}

const entryNames: { readonly [entry: string]: readonly [media: 'video' | 'audio' | 'data', name: string] } = {
  mp4v: ['video', 'MPEG-4 Part 2'],
  mjp2: ['video', 'JPEG 2000'],
  jpeg: ['video', 'JPEG'],
  vp08: ['video', 'VP8'],
  vvc1: ['video', 'VVC'],
  vvi1: ['video', 'VVC'],
  dvh1: ['video', 'Dolby Vision'],
  dvhe: ['video', 'Dolby Vision'],
  apch: ['video', 'ProRes'],
  s263: ['video', 'H.263'],
  mp4a: ['audio', 'MPEG-4 audio other than AAC and MP3'],
  '.mp3': ['audio', 'MP3 (.mp3)'],
  alac: ['audio', 'ALAC'],
  'ac-4': ['audio', 'AC-4'],
  dtsc: ['audio', 'DTS'],
  dtse: ['audio', 'DTS'],
  dtsh: ['audio', 'DTS'],
  dtsl: ['audio', 'DTS'],
  mha1: ['audio', 'MPEG-H'],
  mhm1: ['audio', 'MPEG-H'],
  samr: ['audio', 'AMR'],
  sowt: ['audio', 'PCM'],
  twos: ['audio', 'PCM'],
  ipcm: ['audio', 'PCM'],
  fpcm: ['audio', 'PCM'],
  ulaw: ['audio', 'G.711 mu-law'],
  alaw: ['audio', 'G.711 A-law'],
  wvtt: ['data', 'WebVTT subtitles'],
  stpp: ['data', 'TTML subtitles'],
  tx3g: ['data', 'timed text'],
  c608: ['data', 'CEA-608 captions'],
  c708: ['data', 'CEA-708 captions'],
  tmcd: ['data', 'timecode'],
  mett: ['data', 'text metadata'],
  metx: ['data', 'XML metadata'],
  urim: ['data', 'timed metadata'],
}

/** What a sample entry that is not carried is, for the operator; unknown ones by their four characters where these are plain. */
export function entryName(type: string): { readonly media: 'video' | 'audio' | 'data'; readonly subject: string } {
  const known = entryNames[type]
  if (known !== undefined) return { media: known[0], subject: known[1] }
  return { media: 'data', subject: /^[A-Za-z0-9 .-]{4}$/.test(type) ? `sample entry ${type.trim()}` : 'sample entry of an unknown kind' }
}
