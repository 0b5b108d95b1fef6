import { readU32, readU64 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { findBox, type Mp4Box, readBoxes } from './read-box.ts'

/** One sample as a fragment states it: times in the track's timescale, `at` and `end` index the bytes that were read. */
export type ReadSample = {
  readonly dts: number
  readonly pts: number
  readonly duration: number
  readonly isSync: boolean
  readonly at: number
  readonly end: number
}
/** One run of samples: a traf with its trun. */
export type ReadRun = { readonly trackId: number; readonly samples: readonly ReadSample[] }
/** One moof. */
export type ReadFragment = { readonly sequence: number; readonly runs: readonly ReadRun[] }

const nonSync = 0x00010000
const maxSamples = 100_000

/**
 * The fragments in a segment, or in a whole file: what writeFragment wrote, and what other muxers write with
 * default-base-is-moof. Throws WireError. Spec: ISO/IEC 14496-12 §8.8.4 to §8.8.12
 */
export function readFragments(b: Uint8Array): ReadFragment[] {
  return readBoxes(b)
    .filter((box) => box.type === 'moof')
    .map((moof) => {
      const mfhd = findBox(moof.children, ['mfhd'])
      const runs = moof.children.filter((box) => box.type === 'traf').map((traf) => readTraf(b, moof, traf))
      return { sequence: mfhd === null ? 0 : new Fields(b, mfhd).skip(4).readU32(), runs }
    })
}

function readTraf(b: Uint8Array, moof: Mp4Box, traf: Mp4Box): ReadRun {
  const tfhd = fieldsOf(b, traf, 'tfhd')
  const tfhdFlags = tfhd.readU32() & 0xffffff
  const trackId = tfhd.readU32()
  if ((tfhdFlags & 1) !== 0) tfhd.skip(8) // base_data_offset
  if ((tfhdFlags & 2) !== 0) tfhd.skip(4) // sample_description_index
  const defaults = {
    duration: (tfhdFlags & 8) !== 0 ? tfhd.readU32() : 0,
    bytes: (tfhdFlags & 0x10) !== 0 ? tfhd.readU32() : 0,
    flags: (tfhdFlags & 0x20) !== 0 ? tfhd.readU32() : 0,
  }
  const tfdt = fieldsOf(b, traf, 'tfdt')
  let dts = tfdt.readU32() >>> 24 === 1 ? tfdt.readU64() : tfdt.readU32()
  const samples: ReadSample[] = []
  for (const box of traf.children.filter((child) => child.type === 'trun')) {
    const trun = new Fields(b, box)
    const flags = trun.readU32() & 0xffffff
    const count = trun.readU32()
    if (count + samples.length > maxSamples) throw new WireError('FMP4_BOX', box.at, `${count} samples in a run, at most ${maxSamples}`)
    let at = moof.at + ((flags & 1) !== 0 ? trun.readU32() | 0 : 0)
    const firstFlags = (flags & 4) !== 0 ? trun.readU32() : null
    for (let i = 0; i < count; i++) {
      const duration = (flags & 0x100) !== 0 ? trun.readU32() : defaults.duration
      const bytes = (flags & 0x200) !== 0 ? trun.readU32() : defaults.bytes
      const own = (flags & 0x400) !== 0 ? trun.readU32() : i === 0 && firstFlags !== null ? firstFlags : defaults.flags
      const offset = (flags & 0x800) !== 0 ? trun.readU32() | 0 : 0
      if (at < 0 || at + bytes > b.length) throw new WireError('FMP4_BOX', box.at, `sample ${i} ends at byte ${at + bytes} of ${b.length}`)
      samples.push({ dts, pts: dts + offset, duration, isSync: (own & nonSync) === 0, at, end: at + bytes })
      dts += duration
      at += bytes
    }
  }
  return { trackId, samples }
}

function fieldsOf(b: Uint8Array, parent: Mp4Box, type: string): Fields {
  const box = findBox(parent.children, [type])
  if (box === null) throw new WireError('FMP4_BOX', parent.at, `"${parent.type}" holds no "${type}"`)
  return new Fields(b, box)
}

/** Reads the fields of one box in turn; throws WireError at its end. */
class Fields {
  readonly #bytes: Uint8Array
  readonly #box: Mp4Box
  #at: number

  constructor(bytes: Uint8Array, box: Mp4Box) {
    this.#bytes = bytes
    this.#box = box
    this.#at = box.bodyAt
  }

  readU32(): number {
    return readU32(this.#bytes, this.#take(4))
  }

  readU64(): number {
    return readU64(this.#bytes, this.#take(8))
  }

  skip(count: number): this {
    this.#take(count)
    return this
  }

  #take(count: number): number {
    const at = this.#at
    if (at + count > this.#box.end) throw new WireError('FMP4_BOX', at, `box "${this.#box.type}" ends at byte ${this.#box.end}`)
    this.#at += count
    return at
  }
}
