import { WireError } from '@sluice/base/errors'

/** OBU types that Sluice looks at. Spec: AV1 §6.2.2 */
export const Av1ObuType = {
  sequenceHeader: 1,
  temporalDelimiter: 2,
  frameHeader: 3,
  metadata: 5,
  frame: 6,
  redundantFrameHeader: 7,
} as const
export type Av1ObuType = (typeof Av1ObuType)[keyof typeof Av1ObuType]

/** Where one OBU stands in the bytes that were read: header from `at`, payload from `payloadAt` to `end`. */
export type Av1Obu = {
  readonly type: number
  readonly at: number
  readonly payloadAt: number
  readonly end: number
  readonly hasSize: boolean
}

const maxLebBytes = 8
/** More OBUs than any temporal unit has: an object for each costs far more than its two bytes. */
export const maxObus = 4096

/** The OBU whose header is at `at`; one without a size field reaches to the end of `b`. Null when it leaves `b`. Spec: AV1 §5.3.1 to §5.3.3 */
export function readAv1Obu(b: Uint8Array, at: number): Av1Obu | null {
  if (at >= b.length) return null
  const header = b[at]!
  const type = (header >>> 3) & 15
  const hasSize = (header & 2) !== 0
  let next = at + ((header & 4) === 0 ? 1 : 2)
  if (next > b.length || (header & 0x80) !== 0) return null
  if (!hasSize) return { type, at, payloadAt: next, end: b.length, hasSize }
  let size = 0
  for (let i = 0; ; i++) {
    const byte = b[next]
    if (byte === undefined || i === maxLebBytes) return null
    size += (byte & 0x7f) * 2 ** (7 * i)
    next++
    if ((byte & 0x80) === 0) break
  }
  return next + size > b.length ? null : { type, at, payloadAt: next, end: next + size, hasSize }
}

/** All OBUs of `b` in order. Throws WireError when one leaves `b`, or above `maxObus`. Spec: AV1 §5.2 */
export function readAv1Obus(b: Uint8Array): Av1Obu[] {
  const obus: Av1Obu[] = []
  for (let at = 0; at < b.length; at = obus.at(-1)!.end) {
    const obu = readAv1Obu(b, at)
    if (obus.length === maxObus) throw new WireError('AV1_OBU', at, `more than ${maxObus} OBUs in a row`)
    if (obu === null) throw new WireError('AV1_OBU', at, `OBU ${obus.length} leaves the ${b.length} bytes that hold it`)
    obus.push(obu)
  }
  return obus
}

/** `value` in groups of 7 bits, low group first. Spec: AV1 §4.10.5 */
export function writeLeb128(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  do {
    const group = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? group | 0x80 : group)
  } while (rest > 0)
  return Uint8Array.from(bytes)
}
