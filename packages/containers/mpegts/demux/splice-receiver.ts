import { readSpliceSection, spliceTableId } from '@sluice/codecs/scte35'
import { sectionCrc32 } from '../psi/crc32.ts'
import { SectionAssembler } from '../psi/section-assembler.ts'
import type { PayloadReceiver } from './pid-state.ts'
import type { ProgramTimeline } from './program-timeline.ts'

/** A splice is announced some seconds before; a time further off is a clock of its own, and means now. */
const farthestTicks = 600 * 90_000

/** Gives out the sections of one PID of SCTE-35 that announce something. Spec: SCTE 35 §8, §9.6 */
export function makeSpliceReceiver(
  timeline: ProgramTimeline,
  give: (dts: number, aheadTicks: number, section: Uint8Array) => void,
): PayloadReceiver {
  const assembler = new SectionAssembler()
  const take = (bytes: Uint8Array): void => {
    const { newest } = timeline
    if (bytes[0] !== spliceTableId || newest === null || sectionCrc32(bytes, 0, bytes.length) !== 0) return
    const splice = readSpliceSection(bytes)
    if (splice === null) return
    const at = splice.pts33 === null ? newest : (timeline.near(splice.pts33) ?? newest)
    const ahead = at - newest
    give(newest, ahead > 0 && ahead < farthestTicks ? ahead : 0, bytes)
  }
  return {
    push: (b, at, end, isUnitStart) => assembler.push(b, at, end, isUnitStart, take),
    lose: () => assembler.reset(),
    endsWith: () => true, // a repeated packet would repeat the announcement
    flush() {},
    release() {},
  }
}
