import type { VideoSyntax } from '@sluice/codecs/access-unit'
import { isCutInto, type LengthBytes, maxNalUnits, nalLength, nextStartCode, readAnnexB } from '@sluice/codecs/nal'

const lengths: readonly LengthBytes[] = [4, 2, 1]

/** The sound NAL units of `b` up to the first that leaves it: views. */
export function unitsOf(b: Uint8Array, lengthBytes: LengthBytes): Uint8Array[] {
  const units: Uint8Array[] = []
  for (let at = 0; at + lengthBytes <= b.length && units.length < maxNalUnits; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length) break
    if (end > start) units.push(b.subarray(start, end))
    at = end
  }
  return units
}

/** How a coded payload lies in its message. */
export type Framing = { readonly units: readonly Uint8Array[]; readonly form: 'start codes' | 'length fields' | 'broken' }

/**
 * Finds the NAL units of a payload whose framing is not as its configuration says: with start codes, or with length fields of another
 * size. `stated`: as the configuration has it, tried first; null without one. Never throws.
 */
export function findUnits(b: Uint8Array, stated: LengthBytes | null): Framing {
  if (stated !== null && isCutInto(b, stated)) return { units: unitsOf(b, stated), form: 'length fields' }
  const startAt = nextStartCode(b, 0)
  if (startAt <= 1 && startAt < b.length) return { units: readAnnexB(b, maxNalUnits), form: 'start codes' }
  const other = lengths.find((lengthBytes) => lengthBytes !== stated && isCutInto(b, lengthBytes))
  if (other !== undefined) return { units: unitsOf(b, other), form: 'length fields' }
  return { units: stated === null ? [] : unitsOf(b, stated), form: 'broken' }
}

/** Units in length-prefixed form; `syntax`: without delimiters, null: all. Fresh bytes. Units that the length field can't say are left out. */
export function frameOf(units: readonly Uint8Array[], lengthBytes: LengthBytes, syntax: VideoSyntax | null): Uint8Array {
  const kept = units.filter((unit) => unit.length < 2 ** (8 * lengthBytes) && (syntax === null || !syntax.isDelimiter(unit)))
  const out = new Uint8Array(kept.reduce((sum, unit) => sum + lengthBytes + unit.length, 0))
  let at = 0
  for (const unit of kept) {
    for (let i = 0; i < lengthBytes; i++) out[at + i] = unit.length >>> (8 * (lengthBytes - 1 - i))
    out.set(unit, at + lengthBytes)
    at += lengthBytes + unit.length
  }
  return out
}
