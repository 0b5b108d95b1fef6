import { WireError } from '@sluice/base/errors'
import { BitReader } from '@sluice/codecs/bits'
import { type Av1Colour, readAv1Colour } from './colour-config.ts'

/** What a sequence header says of its stream. Spec: AV1 §5.5.1 */
export type Av1Sequence = {
  /** 0 Main, 1 High, 2 Professional. */
  readonly profile: number
  /** seq_level_idx of the first operating point: 8 is 4.0. */
  readonly levelIdx: number
  readonly isHighTier: boolean
  /** Pixels; 0 where only a record without sequence header is known. */
  readonly width: number
  readonly height: number
  /** Frames a second, or null when the pictures are not said to be evenly spaced. */
  readonly fps: number | null
  readonly colour: Av1Colour
}

type Timing = { fps: number | null; bufferDelayBits: number }
const maxFps = 1000
/** Below, a frame rate is no stream of pictures, and what is reckoned by it runs away. */
const minFps = 0.1

/** Reads the payload of a sequence header OBU. Throws WireError. Spec: AV1 §5.5.1 */
export function readAv1Sequence(payload: Uint8Array): Av1Sequence {
  const r = new BitReader(payload)
  const profile = r.readBits(3)
  r.skipBits(1) // still_picture
  const isReduced = r.readFlag()
  const point = isReduced ? { levelIdx: r.readBits(5), isHighTier: false, fps: null } : readOperatingPoints(r)
  const widthBits = r.readBits(4) + 1
  const heightBits = r.readBits(4) + 1
  const width = r.readBits(widthBits) + 1
  const height = r.readBits(heightBits) + 1
  if (!isReduced && r.readFlag()) r.skipBits(7) // frame id lengths
  r.skipBits(3) // 128x128 superblocks, filter intra, intra edge filter
  if (!isReduced) skipTools(r)
  r.skipBits(3) // superres, cdef, restoration
  const colour = readAv1Colour(r, profile)
  r.skipBits(1) // film_grain_params_present
  if (r.isShort) throw new WireError('AV1_SEQUENCE', payload.length, `sequence header of ${payload.length} bytes ends too soon`)
  if (profile > 2) throw new WireError('AV1_SEQUENCE', 0, `profile ${profile} is above 2`)
  return { profile, ...point, width, height, colour }
}

function readOperatingPoints(r: BitReader): Pick<Av1Sequence, 'levelIdx' | 'isHighTier' | 'fps'> {
  const { fps, bufferDelayBits } = r.readFlag() ? readTiming(r) : { fps: null, bufferDelayBits: 0 }
  const hasDisplayDelay = r.readFlag()
  const points = r.readBits(5) + 1
  let first: { levelIdx: number; isHighTier: boolean } | null = null
  for (let i = 0; i < points; i++) {
    r.skipBits(12) // operating_point_idc
    const levelIdx = r.readBits(5)
    const isHighTier = levelIdx > 7 && r.readFlag()
    if (bufferDelayBits > 0 && r.readFlag()) r.skipBits(2 * bufferDelayBits + 1)
    if (hasDisplayDelay && r.readFlag()) r.skipBits(4)
    first ??= { levelIdx, isHighTier }
  }
  return { levelIdx: first?.levelIdx ?? 0, isHighTier: first?.isHighTier ?? false, fps }
}

/** Spec: AV1 §5.5.3, §5.5.4 */
function readTiming(r: BitReader): Timing {
  const unitsInTick = r.readBits(32)
  const timeScale = r.readBits(32)
  const isEven = r.readFlag()
  const ticks = isEven ? r.readUe() + 1 : 0 // uvlc() is the same code as ue(v)
  const rate = isEven && unitsInTick > 0 ? timeScale / (unitsInTick * ticks) : 0
  const fps = rate >= minFps && rate <= maxFps ? rate : null
  if (!r.readFlag()) return { fps, bufferDelayBits: 0 }
  const bufferDelayBits = r.readBits(5) + 1
  r.skipBits(32 + 5 + 5)
  return { fps, bufferDelayBits }
}

function skipTools(r: BitReader): void {
  r.skipBits(4) // interintra, masked compound, warped motion, dual filter
  const hasOrderHint = r.readFlag()
  if (hasOrderHint) r.skipBits(2)
  const isScreenContentChosen = r.readFlag()
  const mayUseScreenContent = isScreenContentChosen || r.readFlag()
  if (mayUseScreenContent && !r.readFlag()) r.skipBits(1) // seq_choose_integer_mv, seq_force_integer_mv
  if (hasOrderHint) r.skipBits(3)
}
