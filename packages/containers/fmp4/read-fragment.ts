import { WireError } from '@sluice/base/errors'
import { BoxFields } from './box-fields.ts'
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
/** What holds for a sample of which its fragment does not say it. Spec: ISO/IEC 14496-12 §8.8.3 */
export type SampleDefaults = { readonly duration: number; readonly bytes: number; readonly flags: number }
/** One moof. */
export type ReadFragment = { readonly sequence: number; readonly runs: readonly ReadRun[] }

const nonSync = 0x00010000
/** Of all that is read in one call: an hour of 24 samples a second. */
const maxSamples = 100_000
const noDefaults: SampleDefaults = { duration: 0, bytes: 0, flags: 0 }

/** What one call may still make out of the bytes that came. */
type Budget = { samples: number; payloadBytes: number; readonly payloadTotal: number }

/**
 * The samples of one call have no more bytes together than the media data that came with them: runs that point at the same bytes again and
 * again would cost the sender nothing and us a copy each. A sample without fields and bytes of its own costs no byte, so their number is bounded too.
 */
function budgetOf(b: Uint8Array, boxes: readonly Mp4Box[]): Budget {
  const media = boxes.filter(({ type }) => type === 'mdat')
  const payloadTotal = media.length === 0 ? b.length : media.reduce((sum, { bodyAt, end }) => sum + end - bodyAt, 0)
  return { samples: Math.min(maxSamples, b.length), payloadBytes: payloadTotal, payloadTotal }
}

/**
 * The fragments in a segment, or in a whole file: what writeFragment wrote, and what other muxers write with
 * default-base-is-moof. `defaults`: of each track, from its init segment. Throws WireError. Spec: ISO/IEC 14496-12 §8.8.4 to §8.8.12
 */
export function readFragments(b: Uint8Array, defaults: (trackId: number) => SampleDefaults = () => noDefaults): ReadFragment[] {
  return readFragmentBoxes(b, readBoxes(b), defaults)
}

/** As readFragments, where the boxes of `b` are at hand. */
export function readFragmentBoxes(b: Uint8Array, boxes: readonly Mp4Box[], defaults: (trackId: number) => SampleDefaults): ReadFragment[] {
  const budget = budgetOf(b, boxes)
  return boxes
    .filter((box) => box.type === 'moof')
    .map((moof) => {
      const mfhd = findBox(moof.children, ['mfhd'])
      const runs = moof.children.filter((box) => box.type === 'traf').map((traf) => readTraf(b, moof, traf, defaults, budget))
      return { sequence: mfhd === null ? 0 : new BoxFields(b, mfhd).skip(4).readU32(), runs }
    })
}

function readTraf(b: Uint8Array, moof: Mp4Box, traf: Mp4Box, defaultsOf: (trackId: number) => SampleDefaults, budget: Budget): ReadRun {
  const tfhd = fieldsOf(b, traf, 'tfhd')
  const tfhdFlags = tfhd.readU32() & 0xffffff
  const trackId = tfhd.readU32()
  if ((tfhdFlags & 1) !== 0) tfhd.skip(8) // base_data_offset
  if ((tfhdFlags & 2) !== 0) tfhd.skip(4) // sample_description_index
  const fromInit = defaultsOf(trackId)
  const defaults: SampleDefaults = {
    duration: (tfhdFlags & 8) !== 0 ? tfhd.readU32() : fromInit.duration,
    bytes: (tfhdFlags & 0x10) !== 0 ? tfhd.readU32() : fromInit.bytes,
    flags: (tfhdFlags & 0x20) !== 0 ? tfhd.readU32() : fromInit.flags,
  }
  const tfdt = fieldsOf(b, traf, 'tfdt')
  let dts = tfdt.readU32() >>> 24 === 1 ? tfdt.readU64() : tfdt.readU32()
  const samples: ReadSample[] = []
  let at = moof.at
  for (const box of traf.children.filter((child) => child.type === 'trun')) {
    const trun = new BoxFields(b, box)
    const flags = trun.readU32() & 0xffffff
    const count = trun.readU32()
    budget.samples -= count
    if (budget.samples < 0) throw new WireError('FMP4_BOX', box.at, `more than ${Math.min(maxSamples, b.length)} samples`)
    // Without an offset a run goes on where the one before ended. Spec: ISO/IEC 14496-12 §8.8.8
    if ((flags & 1) !== 0) at = moof.at + (trun.readU32() | 0)
    const firstFlags = (flags & 4) !== 0 ? trun.readU32() : null
    for (let i = 0; i < count; i++) {
      const duration = (flags & 0x100) !== 0 ? trun.readU32() : defaults.duration
      const bytes = (flags & 0x200) !== 0 ? trun.readU32() : defaults.bytes
      const own = (flags & 0x400) !== 0 ? trun.readU32() : i === 0 && firstFlags !== null ? firstFlags : defaults.flags
      const offset = (flags & 0x800) !== 0 ? trun.readU32() | 0 : 0
      if (at < 0 || at + bytes > b.length) throw new WireError('FMP4_BOX', box.at, `sample ${i} ends at byte ${at + bytes} of ${b.length}`)
      budget.payloadBytes -= bytes
      if (budget.payloadBytes < 0) {
        throw new WireError(
          'FMP4_BOX',
          box.at,
          `samples use the same bytes again: they have more than the ${budget.payloadTotal} bytes of media data`,
        )
      }
      samples.push({ dts, pts: dts + offset, duration, isSync: (own & nonSync) === 0, at, end: at + bytes })
      dts += duration
      at += bytes
    }
  }
  return { trackId, samples }
}

function fieldsOf(b: Uint8Array, parent: Mp4Box, type: string): BoxFields {
  const box = findBox(parent.children, [type])
  if (box === null) throw new WireError('FMP4_BOX', parent.at, `"${parent.type}" holds no "${type}"`)
  return new BoxFields(b, box)
}
