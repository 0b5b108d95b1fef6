/**
 * The payload of a NAL unit from byte `at` on without emulation prevention: each `00 00 03` becomes `00 00`. A view of `nal`
 * when there is none to remove, else a copy. Spec: ITU-T H.264 §7.3.1, H.265 §7.3.1.1
 */
export function readRbsp(nal: Uint8Array, at: number): Uint8Array {
  const first = emulationAt(nal, at)
  if (first < 0) return nal.subarray(at)
  const out = new Uint8Array(nal.length - at - 1)
  let length = 0
  let from = at
  for (let drop = first; drop >= 0; drop = emulationAt(nal, from)) {
    out.set(nal.subarray(from, drop), length)
    length += drop - from
    from = drop + 1
  }
  out.set(nal.subarray(from), length)
  return out.subarray(0, length + nal.length - from)
}

/** The other way: `header` bytes and the payload behind it as a NAL unit, with emulation prevention. Spec: ITU-T H.264 §7.3.1, H.265 §7.3.1.1 */
export function writeRbsp(header: Uint8Array, rbsp: Uint8Array): Uint8Array {
  const out = new Uint8Array(header.length + Math.ceil(rbsp.length * 1.5) + 1)
  out.set(header)
  let length = header.length
  let zeros = 0
  for (const byte of rbsp) {
    if (zeros >= 2 && byte <= 3) {
      out[length++] = 3
      zeros = 0
    }
    out[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  // No unit ends in a zero.
  if (zeros > 0) out[length++] = 3
  return out.slice(0, length)
}

/** Index of the next emulation prevention byte whose two zeros stand at or after `from`, or -1. */
function emulationAt(nal: Uint8Array, from: number): number {
  for (let at = from + 2; at < nal.length; at++) {
    if (nal[at] === 3 && nal[at - 1] === 0 && nal[at - 2] === 0) return at
  }
  return -1
}
