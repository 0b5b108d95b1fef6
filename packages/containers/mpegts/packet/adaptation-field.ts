import { pcrBytes, writePcr } from './pcr.ts'

/** What the demuxer needs of an adaptation field, read into a reused object. Spec: ISO/IEC 13818-1 §2.4.3.4 */
export type AdaptationField = {
  /** The continuity counter may jump here; on the PCR's PID: a new time base begins. */
  hasDiscontinuity: boolean
  /** A hint that a decoder can start here; encoders set it wrongly, so that it decides nothing. */
  isRandomAccess: boolean
  /** Index of the 6 PCR bytes, or 0 when there is none. */
  pcrAt: number
  /** Bytes after the last field in use: fill. */
  stuffingBytes: number
}

/** A fresh target for readAdaptationField. */
export function makeAdaptationField(): AdaptationField {
  return { hasDiscontinuity: false, isRandomAccess: false, pcrAt: 0, stuffingBytes: 0 }
}

/**
 * Reads the adaptation field whose length byte is at `at` into `out`; nothing is allocated. The caller has checked that
 * the field stays in its packet (readTsHeader does). Fields that do not fit the stated length count as absent.
 * Spec: ISO/IEC 13818-1 §2.4.3.4
 */
export function readAdaptationField(b: Uint8Array, at: number, out: AdaptationField): void {
  const bytes = b[at]!
  const flags = bytes === 0 ? 0 : b[at + 1]!
  const end = at + 1 + bytes
  out.hasDiscontinuity = (flags & 0x80) !== 0
  out.isRandomAccess = (flags & 0x40) !== 0
  out.pcrAt = 0
  let used = at + 2
  if ((flags & 0x10) !== 0 && used + pcrBytes <= end) {
    out.pcrAt = used
    used += pcrBytes
  }
  if ((flags & 0x08) !== 0) used += pcrBytes // OPCR
  if ((flags & 0x04) !== 0) used += 1 // splice countdown
  if ((flags & 0x02) !== 0) used += 1 + (used < end ? b[used]! : 0) // private data
  if ((flags & 0x01) !== 0) used += 1 + (used < end ? b[used]! : 0) // extension
  out.stuffingBytes = Math.max(0, end - used)
}

/** What writeAdaptationField writes beside fill. `pcr90k` is NaN for none. */
export type AdaptationFlags = { readonly hasDiscontinuity: boolean; readonly isRandomAccess: boolean; readonly pcr90k: number }

/** Fewest bytes, length byte included, that an adaptation field with `flags` takes; 0: none is needed. */
export function adaptationBytes(flags: AdaptationFlags): number {
  if (!Number.isNaN(flags.pcr90k)) return 2 + pcrBytes
  return flags.hasDiscontinuity || flags.isRandomAccess ? 2 : 0
}

/**
 * Writes an adaptation field of exactly `bytes` (adaptationBytes or more; 1 is a lone length byte), filled up with 0xff. Spec:
 * ISO/IEC 13818-1 §2.4.3.4
 */
export function writeAdaptationField(b: Uint8Array, at: number, bytes: number, flags: AdaptationFlags): void {
  b[at] = bytes - 1
  if (bytes === 1) return
  const hasPcr = !Number.isNaN(flags.pcr90k)
  b[at + 1] = (flags.hasDiscontinuity ? 0x80 : 0) | (flags.isRandomAccess ? 0x40 : 0) | (hasPcr ? 0x10 : 0)
  if (hasPcr) writePcr(b, at + 2, flags.pcr90k)
  b.fill(0xff, at + 2 + (hasPcr ? pcrBytes : 0), at + bytes)
}
