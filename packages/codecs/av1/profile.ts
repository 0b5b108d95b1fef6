import type { Av1Sequence } from './sequence-header.ts'

const names = ['Main', 'High', 'Professional'] as const
const maxParametersLevel = 31
const unspecified = 2

/** As an operator knows it: `Main 4.0`, `Main 5.1 High tier`. Spec: AV1 §A.2, §A.3 */
export function formatAv1Profile({ profile, levelIdx, isHighTier }: Av1Sequence): string {
  const level = levelIdx === maxParametersLevel ? 'any level' : `${2 + (levelIdx >> 2)}.${levelIdx & 3}`
  return `${names[profile] ?? `profile ${profile}`} ${level}${isHighTier ? ' High tier' : ''}`
}

/** `av01.0.08M.10`; the long form with colour where it is not the usual one. Spec: AV1 in ISOBMFF §5 */
export function formatAv1Codec({ profile, levelIdx, isHighTier, colour }: Av1Sequence): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const short = `av01.${profile}.${two(levelIdx)}${isHighTier ? 'H' : 'M'}.${two(colour.bitDepth)}`
  const is420 = colour.isSubsampledX && colour.isSubsampledY
  // rav1e describes its colours as unspecified: that says no more than no description.
  const described = colour.description?.primaries === unspecified ? null : colour.description
  if (described === null && is420 && !colour.isMonochrome && !colour.isFullRange) return short
  const { primaries, transfer, matrix } = described ?? { primaries: 1, transfer: 1, matrix: 1 }
  const digit = (value: boolean): number => (value ? 1 : 0)
  const sampling = `${digit(colour.isSubsampledX)}${digit(colour.isSubsampledY)}${is420 ? colour.chromaPosition : 0}`
  return `${short}.${digit(colour.isMonochrome)}.${sampling}.${two(primaries)}.${two(transfer)}.${two(matrix)}.${digit(colour.isFullRange)}`
}
