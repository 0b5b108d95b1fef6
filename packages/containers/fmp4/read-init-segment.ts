import { WireError } from '@sluice/base/errors'
import { type MediaNote, ticksPerSecond } from '@sluice/codecs/frame'
import { BoxFields } from './box-fields.ts'
import { findBox, type Mp4Box } from './read-box.ts'
import type { SampleDefaults } from './read-fragment.ts'
import { entryName, readSampleEntry, type SampleEntry } from './read-sample-entry.ts'

/** A track as its init segment announces it. */
export type InitTrack = {
  readonly trackId: number
  readonly entry: SampleEntry
  /** Ticks of its samples in a second. */
  readonly timescale: number
  /** What the edit list adds to its times, 90 kHz: below 0 where the start is cut off. Spec: ISO/IEC 14496-12 §8.6.6 */
  readonly shift90k: number
  readonly defaults: SampleDefaults
}

const maxTracks = 32
/** Ticks in a second above are none that a muxer means: 90 kHz, sample rates and nanoseconds are the field's. */
const maxTimescale = 1_000_000_000
/** An edit list that moves a track by more than a day moves it nowhere that a live stream could be. */
const maxShift90k = 86_400 * ticksPerSecond
const emptyEdit = 0xffffffff

/** The tracks in a moov that Sluice carries; others are left out and noted. Throws WireError, also for an encrypted picture: its sound alone would be no show. Spec: ISO/IEC 14496-12 §8.2 to §8.8 */
export function readInitTracks(b: Uint8Array, moov: Mp4Box, onNote: (note: MediaNote) => void = () => {}): InitTrack[] {
  const traks = moov.children.filter((box) => box.type === 'trak')
  if (traks.length > maxTracks) throw new WireError('FMP4_BOX', moov.at, `${traks.length} tracks, at most ${maxTracks}`)
  const mvhd = findBox(moov.children, ['mvhd'])
  const movieScale = mvhd === null ? 1000 : readTimescale(b, mvhd)
  let encrypted: WireError | null = null
  const tracks = traks.flatMap((trak) => {
    try {
      return readTrak(b, trak, moov, movieScale, onNote)
    } catch (err) {
      if (!(err instanceof WireError) || err.code !== 'FMP4_ENCRYPTED') throw err
      encrypted = err
      if (findBox(trak.children, ['mdia', 'minf', 'stbl', 'stsd', 'encv']) !== null) throw err
      onNote({ code: 'form-not-carried', media: 'audio', subject: 'encrypted' })
      return []
    }
  })
  if (tracks.length === 0 && encrypted !== null) throw encrypted
  return tracks
}

function readTrak(b: Uint8Array, trak: Mp4Box, moov: Mp4Box, movieScale: number, onNote: (note: MediaNote) => void): InitTrack[] {
  const stsd = boxOn(trak, ['mdia', 'minf', 'stbl', 'stsd'])
  const first = stsd.children[0]
  const entry = first === undefined ? null : readSampleEntry(b, first)
  if (entry === null) {
    const { media, subject } = entryName(first?.type ?? '')
    onNote({ code: media === 'data' ? 'data-not-carried' : 'codec-not-carried', media, subject })
    return []
  }
  const tkhd = new BoxFields(b, boxOn(trak, ['tkhd']))
  tkhd.skip(tkhd.readU32() >>> 24 === 1 ? 16 : 8)
  const trackId = tkhd.readU32()
  const timescale = readTimescale(b, boxOn(trak, ['mdia', 'mdhd']))
  const elst = findBox(trak.children, ['edts', 'elst'])
  const shift90k = elst === null ? 0 : readEditShift(b, elst, timescale, movieScale)
  if (!(Math.abs(shift90k) <= maxShift90k)) {
    throw new WireError(
      'FMP4_BOX',
      elst?.at ?? trak.at,
      `the edit list moves track ${trackId} by ${shift90k / ticksPerSecond} s, at most a day expected`,
    )
  }
  return [{ trackId, entry, timescale, shift90k, defaults: readDefaults(b, moov, trackId) }]
}

function readTimescale(b: Uint8Array, header: Mp4Box): number {
  const fields = new BoxFields(b, header)
  const timescale = fields.skip(fields.readU32() >>> 24 === 1 ? 16 : 8).readU32()
  if (timescale === 0 || timescale > maxTimescale) {
    throw new WireError('FMP4_BOX', header.at, `timescale in "${header.type}" is ${timescale}, not 1..${maxTimescale}`)
  }
  return timescale
}

/** Empty edits delay the start, the first other one says where in the media it is. What follows is for players of files. */
function readEditShift(b: Uint8Array, elst: Mp4Box, timescale: number, movieScale: number): number {
  const fields = new BoxFields(b, elst)
  const isLong = fields.readU32() >>> 24 === 1
  const count = fields.readU32()
  let delay = 0
  for (let i = 0; i < count; i++) {
    const duration = isLong ? fields.readU64() : fields.readU32()
    const high = isLong ? fields.readU32() : 0
    const mediaTime = fields.readU32()
    fields.skip(4)
    if (mediaTime !== emptyEdit) return Math.round((delay - (high * 0x1_0000_0000 + mediaTime) / timescale) * ticksPerSecond)
    delay += duration / movieScale
  }
  return Math.round(delay * ticksPerSecond)
}

function readDefaults(b: Uint8Array, moov: Mp4Box, trackId: number): SampleDefaults {
  const boxes = findBox(moov.children, ['mvex'])?.children.filter((box) => box.type === 'trex') ?? []
  if (boxes.length > 2 * maxTracks) throw new WireError('FMP4_BOX', moov.at, `${boxes.length} "trex", at most ${2 * maxTracks}`)
  for (const trex of boxes) {
    const fields = new BoxFields(b, trex).skip(4)
    if (fields.readU32() !== trackId) continue
    fields.skip(4)
    return { duration: fields.readU32(), bytes: fields.readU32(), flags: fields.readU32() }
  }
  return { duration: 0, bytes: 0, flags: 0 }
}

function boxOn(parent: Mp4Box, types: readonly string[]): Mp4Box {
  const box = findBox(parent.children, types)
  if (box === null) throw new WireError('FMP4_BOX', parent.at, `"${parent.type}" holds no "${types.join('/')}"`)
  return box
}
