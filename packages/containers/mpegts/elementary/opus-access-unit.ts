/** Where the Opus packet of an access unit lies. */
export type OpusAccessUnit = { payloadAt: number; endAt: number }

/** A fresh target for readOpusAccessUnit. */
export const makeOpusAccessUnit = (): OpusAccessUnit => ({ payloadAt: 0, endAt: 0 })

const sizeAt = 2

/**
 * Reads the opus_control_header at `at` into `out`, which the caller owns. Trims are passed over: who joins a live stream
 * has missed the one at its start. False: no header there, or the access unit leaves `b`.
 * Spec: ETSI TS Opus draft 0.1.3, opus_access_unit()
 */
export function readOpusAccessUnit(b: Uint8Array, at: number, out: OpusAccessUnit): boolean {
  if (b[at] !== 0x7f || (b[at + 1]! & 0xe0) !== 0xe0) return false
  const flags = b[at + 1]!
  let payloadBytes = 0
  let next = at + sizeAt
  while (next < b.length) {
    const part = b[next++]!
    payloadBytes += part
    if (part !== 0xff) break
  }
  if ((flags & 0x10) !== 0) next += 2 // start_trim
  if ((flags & 0x08) !== 0) next += 2 // end_trim
  if ((flags & 0x04) !== 0) next += 1 + (b[next] ?? 0) // control extension
  out.payloadAt = next
  out.endAt = next + payloadBytes
  return payloadBytes > 0 && out.endAt <= b.length
}

/**
 * The control header, without trims, before an Opus packet of `payloadBytes`: a new array. Spec: ETSI TS Opus draft 0.1.3,
 * opus_control_header()
 */
export function writeOpusControlHeader(payloadBytes: number): Uint8Array {
  const full = Math.floor(payloadBytes / 0xff)
  const out = new Uint8Array(sizeAt + full + 1).fill(0xff)
  out[0] = 0x7f
  out[1] = 0xe0
  out[out.length - 1] = payloadBytes % 0xff
  return out
}
