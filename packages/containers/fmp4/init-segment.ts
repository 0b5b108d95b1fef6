import { concatBytes } from '@sluice/base/bytes'
import { type Track, ticksPerSecond } from '@sluice/codecs/frame'
import { ascii, u16, u32, writeBox, writeFullBox, zeros } from './box-bytes.ts'
import { writeSampleEntry } from './sample-entry.ts'

/** A track's place in an MP4 file: `trackId` from 1, unique in the file, the same in init segment and fragments. */
export type Mp4Track = { readonly trackId: number; readonly track: Track }

const unityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32)
const fixedOne = u32(0x10000)
const languageUndetermined = u16(0x55c4)
const enabledAndInMovie = 3

/**
 * The init segment: ftyp and moov without samples. Timescale of all tracks is 90 kHz, so that a Frame's ticks are written as
 * they are. Spec: ISO/IEC 14496-12 §4.3, §8.2, §8.8, RFC 8216 §3.3
 */
export function writeInitSegment(tracks: readonly Mp4Track[]): Uint8Array {
  const mvhd = writeFullBox(
    'mvhd',
    0,
    0,
    times(ticksPerSecond),
    fixedOne,
    u16(0x100),
    zeros(10),
    unityMatrix,
    zeros(24),
    u32(nextTrackId(tracks)),
  )
  const mvex = writeBox('mvex', ...tracks.map((t) => writeFullBox('trex', 0, 0, u32(t.trackId), u32(1), zeros(12))))
  return concatBytes([writeFileType(tracks.length), writeBox('moov', mvhd, ...tracks.map(writeTrack), mvex)])
}

/** `cmfc` promises one track a file. Spec: ISO/IEC 14496-12 §4.3, ISO/IEC 23000-19 §7.2 */
function writeFileType(tracks: number): Uint8Array {
  const brands = ['iso6', 'mp41', ...(tracks === 1 ? ['cmfc'] : [])]
  return writeBox('ftyp', ascii('iso6'), u32(0), brands.flatMap(ascii))
}

/** Creation and modification time, timescale, duration: all unknown but the scale. */
const times = (timescale: number): number[] => [...u32(0), ...u32(0), ...u32(timescale), ...u32(0)]

const nextTrackId = (tracks: readonly Mp4Track[]): number => 1 + Math.max(0, ...tracks.map((t) => t.trackId))

function writeTrack({ trackId, track }: Mp4Track): Uint8Array {
  const isVideo = track.kind === 'video'
  const size = isVideo ? [...u16(track.width), 0, 0, ...u16(track.height), 0, 0] : zeros(8)
  const volume = isVideo ? 0 : 0x100
  const tkhd = writeFullBox(
    'tkhd',
    0,
    enabledAndInMovie,
    zeros(8),
    u32(trackId),
    zeros(8),
    zeros(8),
    zeros(4), // layer, alternate_group
    u16(volume),
    zeros(2),
    unityMatrix,
    size,
  )
  const mdhd = writeFullBox('mdhd', 0, 0, times(ticksPerSecond), languageUndetermined, zeros(2))
  const handler = isVideo ? 'vide' : 'soun'
  const hdlr = writeFullBox('hdlr', 0, 0, zeros(4), ascii(handler), zeros(12), ascii('Sluice\0'))
  return writeBox('trak', tkhd, writeBox('mdia', mdhd, hdlr, writeMediaInfo(track)))
}

function writeMediaInfo(track: Track): Uint8Array {
  const header = track.kind === 'video' ? writeFullBox('vmhd', 0, 1, zeros(8)) : writeFullBox('smhd', 0, 0, zeros(4))
  const sameFile = writeFullBox('url ', 0, 1)
  const dinf = writeBox('dinf', writeFullBox('dref', 0, 0, u32(1), sameFile))
  const stsd = writeFullBox('stsd', 0, 0, u32(1), writeSampleEntry(track))
  const empty = ['stts', 'stsc', 'stco'].map((type) => writeFullBox(type, 0, 0, u32(0)))
  const stsz = writeFullBox('stsz', 0, 0, u32(0), u32(0))
  return writeBox('minf', header, dinf, writeBox('stbl', stsd, ...empty, stsz))
}
