import { concatBytes, equalBytes, writeU32, writeU64 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { ticksPerSecond } from '@sluice/codecs/frame'
import { ascii, u16, u32, writeBox, writeFullBox, zeros } from './box-bytes.ts'
import { findBox, readBoxes } from './read-box.ts'
import type { ReadSample } from './read-fragment.ts'

const unityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].flatMap(u32)
const enabledAndInMovie = 3
const largeBoxHeaderBytes = 16
/** A media time of -1: nothing is shown yet. Spec: ISO/IEC 14496-12 §8.6.6 */
const emptyEdit = Array.from({ length: 8 }, () => 0xff)

/** 64 bits: a film may last longer than the 13 hours that 32 bits of 90 kHz hold. */
const u64 = (value: number): number[] => [...u32(Math.floor(value / 2 ** 32)), ...u32(value >>> 0)]

type Chunk = { readonly offset: number; readonly samples: number; readonly entry: number }

/** One track of a film: its samples in decoding order, as its segments bring them. */
export class MovieTrack {
  readonly kind: 'video' | 'audio'
  /** Media header, handler and the like, as the first init segment has them. */
  readonly #boxes: ReadonlyMap<string, Uint8Array>
  /** One for each configuration that the track had. */
  // bound: one a configuration, which a file of a recording begins with
  readonly #entries: Uint8Array[] = []
  // bound: one a segment of the film
  readonly #chunks: Chunk[] = []
  /** What a movie box says of each sample. */
  // bound: one a sample of the film
  readonly #dts: number[] = []
  // bound: one a sample of the film
  readonly #offsets: number[] = []
  // bound: one a sample of the film
  readonly #sizes: number[] = []
  // bound: one a key frame of the film
  readonly #keys: number[] = []
  #endDts = 0
  /** In force, counted from 1. */
  #entry = 1

  /** `init`: the init segment of its first samples, of one track. Throws WireError. */
  constructor(init: Uint8Array) {
    const boxes = readBoxes(init)
    const copy = (path: readonly string[]): Uint8Array => {
      const box = findBox(boxes, ['moov', 'trak', ...path])
      if (box === null) throw new WireError('FMP4_BOX', 0, `the init segment has no "${path.join('/')}"`)
      return init.slice(box.at, box.end)
    }
    const hdlr = copy(['mdia', 'hdlr'])
    this.kind = String.fromCharCode(...hdlr.subarray(16, 20)) === 'vide' ? 'video' : 'audio'
    this.#boxes = new Map([
      ['tkhd', copy(['tkhd'])],
      ['mdhd', copy(['mdia', 'mdhd'])],
      ['hdlr', hdlr],
      ['header', copy(['mdia', 'minf', this.kind === 'video' ? 'vmhd' : 'smhd'])],
      ['dinf', copy(['mdia', 'minf', 'dinf'])],
    ])
    this.setInit(init)
  }

  get sampleCount(): number {
    return this.#dts.length
  }

  /** What follows was made under this init segment. */
  setInit(init: Uint8Array): void {
    const stsd = findBox(readBoxes(init), ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'])
    const entry = stsd?.children[0]
    if (entry === undefined) throw new WireError('FMP4_BOX', 0, 'the init segment has no sample entry')
    const bytes = init.slice(entry.at, entry.end)
    const known = this.#entries.findIndex((one) => equalBytes(one, bytes))
    this.#entry = known === -1 ? this.#entries.push(bytes) : known + 1
  }

  /** Consecutive samples whose bytes stand in one piece at `offset` of the film's media data. Times are the film's. */
  add(offset: number, samples: readonly ReadSample[], shift90k: number): void {
    if (samples.length === 0) return
    for (const { dts, pts, duration, isSync, at, end } of samples) {
      const own = Math.max(dts + shift90k, this.#dts.at(-1) ?? 0, 0)
      if (this.kind === 'video' && isSync) this.#keys.push(this.#dts.length + 1)
      this.#dts.push(own)
      // Where an overlap moved it, it is still shown when it was to be.
      this.#offsets.push(pts + shift90k - own)
      this.#sizes.push(end - at)
      this.#endDts = own + duration
    }
    this.#chunks.push({ offset, samples: samples.length, entry: this.#entry })
  }

  /** Shown from `from90k` until `to90k` of the film's time. `dataAt`: where the media data begins in the file. */
  box(trackId: number, from90k: number, to90k: number, dataAt: number): Uint8Array {
    const start = this.#dts[0] ?? 0
    const shown = Math.max(0, to90k - from90k)
    const late = Math.max(0, start - from90k)
    const tkhdBefore = this.#boxes.get('tkhd')!
    // Volume, and width and height: the ends of both versions of the box are the same.
    const volume = tkhdBefore.subarray(tkhdBefore.length - 48, tkhdBefore.length - 44)
    const size = tkhdBefore.subarray(tkhdBefore.length - 8)
    const tkhd = writeFullBox(
      ...(['tkhd', 1, enabledAndInMovie, zeros(16), u32(trackId), zeros(4), u64(shown), zeros(8), zeros(4)] as const),
      ...[volume, unityMatrix, size],
    )
    const edits = [
      ...(late > 0 ? [[...u64(late), ...emptyEdit, ...u32(0x10000)]] : []),
      [...u64(shown - late), ...u64(Math.max(0, from90k - start)), ...u32(0x10000)],
    ]
    const elst = writeFullBox('elst', 1, 0, u32(edits.length), edits.flat())
    const mdhdBefore = this.#boxes.get('mdhd')!
    const language = mdhdBefore.subarray(mdhdBefore.length - 4)
    const mdhd = writeFullBox('mdhd', 1, 0, zeros(16), u32(ticksPerSecond), u64(this.#endDts - start), language)
    const minf = writeBox('minf', this.#boxes.get('header')!, this.#boxes.get('dinf')!, this.#sampleTable(dataAt))
    return writeBox('trak', tkhd, writeBox('edts', elst), writeBox('mdia', mdhd, this.#boxes.get('hdlr')!, minf))
  }

  #sampleTable(dataAt: number): Uint8Array {
    const stsd = writeFullBox('stsd', 0, 0, u32(this.#entries.length), ...this.#entries)
    const durations = this.#dts.map((dts, i) => Math.max(0, (this.#dts[i + 1] ?? this.#endDts) - dts))
    const stts = tableBox('stts', 0, runLengths(durations))
    const hasOffsets = this.#offsets.some((offset) => offset !== 0)
    const ctts = hasOffsets ? [tableBox('ctts', 1, runLengths(this.#offsets))] : []
    const stss = this.kind === 'video' ? [tableBox('stss', 0, this.#keys, this.#keys.length)] : []
    const stsc = tableBox('stsc', 0, chunkRuns(this.#chunks))
    const stsz = tableBox('stsz', 0, [0, this.#sizes.length, ...this.#sizes], null)
    const co64 = writeFullBox('co64', 0, 0, zeros(4 + 8 * this.#chunks.length))
    writeU32(co64, 12, this.#chunks.length)
    for (const [i, { offset }] of this.#chunks.entries()) writeU64(co64, 16 + 8 * i, dataAt + offset)
    return writeBox('stbl', stsd, stts, ...ctts, ...stss, stsc, stsz, co64)
  }
}

/** Pairs of count and value. */
function runLengths(values: readonly number[]): number[] {
  const runs: number[] = []
  for (const value of values) {
    if (runs.length > 0 && runs.at(-1) === value) runs[runs.length - 2]!++
    else runs.push(1, value)
  }
  return runs
}

/** First chunk, samples a chunk, sample entry: where one of the latter changes. Spec: ISO/IEC 14496-12 §8.7.4 */
function chunkRuns(chunks: readonly Chunk[]): number[] {
  const runs: number[] = []
  for (const [i, { samples, entry }] of chunks.entries()) {
    if (runs.at(-2) !== samples || runs.at(-1) !== entry) runs.push(i + 1, samples, entry)
  }
  return runs
}

const entryWords = { stts: 2, ctts: 2, stss: 1, stsc: 3, stsz: 1 } as const

/** Tables have a number for each sample: too many to be arguments of a call. `count` null: the words have it themselves. */
function tableBox(
  type: keyof typeof entryWords,
  version: number,
  words: readonly number[],
  count: number | null = words.length / entryWords[type],
): Uint8Array {
  const head = count === null ? 0 : 4
  const box = writeFullBox(type, version, 0, zeros(head + 4 * words.length))
  if (count !== null) writeU32(box, 12, count)
  let at = 12 + head
  for (const word of words) {
    writeU32(box, at, word >>> 0)
    at += 4
  }
  return box
}

/**
 * What a film begins with: ftyp, moov, and the header of its one mdat, of `dataBytes` that follow. Players start before the rest is there.
 * Spec: ISO/IEC 14496-12 §8.1 to §8.7
 */
export function writeMovieHead(tracks: readonly MovieTrack[], from90k: number, to90k: number, dataBytes: number): Uint8Array {
  const ftyp = writeBox('ftyp', ascii('isom'), u32(0x200), ...['isom', 'iso2', 'mp41'].map(ascii))
  const moovAt = (dataAt: number): Uint8Array => {
    const duration = u64(Math.max(0, to90k - from90k))
    const mvhd = writeFullBox(
      ...(['mvhd', 1, 0, zeros(16), u32(ticksPerSecond), duration, u32(0x10000), u16(0x100), zeros(10)] as const),
      ...[unityMatrix, zeros(24), u32(tracks.length + 1)],
    )
    return writeBox('moov', mvhd, ...tracks.map((track, i) => track.box(i + 1, from90k, to90k, dataAt)))
  }
  const moovBytes = moovAt(0).length
  const dataAt = ftyp.length + moovBytes + largeBoxHeaderBytes
  const mdat = new Uint8Array(largeBoxHeaderBytes)
  writeU32(mdat, 0, 1)
  mdat.set(ascii('mdat'), 4)
  writeU64(mdat, 8, largeBoxHeaderBytes + dataBytes)
  return concatBytes([ftyp, moovAt(dataAt), mdat])
}
